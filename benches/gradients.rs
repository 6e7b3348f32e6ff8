//! What the gradients cost over the forward passes that they need: the same 62 views (1 + 12 + 49) of one picture through
//! the embedded ViT-Ti/8, with and without all that follows. The project's bound for `all / forward` is 1.05.

// `criterion_group!` makes a public function without documentation.
#![allow(clippy::unwrap_used, missing_docs)]

use burn::prelude::*;
use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, criterion_group, criterion_main};
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
    Views::given(&[&draw(settings.views(SIDE) * 3 * SIDE * SIDE, 0.0, 1.0)])
}

/// Features of one image by these settings; copying its views is not timed.
fn bench_function(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, settings: Settings) {
    let (extractor, views) = (extractor(settings.clone()), views(&settings));
    let compute = |views| pollster::block_on(extractor.compute(views)).unwrap();
    group.bench_function(name, |bench| bench.iter_batched(|| views.clone(), compute, BatchSize::PerIteration));
}

fn gradients(criterion: &mut Criterion) {
    let all = Settings::default();
    let forward = extractor(all.clone());
    let mut group = criterion.benchmark_group("62 views");
    group.sample_size(10);
    group.bench_function("forward", |bench| {
        let views = views(&all);
        let shape = [all.views(SIDE), 3, SIDE, SIDE];
        let class = |values: Vec<f32>| {
            let views = TensorData::new(values, shape);
            let state = forward.vit().class(Tensor::from_data(views, forward.vit().device()));
            state.u.into_data()
        };
        bench.iter_batched(|| views.values().to_vec(), class, BatchSize::PerIteration);
    });
    let cases =
        [("all", all.clone()), ("all, Khatri-Rao", Settings { projection: Projection::KhatriRao, ..all.clone() })];
    for (name, settings) in cases {
        bench_function(&mut group, name, settings);
    }
    group.finish();
    let mut group = criterion.benchmark_group("each objective");
    group.sample_size(10);
    bench_function(&mut group, "embedding", all.with_objectives(Vec::new()));
    for objective in &all.objectives {
        let name = format!("embedding and {}", objective.part().name());
        bench_function(&mut group, &name, all.with_objectives(vec![objective.clone()]));
    }
    group.finish();
}

criterion_group!(benches, gradients);
criterion_main!(benches);
