//! What the gradients cost over the forward passes that they need: the same 62 views (1 + 12 + 49) of one picture through
//! the embedded ViT-Ti/8, with and without all that follows. The project's bound for `all / forward` is 1.05.

// `criterion_group!` makes a public function without a word.
#![allow(clippy::unwrap_used, missing_docs)]

use burn::prelude::*;
use criterion::{Criterion, criterion_group, criterion_main};
use mycoscope::fungi::{Extractor, Negatives, Projection, Settings, Views};
use mycoscope::random::{Purpose, Stream};
use mycoscope::vit::{LoadOptions, ViT};

const MODEL: &[u8] = include_bytes!("../models/vit-ti8-64/model.safetensors");
const DIM: usize = 192;
const SIDE: usize = 64;

fn draw(n: usize, low: f32, high: f32) -> Vec<f32> {
    let mut stream = Stream::new(0, Purpose::Sample, 0);
    (0..n).map(|_| stream.range(low, high)).collect()
}

fn extractor(settings: Settings) -> Extractor {
    let vit = ViT::load(MODEL, &LoadOptions::default(), &Device::flex()).unwrap();
    Extractor::new(vit, settings, Negatives::new(draw(64 * 49 * DIM, -1.0, 1.0), DIM)).unwrap()
}

fn views(settings: &Settings) -> Views {
    Views::given(&draw(settings.views(SIDE) * 3 * SIDE * SIDE, 0.0, 1.0), &[], &[])
}

fn gradients(criterion: &mut Criterion) {
    let all = Settings::default();
    let forward = extractor(all.clone());
    let mut group = criterion.benchmark_group("62 views");
    group.sample_size(10);
    group.bench_function("forward", |bench| {
        let views = views(&all);
        let shape = [all.views(SIDE), 3, SIDE, SIDE];
        bench.iter(|| {
            let views = TensorData::new(views.values().to_vec(), shape);
            let state = forward.vit().class(Tensor::from_data(views, forward.vit().device()));
            state.u.into_data()
        });
    });
    let cases =
        [("all", all.clone()), ("all, Khatri-Rao", Settings { projection: Projection::KhatriRao, ..all.clone() })];
    for (name, settings) in cases {
        let (extractor, views) = (extractor(settings.clone()), views(&settings));
        group.bench_function(name, |bench| bench.iter(|| pollster::block_on(extractor.compute(&views)).unwrap()));
    }
    group.finish();
    let mut group = criterion.benchmark_group("each objective");
    group.sample_size(10);
    let cases = [
        ("embedding", Settings { kl: None, dino: None, simclr: None, ..all.clone() }),
        ("embedding and KL", Settings { dino: None, simclr: None, ..all.clone() }),
        ("embedding and DINO", Settings { kl: None, simclr: None, ..all.clone() }),
        ("embedding and SimCLR", Settings { kl: None, dino: None, ..all }),
    ];
    for (name, settings) in cases {
        let (extractor, views) = (extractor(settings.clone()), views(&settings));
        group.bench_function(name, |bench| bench.iter(|| pollster::block_on(extractor.compute(&views)).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, gradients);
criterion_main!(benches);
