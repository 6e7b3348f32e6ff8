//! The backbone against golden tensors and a plain ViT, other checkpoints' names, and damaged files.

#![allow(clippy::unwrap_used)]

mod kinds;
mod plain;
mod weights;

use burn::prelude::*;
use half::{bf16, f16};
use mycoscope::vit::{LoadError, LoadOptions, ViT};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use weights::{Tensors, write, write_as};

const MODEL: &[u8] = include_bytes!("../golden/tiny/model.safetensors");
const GOLDEN: &[u8] = include_bytes!("../golden/tiny/golden.safetensors");

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect()
}

fn read(bytes: &[u8]) -> Tensors {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let floats = |view: &TensorView<'_>| (view.shape().to_vec(), floats(view.data()));
    file.tensors()
        .iter()
        .filter(|(_, view)| view.dtype() == Dtype::F32)
        .map(|(name, v)| (name.clone(), floats(v)))
        .collect()
}

fn options() -> LoadOptions {
    LoadOptions { heads: Some(4), ..LoadOptions::default() }
}

fn load(bytes: &[u8]) -> ViT {
    ViT::load(bytes, &options(), &Device::flex()).unwrap()
}

fn error(tensors: &Tensors) -> String {
    let error = ViT::load(&write(tensors), &options(), &Device::flex()).err().expect("the file is damaged");
    error.to_string()
}

fn view(image: usize) -> Tensor<4> {
    let (shape, values) = read(GOLDEN).remove(&format!("image{image}.inference.view")).unwrap();
    Tensor::from_data(TensorData::new(values, [1, shape[0], shape[1], shape[2]]), &Device::flex())
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap()
}

/// The embedding by the class-token pass.
fn embedding(vit: &ViT, views: Tensor<4>) -> Vec<f32> {
    let state = vit.class(views);
    values(vit.tail().forward(state.u, state.x).0)
}

/// All tokens after the final norm.
fn tokens(vit: &ViT, views: Tensor<4>) -> Vec<f32> {
    let state = vit.tokens(views);
    let [count, length, dim] = state.u.dims();
    let flat = |x: Tensor<3>| x.reshape([count * length, dim]);
    values(vit.tail().forward(flat(state.u), flat(state.x)).0)
}

/// Largest difference over the largest value.
fn relative(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let difference = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    difference / expected.iter().map(|x| x.abs()).fold(0.0, f32::max)
}

#[test]
fn tokens_and_embedding_agree_with_pytorch() {
    let (vit, golden) = (load(MODEL), read(GOLDEN));
    assert_eq!((vit.config().image, vit.config().patch, vit.config().dim, vit.config().depth), (32, 8, 64, 3));
    for image in 0..3 {
        let error = relative(&tokens(&vit, view(image)), &golden[&format!("image{image}.tokens")].1);
        assert!(error < 1e-4, "tokens of image {image}: {error}");
        let error = relative(&embedding(&vit, view(image)), &golden[&format!("image{image}.embedding")].1);
        assert!(error < 1e-4, "embedding of image {image}: {error}");
    }
}

#[test]
fn the_class_pass_equals_the_full_pass_at_the_class_token() {
    let vit = load(MODEL);
    let views = Tensor::cat(vec![view(0), view(1), view(2)], 0);
    let (class, all) = (vit.class(views.clone()), vit.tokens(views));
    let first = |x: Tensor<3>| values(x.slice([0..3, 0..1]));
    assert!(relative(&values(class.u), &first(all.u)) < 1e-5);
    assert!(relative(&values(class.x), &first(all.x)) < 1e-6);
}

#[test]
fn a_view_does_not_feel_its_batch() {
    let vit = load(MODEL);
    let together = embedding(&vit, Tensor::cat(vec![view(0), view(1), view(2)], 0));
    let alone: Vec<f32> = (0..3).flat_map(|image| embedding(&vit, view(image))).collect();
    assert!(relative(&together, &alone) < 1e-5);
}

#[test]
fn half_precision_files_load() {
    let model = read(MODEL);
    let expected = embedding(&load(MODEL), view(0));
    let half = write_as(&model, Dtype::F16, |x| f16::from_f32(x).to_le_bytes().to_vec());
    assert!(relative(&embedding(&load(&half), view(0)), &expected) < 1e-2);
    let brain = write_as(&model, Dtype::BF16, |x| bf16::from_f32(x).to_le_bytes().to_vec());
    assert!(relative(&embedding(&load(&brain), view(0)), &expected) < 5e-2);

    // Rounded first, the same numbers come back whatever the format.
    let rounded = model.iter().map(|(name, (shape, values))| {
        let values = values.iter().map(|&x| f16::from_f32(x).to_f32()).collect();
        (name.clone(), (shape.clone(), values))
    });
    let rounded = write(&rounded.collect());
    assert_eq!(embedding(&load(&rounded), view(0)), embedding(&load(&half), view(0)));
}

