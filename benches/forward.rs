//! The CPU's forward pass over one image's 62 views with the embedded model, and two floors to hold it against: the same
//! matrix products alone, and Burn's own operations one by one.
//!
//! `cargo bench --bench forward`

#![allow(missing_docs)]

use burn::backend::Flex;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::prelude::*;
use burn::tensor::{Distribution, Shape};
use criterion::{Criterion, criterion_group, criterion_main};
use mycoscope::kernels::{self, composed};
use mycoscope::vit::{Activation, LoadOptions, ViT};

const VIEWS: usize = 62;
const TOKENS: usize = 65;
const DIM: usize = 192;
const HIDDEN: usize = 768;
const HEADS: usize = 3;
/// All blocks but the last, which runs for the class token only.
const BLOCKS: usize = 11;

fn random<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-0.1, 0.1), &Device::flex())
}

fn primitive<const D: usize>(shape: [usize; D]) -> FloatTensor<Flex> {
    random(shape).try_into_primitive::<Flex>().expect("made on the CPU")
}

/// `[n, k]` by `[k, m]`, as whole matrices.
fn product(n: usize, k: usize, m: usize, [x, w]: [&[f32]; 2], out: &mut [f32]) {
    assert!(n * k <= x.len() && k * m <= w.len() && n * m <= out.len());
    let parallelism = if cfg!(feature = "parallel") { gemm::Parallelism::Rayon(0) } else { gemm::Parallelism::None };
    let (k_rows, m_rows) = (k as isize, m as isize);
    // SAFETY: the assertion above keeps every element inside its slice.
    unsafe {
        gemm::gemm(
            n,
            m,
            k,
            out.as_mut_ptr(),
            1,
            m_rows,
            false,
            x.as_ptr(),
            1,
            k_rows,
            w.as_ptr(),
            1,
            m_rows,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

/// Every matrix product of a forward pass and nothing else.
fn products(x: &[f32], w: &[f32], out: &mut [f32]) {
    let (rows, head) = (VIEWS * TOKENS, DIM / HEADS);
    product(VIEWS * (TOKENS - 1), DIM, DIM, [x, w], out);
    for _ in 0..BLOCKS {
        product(rows, DIM, 3 * DIM, [x, w], out);
        for _ in 0..VIEWS * HEADS {
            product(TOKENS, head, TOKENS, [x, w], out);
            product(TOKENS, TOKENS, head, [x, w], out);
        }
        product(rows, DIM, DIM, [x, w], out);
        product(rows, DIM, HIDDEN, [x, w], out);
        product(rows, HIDDEN, DIM, [x, w], out);
    }
    product(rows, DIM, 2 * DIM, [x, w], out);
}

fn forward(criterion: &mut Criterion) {
    let weights = include_bytes!("../models/vit-ti8-64/model.safetensors");
    let vit = ViT::load(weights, &LoadOptions::default(), &Device::flex()).expect("the embedded model is sound");
    let views = random([VIEWS, 3, 64, 64]);
    let mut group = criterion.benchmark_group("62 views");
    group.sample_size(10);
    group.bench_function("forward pass", |bencher| bencher.iter(|| vit.class(views.clone()).u));
    let (x, w) = (vec![0.1; VIEWS * TOKENS * HIDDEN], vec![0.1; DIM * HIDDEN]);
    let mut out = vec![0.0; VIEWS * TOKENS * HIDDEN];
    group.bench_function("matrix products alone", |bencher| bencher.iter(|| products(&x, &w, &mut out)));
    group.finish();
}

/// The parts of one block, fused and composed of Burn's operations.
fn block(criterion: &mut Criterion) {
    let rows = VIEWS * TOKENS;
    let mut group = criterion.benchmark_group("one block");
    group.sample_size(10);
    let (x, w, b) = (primitive([rows, DIM]), primitive([DIM, HIDDEN]), primitive([HIDDEN]));
    group.bench_function("norm, linear, GELU: composed", |bencher| {
        bencher.iter(|| composed::standardize_linear::<Flex>(x.clone(), w.clone(), b.clone(), 1e-6, Activation::Gelu));
    });
    group.bench_function("norm, linear, GELU: fused", |bencher| {
        bencher.iter(|| {
            <Flex as kernels::Kernels>::standardize_linear(x.clone(), w.clone(), b.clone(), 1e-6, Activation::Gelu)
        });
    });
    let qkv = Flex::float_reshape(primitive([rows, 3 * DIM]), Shape::from([VIEWS, TOKENS, 3 * DIM]));
    group.bench_function("attention: composed", |bencher| {
        bencher.iter(|| composed::attention::<Flex>(qkv.clone(), HEADS));
    });
    group.bench_function("attention: fused", |bencher| {
        bencher.iter(|| <Flex as kernels::Kernels>::attention(qkv.clone(), HEADS));
    });
    group.finish();
}

/// Projecting one image's SimCLR gradient, and the gradients of 1024 tokens.
fn projection(criterion: &mut Criterion) {
    let words = (DIM * (DIM + 1)).div_ceil(32);
    let signs: Vec<i32> = (0..DIM * words).map(|word| (word as i32).wrapping_mul(-1_640_531_535)).collect();
    let signs = Tensor::<2, Int>::from_data(TensorData::new(signs, [DIM, words]), &Device::flex());
    let mut group = criterion.benchmark_group("projection");
    group.sample_size(10);
    for (name, shape) in [("one image, 49 views", [1, 49, DIM]), ("1024 tokens", [1024, 1, DIM])] {
        let (d, u) = (random(shape), random(shape));
        group.bench_function(name, |bencher| {
            bencher.iter(|| kernels::rademacher(d.clone(), u.clone(), signs.clone()));
        });
    }
    group.finish();
}

criterion_group!(benches, forward, block, projection);
criterion_main!(benches);
