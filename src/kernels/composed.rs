//! The kernels as compositions of Burn's operations: correct on every backend, and the reference for faster ones.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{Shape, Slice};

use super::Activation;

/// `sqrt(2 / pi)`.
const TANH_SCALE: f32 = FRAC_2_SQRT_PI * FRAC_1_SQRT_2;

/// Floats that a temporary of [`rademacher`] may hold: 16 MB.
const TEMPORARY: usize = 1 << 22;

fn standardize<B: Backend>(x: FloatTensor<B>, eps: f32) -> FloatTensor<B> {
    let centred = B::float_sub(x.clone(), B::float_mean_dim(x, 1));
    let variance = B::float_mean_dim(B::float_mul(centred.clone(), centred.clone()), 1);
    B::float_div(centred, B::float_sqrt(B::float_add_scalar(variance, eps.into())))
}

fn linear<B: Backend>(x: FloatTensor<B>, weight: FloatTensor<B>, bias: FloatTensor<B>) -> FloatTensor<B> {
    let outputs = bias.shape()[0];
    B::float_add(B::float_matmul(x, weight), B::float_reshape(bias, Shape::from([1, outputs])))
}

/// `[V, T, E]` (or a part of it along the last axis) as `[V, heads, T, E / heads]`.
fn split_heads<B: Backend>(x: FloatTensor<B>, heads: usize) -> FloatTensor<B> {
    let [views, tokens, width] = x.shape().dims();
    let x = B::float_reshape(x, Shape::from([views, tokens, heads, width / heads]));
    B::float_permute(x, &[0, 2, 1, 3])
}

fn columns<B: Backend>(x: FloatTensor<B>, start: usize, width: usize) -> FloatTensor<B> {
    let [views, tokens, _] = x.shape().dims();
    B::float_slice(x, &[range(0, views), range(0, tokens), range(start, start + width)])
}

fn range(start: usize, end: usize) -> Slice {
    Slice::from(start..end)
}

fn attend<B: Backend>(q: FloatTensor<B>, k: FloatTensor<B>, v: FloatTensor<B>, heads: usize) -> FloatTensor<B> {
    let [views, tokens, width] = q.shape().dims();
    let (q, k, v) = (split_heads::<B>(q, heads), split_heads::<B>(k, heads), split_heads::<B>(v, heads));
    let weights = B::softmax(B::float_matmul(q, B::float_transpose(k)), 3);
    let heads = B::float_permute(B::float_matmul(weights, v), &[0, 2, 1, 3]);
    B::float_reshape(heads, Shape::from([views, tokens, width]))
}

/// See [`embed`](super::embed).
pub fn embed<B: Backend>(views: FloatTensor<B>, weight: FloatTensor<B>, positions: FloatTensor<B>) -> FloatTensor<B> {
    let [count, _, height, width] = views.shape().dims();
    let [inputs, dim] = weight.shape().dims();
    let tokens = positions.shape()[0];
    let patch = (inputs / 3).isqrt();
    let (rows, columns) = (height / patch, width / patch);
    let patches = B::float_reshape(views, Shape::from([count, 3, rows, patch, columns, patch]));
    let patches = B::float_permute(patches, &[0, 2, 4, 1, 3, 5]);
    let patches = B::float_matmul(B::float_reshape(patches, Shape::from([count * rows * columns, inputs])), weight);
    let patches = B::float_reshape(patches, Shape::from([count, rows * columns, dim]));
    let prefix = Shape::from([count, tokens - rows * columns, dim]);
    let prefix = B::float_zeros(prefix, &patches.device(), patches.dtype().into());
    let positions = B::float_reshape(positions, Shape::from([1, tokens, dim]));
    B::float_add(B::float_cat(vec![prefix, patches], 1), positions)
}

/// See [`standardize_linear`](super::standardize_linear).
pub fn standardize_linear<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    eps: f32,
    activation: Activation,
) -> FloatTensor<B> {
    activate::<B>(linear::<B>(standardize::<B>(x, eps), weight, bias), activation)
}

fn activate<B: Backend>(x: FloatTensor<B>, activation: Activation) -> FloatTensor<B> {
    match activation {
        Activation::Identity => x,
        Activation::Gelu => B::gelu(x),
        Activation::GeluTanh => {
            let square = B::float_mul(x.clone(), x.clone());
            let factor = B::float_add_scalar(B::float_mul_scalar(square, 0.044_715.into()), 1.0.into());
            let steep = B::float_mul_scalar(B::float_mul(x.clone(), factor), (2.0 * TANH_SCALE).into());
            B::float_mul(x, B::sigmoid(steep))
        }
        Activation::QuickGelu => {
            let weights = B::sigmoid(B::float_mul_scalar(x.clone(), 1.702.into()));
            B::float_mul(x, weights)
        }
        Activation::SwiGlu => {
            let [rows, width] = x.shape().dims();
            let half = |start| B::float_slice(x.clone(), &[range(0, rows), range(start, start + width / 2)]);
            let (gate, value) = (half(0), half(width / 2));
            B::float_mul(B::float_mul(gate.clone(), B::sigmoid(gate)), value)
        }
    }
}