/// The tiny model as `ViTModel` of Hugging Face's transformers would save it.
fn hugging_face() -> Tensors {
    let mut renamed = Tensors::new();
    for (name, (shape, values)) in read(MODEL) {
        if let Some((block, kind)) = name.split_once(".attn.qkv.") {
            let index = block.trim_start_matches("blocks.");
            for (part, values) in ["query", "key", "value"].iter().zip(values.chunks(values.len() / 3)) {
                let name = format!("vit.encoder.layer.{index}.attention.attention.{part}.{kind}");
                let mut shape = shape.clone();
                shape[0] /= 3;
                renamed.insert(name, (shape, values.to_vec()));
            }
            continue;
        }
        let name = match name.strip_prefix("blocks.").and_then(|rest| rest.split_once('.')) {
            Some((index, rest)) => {
                let rest = rest
                    .replace("norm1", "layernorm_before")
                    .replace("norm2", "layernorm_after")
                    .replace("attn.proj", "attention.output.dense")
                    .replace("mlp.fc1", "intermediate.dense")
                    .replace("mlp.fc2", "output.dense");
                format!("vit.encoder.layer.{index}.{rest}")
            }
            None if name.starts_with("norm.") => format!("vit.layer{name}"),
            None => format!("vit.embeddings.{name}")
                .replace("pos_embed", "position_embeddings")
                .replace("patch_embed.proj", "patch_embeddings.projection"),
        };
        renamed.insert(name, (shape, values));
    }
    renamed
}

#[test]
fn hugging_face_names_and_extras_give_the_same_embedding() {
    let expected = embedding(&load(MODEL), view(1));
    let mut renamed = hugging_face();
    renamed.insert("vit.pooler.dense.weight".into(), (vec![2, 2], vec![0.0; 4]));
    renamed.insert("classifier.bias".into(), (vec![2], vec![0.0; 2]));
    assert_eq!(embedding(&load(&write(&renamed)), view(1)), expected);

    let mut dino = Tensors::new();
    for (name, tensor) in renamed {
        let name = name.replace("vit.", "dinov2.");
        let name = name.replace("layernorm_before", "norm1").replace("layernorm_after", "norm2");
        let name = name.replace("intermediate.dense", "mlp.fc1");
        let name = if name.contains(".attention.") { name } else { name.replace(".output.dense", ".mlp.fc2") };
        dino.insert(name, tensor);
    }
    dino.insert("dinov2.embeddings.mask_token".into(), (vec![1, 64], vec![0.0; 64]));
    assert_eq!(embedding(&load(&write(&dino)), view(1)), expected);

    let wrapped = read(MODEL).into_iter().map(|(name, tensor)| (format!("module.backbone.{name}"), tensor));
    assert_eq!(embedding(&load(&write(&wrapped.collect())), view(1)), expected);
}

#[test]
fn layer_scale_equals_weights_multiplied_beforehand() {
    let (mut scaled, mut multiplied) = (read(MODEL), read(MODEL));
    for index in 0..3 {
        for (scale, layer) in [("ls1", "attn.proj"), ("ls2", "mlp.fc2")] {
            let gamma: Vec<f32> = (0..64).map(|i| 0.1 + 0.01 * i as f32).collect();
            scaled.insert(format!("blocks.{index}.{scale}.gamma"), (vec![64], gamma.clone()));
            for kind in ["weight", "bias"] {
                let (_, values) = multiplied.get_mut(&format!("blocks.{index}.{layer}.{kind}")).unwrap();
                let row = values.len() / 64;
                values.iter_mut().enumerate().for_each(|(i, x)| *x *= gamma[i / row]);
            }
        }
    }
    let (scaled, multiplied) = (load(&write(&scaled)), load(&write(&multiplied)));
    assert!(relative(&embedding(&scaled, view(0)), &embedding(&multiplied, view(0))) < 1e-5);
    assert!(scaled.tail().ls1.is_some() && multiplied.tail().ls1.is_none());
}

