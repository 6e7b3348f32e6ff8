//! What segmentation costs: tokens and dense gradients of a photo at 256 pixels (32 x 32 patches) through the embedded
//! ViT-Ti/8, and both of its maps as the memory bank grows.

// `criterion_group!` makes a public function without a word.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use burn::prelude::*;
use criterion::{Criterion, criterion_group, criterion_main};
use mycoscope::fungi::objectives::{NegativeLatents, Simclr};
use mycoscope::fungi::{Extractor, Negatives, Projection, Settings};
use mycoscope::random::{Purpose, Stream};
use mycoscope::segmentation::{Bank, Labelled, Patches, Rows, SoftLabels, propagate};
use mycoscope::vit::{LoadOptions, ViT};

const MODEL: &[u8] = include_bytes!("../models/vit-ti8-64/model.safetensors");
const DIM: usize = 192;
const SIDE: usize = 256;
const PATCHES: usize = 32 * 32;

fn draw(n: usize, low: f32, high: f32, lane: u32) -> Vec<f32> {
    let mut stream = Stream::new(0, Purpose::Sample, lane);
    (0..n).map(|_| stream.range(low, high)).collect()
}

fn features(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("photo at 256 pixels");
    group.sample_size(10);
    for (name, projection) in [("Rademacher", Projection::Rademacher), ("Khatri-Rao", Projection::KhatriRao)] {
        let vit = ViT::load(MODEL, &LoadOptions::default(), &Device::flex()).unwrap();
        let settings = Settings { objectives: Vec::new(), projection, ..Settings::default() };
        let extractor = Extractor::new(vit, settings, Negatives::default()).unwrap();
        let values = draw(3 * SIDE * SIDE, 0.0, 1.0, 0);
        let picture = || {
            let data = TensorData::new(values.clone(), [1, 3, SIDE, SIDE]);
            Tensor::<4>::from_data(data, extractor.vit().device())
        };
        if projection == Projection::Rademacher {
            group.bench_function("tokens", |bench| bench.iter(|| extractor.dense(picture()).embeddings().into_data()));
        }
        let dense = extractor.dense(picture());
        let head = extractor.simclr_head().clone();
        // As many negatives as tokens, as the engine takes.
        let negatives = NegativeLatents::new(head.forward(dense.embeddings()));
        let objective = Simclr { head, negatives, temperature: 0.07, library: false };
        group.bench_function(format!("dense gradients, {name}"), |bench| {
            bench.iter(|| dense.features(&objective, extractor.projector()).into_data())
        });
    }
    group.finish();
}

fn propagation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("both maps of 1024 patches");
    group.sample_size(10);
    let rows = |count: usize, lane: u32| Rows::new(DIM, draw(count * DIM, -1.0, 1.0, lane)).normalised();
    let features = |count: usize, lane: u32| [rows(count, lane), rows(count, lane + 1)];
    let [tokens, gradients] = features(PATCHES, 0);
    let query = Patches { tokens: tokens.view(), gradients: gradients.view() };
    for size in [1_000, 10_000, 100_000] {
        let [tokens, gradients] = features(size, 2);
        let patches = Patches { tokens: tokens.view(), gradients: gradients.view() };
        let mut labels = SoftLabels::new();
        (0..size).for_each(|patch| labels.push(&[(patch as u8 % 8, 1.0)]));
        let bank = Bank::new(&[Labelled { patches, labels: &labels }], size, 0);
        group.bench_function(format!("bank of {size}"), |bench| {
            bench.iter(|| {
                let both = propagate(black_box(query), &bank, 30, 0.02);
                [both.embedding.labels(256, 256), both.fungi.labels(256, 256)]
            })
        });
    }
    group.finish();
}

criterion_group!(benches, features, propagation);
criterion_main!(benches);
