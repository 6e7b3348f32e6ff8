//! Linear layers, fused with the norm before them and the activation or sum after them.

use super::math::{gelu, gelu_tanh, quick_gelu, silu, sum};
use crate::cores::{each, vectorised};
use crate::kernels::Activation;
use crate::kernels::product::{Matrix, product};

/// Rows per task: their inputs and outputs fit a core's cache.
const ROWS: usize = 128;

/// See [`standardize_linear`](crate::kernels::standardize_linear); `x` is `[N, I]`, `weight` `[I, O]`.
pub fn standardize_linear(x: &[f32], weight: &[f32], bias: &[f32], eps: f32, activation: Activation) -> Vec<f32> {
    let inputs = weight.len() / bias.len();
    let outputs = activation.outputs(bias.len());
    let mut out = vec![0.0; x.len() / inputs * outputs];
    each(out.chunks_mut(ROWS * outputs).zip(x.chunks(ROWS * inputs)), |(out, x)| {
        let mut standard = vec![0.0; x.len()];
        vectorised(|| {
            for (standard, x) in standard.chunks_exact_mut(inputs).zip(x.chunks_exact(inputs)) {
                standardize(standard, x, eps);
            }
        });
        let linear = |out: &mut [f32]| {
            out.chunks_exact_mut(bias.len()).for_each(|row| row.copy_from_slice(bias));
            product(out, bias.len(), Matrix::new(&standard, inputs), Matrix::new(weight, bias.len()), true);
        };
        match activation {
            Activation::Identity => linear(out),
            Activation::Gelu => {
                linear(out);
                vectorised(|| out.iter_mut().for_each(|x| *x = gelu(*x)));
            }
            Activation::GeluTanh => {
                linear(out);
                vectorised(|| out.iter_mut().for_each(|x| *x = gelu_tanh(*x)));
            }
            Activation::QuickGelu => {
                linear(out);
                vectorised(|| out.iter_mut().for_each(|x| *x = quick_gelu(*x)));
            }
            Activation::SwiGlu => {
                let mut wide = vec![0.0; 2 * out.len()];
                linear(&mut wide);
                vectorised(|| {
                    for (out, wide) in out.chunks_exact_mut(outputs).zip(wide.chunks_exact(2 * outputs)) {
                        let (gates, values) = wide.split_at(outputs);
                        let pairs = gates.iter().zip(values);
                        out.iter_mut().zip(pairs).for_each(|(out, (gate, value))| *out = silu(*gate) * value);
                    }
                });
            }
        }
    });
    out
}

#[inline(always)]
fn standardize(out: &mut [f32], x: &[f32], eps: f32) {
    let scale = 1.0 / x.len() as f32;
    let mean = sum(x, |x| x) * scale;
    let variance = sum(x, |x| (x - mean) * (x - mean)) * scale;
    let inverse = 1.0 / (variance + eps).sqrt();
    out.iter_mut().zip(x).for_each(|(out, x)| *out = (x - mean) * inverse);
}

/// See [`linear_add`](crate::kernels::linear_add); `x` is `[N, I]`, `weight` `[I, O]`; `residual`, `[N, O]`, becomes
/// the sum.
pub fn linear_add(x: &[f32], weight: &[f32], bias: &[f32], residual: &mut [f32]) {
    let outputs = bias.len();
    let inputs = weight.len() / outputs;
    each(residual.chunks_mut(ROWS * outputs).zip(x.chunks(ROWS * inputs)), |(out, x)| {
        for row in out.chunks_exact_mut(outputs) {
            row.iter_mut().zip(bias).for_each(|(out, bias)| *out += bias);
        }
        product(out, outputs, Matrix::new(x, inputs), Matrix::new(weight, outputs), true);
    });
}

/// See [`embed`](crate::kernels::embed); `views` is `[V, 3, height, width]`, `weight` `[3 * patch * patch, E]`,
/// `positions` `[T, E]`.
pub fn embed(views: &[f32], height: usize, width: usize, weight: &[f32], positions: &[f32], dim: usize) -> Vec<f32> {
    let inputs = weight.len() / dim;
    let patch = (inputs / 3).isqrt();
    let count = views.len() / (3 * height * width);
    let mut out = vec![0.0; count * positions.len()];
    each(out.chunks_exact_mut(positions.len()).zip(views.chunks_exact(3 * height * width)), |(out, view)| {
        let mut patches = Vec::with_capacity(view.len());
        for row in 0..height / patch {
            for column in 0..width / patch {
                for line in (0..3 * patch).map(|line| line / patch * height + row * patch + line % patch) {
                    patches.extend_from_slice(&view[line * width + column * patch..][..patch]);
                }
            }
        }
        out.copy_from_slice(positions);
        let prefix = positions.len() - patches.len() / inputs * dim;
        product(&mut out[prefix..], dim, Matrix::new(&patches, inputs), Matrix::new(weight, dim), true);
    });
    out
}