#[test]
fn damaged_files_are_told_by_name() {
    let mut missing = read(MODEL);
    missing.remove("blocks.1.mlp.fc2.bias");
    assert!(error(&missing).contains("blocks.1.mlp.fc2.bias"));
    let mut missing = hugging_face();
    missing.remove("vit.layernorm.bias");
    assert!(error(&missing).contains("layernorm.bias"));
    let mut gap = read(MODEL);
    gap.retain(|name, _| !name.starts_with("blocks.1."));
    assert!(error(&gap).contains("blocks.1."));

    let mut stranger = read(MODEL);
    stranger.insert("blocks.0.attn.q_norm.weight".into(), (vec![16], vec![1.0; 16]));
    let message = error(&stranger);
    assert!(message.contains("blocks.0.attn.q_norm.weight") && message.contains("[16]"), "{message}");

    let mut misshapen = read(MODEL);
    misshapen.insert("blocks.2.attn.proj.weight".into(), (vec![64, 32], vec![0.0; 64 * 32]));
    let message = error(&misshapen);
    assert!(message.contains("blocks.2.attn.proj.weight") && message.contains("[64, 32]"), "{message}");
    assert!(message.contains("[64, 64]"), "{message}");

    let mut twice = read(MODEL);
    twice.insert("model.norm.bias".into(), (vec![64], vec![0.0; 64]));
    let message = error(&twice);
    assert!(message.contains("model.norm.bias") && message.contains(" norm.bias"), "{message}");

    let mut infinite = read(MODEL);
    infinite.get_mut("norm.weight").unwrap().1[3] = f32::NAN;
    assert!(error(&infinite).contains("norm.weight"));

    let mut oblong = read(MODEL);
    oblong.insert("pos_embed".into(), (vec![1, 15, 64], vec![0.0; 960]));
    assert!(error(&oblong).contains("pos_embed"));

    assert!(error(&Tensors::new()).contains("cls_token"));
    for bytes in [&MODEL[..MODEL.len() - 1], &MODEL[..5], b"not weights at all"] {
        assert!(matches!(ViT::load(bytes, &options(), &Device::flex()), Err(LoadError::Format(_))));
    }
    let message = ViT::load(b"PK\x03\x04and so on", &options(), &Device::flex()).err().unwrap().to_string();
    assert!(message.contains("PyTorch") && message.contains("README"), "{message}");
    let integers = write_as(&read(MODEL), Dtype::I32, |x| (x as i32).to_le_bytes().to_vec());
    assert!(matches!(ViT::load(&integers, &options(), &Device::flex()), Err(LoadError::Dtype { .. })));
}

#[test]
fn unusable_options_are_errors() {
    let load = |options: LoadOptions| ViT::load(MODEL, &options, &Device::flex()).map(|vit| vit.config().clone());
    assert_eq!(load(LoadOptions::default()).unwrap().heads, 1);
    assert!(matches!(load(LoadOptions { heads: Some(5), ..options() }), Err(LoadError::Heads { .. })));
    assert!(matches!(load(LoadOptions { heads: Some(0), ..options() }), Err(LoadError::Heads { .. })));
    assert!(matches!(load(LoadOptions { image: Some(36), ..options() }), Err(LoadError::Image { .. })));
    for image in [1_000_000, 8_000_000_000, usize::MAX - 7] {
        let message = load(LoadOptions { image: Some(image), ..options() }).unwrap_err().to_string();
        // 197 patches a side: 197 * 197 * 64 * 40 bytes are 99 MB.
        assert!(message.contains(&format!("image side of {image}")) && message.contains("1576"), "{message}");
    }
    for (name, options) in [
        ("the mean must", LoadOptions { mean: Some([0.2, f32::NAN, 0.2]), ..options() }),
        ("the standard deviation must", LoadOptions { std: Some([0.2, 0.0, 0.2]), ..options() }),
        ("epsilon must", LoadOptions { eps: Some(-1e-6), ..options() }),
    ] {
        let message = load(options).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
    }
    assert_eq!(load(LoadOptions { image: Some(48), ..options() }).unwrap().tokens(), 37);
}

/// Mean and deviation folded into the patch embedding do what normalising the pixels does.
#[test]
fn normalisation_is_folded_exactly() {
    let (mean, std) = ([0.4, 0.5, 0.6], [0.3, 0.2, 0.1]);
    let folded = LoadOptions { mean: Some(mean), std: Some(std), ..options() };
    let plain = LoadOptions { mean: Some([0.0; 3]), std: Some([1.0; 3]), ..options() };
    let folded = ViT::load(MODEL, &folded, &Device::flex()).unwrap();
    let plain = ViT::load(MODEL, &plain, &Device::flex()).unwrap();
    let channel =
        |values: [f32; 3]| Tensor::<4>::from_data(TensorData::new(values.to_vec(), [1, 3, 1, 1]), &Device::flex());
    let normalised = (view(2) - channel(mean)) / channel(std);
    assert!(relative(&embedding(&folded, view(2)), &embedding(&plain, normalised)) < 1e-5);
}

/// Any grid works, square or not, and a view that repeats the trained grid is not touched by another one.
#[test]
fn other_grids_run_and_leave_the_trained_one_alone() {
    let vit = load(MODEL);
    let before = embedding(&vit, view(0));
    let wide = Tensor::cat(vec![view(0), view(0)], 3);
    assert_eq!(vit.tokens(wide.clone()).u.dims(), [1, 1 + 4 * 8, 64]);
    assert!(embedding(&vit, wide).iter().all(|x| x.is_finite()));
    assert_eq!(embedding(&vit, view(0)), before);
}
