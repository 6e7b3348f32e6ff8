//! The method against golden tensors that PyTorch made with autograd through the whole last block.

#![allow(clippy::unwrap_used)]

mod common;

use burn::prelude::*;
use mycoscope::engine::parity::parity;

/// Holds `tests/golden/<name>` against the CPU; every quantity in `expected` must have been compared for all `images`.
fn agrees(name: &str, images: usize, expected: &[&str]) {
    let report = pollster::block_on(parity(&common::golden(name), &Device::flex(), false)).unwrap();
    let missed: Vec<_> = report.quantities.iter().filter(|(_, measure)| !measure.passed).collect();
    assert!(missed.is_empty(), "{missed:?}");
    assert_eq!(report.unchecked, Vec::<String>::new());
    for quantity in expected {
        assert_eq!(report.quantities[*quantity].images, images, "{quantity}");
    }
}

#[test]
fn the_tiny_model_agrees() {
    let views = ["inference.view", "dino.views", "simclr.views"];
    let dense = ["dense.loss", "dense.feature", "dense_library.loss", "dense_library.feature"];
    let whole = ["tokens", "embedding", "fungi", "fungi, with views of its own"];
    let objectives = ["kl", "dino", "simclr", "simclr_library"].map(|name| {
        let kinds = ["loss", "gradient", "feature"];
        kinds.map(|kind| format!("{name}.{kind}"))
    });
    let objectives = objectives.as_flattened().iter().map(String::as_str);
    let all: Vec<&str> = views.into_iter().chain(dense).chain(whole).chain(objectives).collect();
    agrees("tiny", 3, &all);
}

/// Another shape, LayerScale, weights in f16; without golden views, the program cuts its own.
#[test]
fn a_model_with_layer_scale_agrees() {
    agrees("layer-scale", 2, &["tokens", "kl.gradient", "dino.gradient", "simclr.gradient", "fungi", "dense.feature"]);
}

/// Every structure of the catalogue, under the names that timm and transformers give to its tensors: CLIP's projection and SigLIP's
/// attention pool, registers, distillation, a classifier and a text tower beside.
#[test]
fn every_structure_agrees_with_timm_or_transformers() {
    let structures = std::fs::read_dir(format!("{}/tests/golden/structures", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let names: Vec<String> = structures.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 12, "{names:?}");
    for name in names {
        let objectives = ["kl.gradient", "dino.gradient", "simclr.gradient", "simclr_library.gradient"];
        let all = [&objectives[..], &["embedding", "tokens", "fungi", "dense.loss", "dense.feature"]].concat();
        agrees(&format!("structures/{name}"), 2, &all);
    }
}