/// See [`linear_add`](super::linear_add).
pub fn linear_add<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    residual: FloatTensor<B>,
) -> FloatTensor<B> {
    B::float_add(linear::<B>(x, weight, bias), residual)
}

/// See [`attention`](super::attention).
pub fn attention<B: Backend>(qkv: FloatTensor<B>, heads: usize) -> FloatTensor<B> {
    let width = qkv.shape()[2] / 3;
    let part = |index| columns::<B>(qkv.clone(), index * width, width);
    attend::<B>(part(0), part(1), part(2), heads)
}

/// See [`class_attention`](super::class_attention).
pub fn class_attention<B: Backend>(q: FloatTensor<B>, kv: FloatTensor<B>, heads: usize) -> FloatTensor<B> {
    let [views, width] = q.shape().dims();
    let q = B::float_reshape(q, Shape::from([views, 1, width]));
    let part = |index| columns::<B>(kv.clone(), index * width, width);
    let heads = attend::<B>(q, part(0), part(1), heads);
    B::float_reshape(heads, Shape::from([views, width]))
}

/// See [`rademacher`](super::rademacher). Processes a few rows of signs and a few images at a time to bound its memory.
pub fn rademacher<B: Backend>(d: FloatTensor<B>, u: FloatTensor<B>, signs: IntTensor<B>) -> FloatTensor<B> {
    let [images, _, width] = d.shape().dims();
    let rows = signs.shape()[0];
    let step = (TEMPORARY / (width * (width + 1))).max(1);
    let scale = 1.0 / (rows as f32).sqrt();
    let mut parts = Vec::new();
    for start in (0..images).step_by(step) {
        let gradients = gradients::<B>(d.clone(), u.clone(), start, images.min(start + step));
        let projected = (0..rows)
            .step_by(step)
            .map(|row| {
                let signs = unpack::<B>(signs.clone(), row, rows.min(row + step), width * (width + 1), d.dtype());
                B::float_matmul(gradients.clone(), B::float_transpose(signs))
            })
            .collect();
        parts.push(B::float_mul_scalar(B::float_cat(projected, 1), scale.into()));
    }
    B::float_cat(parts, 0)
}

/// Gradients of the images `start..end`, `[n, E (E + 1)]`.
fn gradients<B: Backend>(d: FloatTensor<B>, u: FloatTensor<B>, start: usize, end: usize) -> FloatTensor<B> {
    let [_, views, width] = d.shape().dims();
    let part = |x| B::float_slice(x, &[range(start, end), range(0, views), range(0, width)]);
    let (d, u) = (part(d), part(u));
    let ones = B::float_ones(Shape::from([end - start, views, 1]), &u.device(), u.dtype().into());
    let gradients = B::float_matmul(B::float_transpose(d), B::float_cat(vec![u, ones], 2));
    B::float_reshape(gradients, Shape::from([end - start, width * (width + 1)]))
}

/// Rows `start..end` of packed signs as floats, `[n, columns]`.
fn unpack<B: Backend>(
    signs: IntTensor<B>,
    start: usize,
    end: usize,
    columns: usize,
    dtype: burn::tensor::DType,
) -> FloatTensor<B> {
    let words = signs.shape()[1];
    let wide = Shape::from([end - start, words, 32]);
    let places = B::int_arange(0..32, &signs.device(), signs.dtype().into());
    let places = B::int_expand(B::int_reshape(places, Shape::from([1, 1, 32])), wide.clone());
    let signs = B::int_slice(signs, &[range(start, end), range(0, words)]);
    let signs = B::int_expand(B::int_reshape(signs, Shape::from([end - start, words, 1])), wide);
    let bits = B::bitwise_and_scalar(B::bitwise_right_shift(signs, places), 1.into());
    let bits = B::int_into_float(B::int_reshape(bits, Shape::from([end - start, words * 32])), dtype.into());
    let bits = B::float_slice(bits, &[range(0, end - start), range(0, columns)]);
    B::float_sub_scalar(B::float_mul_scalar(bits, 2.into()), 1.into())
}
