//! Kernels for the backends under CubeCL: WebGPU in the browser, Vulkan, Metal or DirectX natively.
//!
//! A ViT's block takes five dispatches here instead of about forty. Each kernel is WGSL, generated for the sizes at
//! hand when it is first used: constants let the shader compiler unroll and keep every accumulator in a register. Only
//! the number of rows, views or images is a run-time value, so a model needs a dozen pipelines for any batch. No
//! subgroups, no 16-bit floats, at most 16 KiB of workgroup memory, 256 invocations and 8 storage buffers: every WebGPU
//! implementation supports that, software ones included.

mod activation;
mod attention;
mod class_attention;
mod launch;
mod linear;
mod rademacher;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn_cubecl::CubeBackend;

use super::{Activation, Kernels, composed};

impl Kernels for CubeBackend {
    fn embed(views: FloatTensor<Self>, weight: FloatTensor<Self>, positions: FloatTensor<Self>) -> FloatTensor<Self> {
        if !launch::all_words([&views, &weight, &positions]) {
            return composed::embed::<Self>(views, weight, positions);
        }
        linear::embed(views, weight, positions)
    }

    fn standardize_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        eps: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        if !launch::all_words([&x, &weight, &bias]) {
            return composed::standardize_linear::<Self>(x, weight, bias, eps, activation);
        }
        linear::standardize_linear(x, weight, bias, eps, activation)
    }

    fn linear_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        if !launch::all_words([&x, &weight, &bias, &residual]) {
            return composed::linear_add::<Self>(x, weight, bias, residual);
        }
        linear::linear_add(x, weight, bias, residual)
    }

    fn attention(qkv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        if !launch::all_words([&qkv]) {
            return composed::attention::<Self>(qkv, heads);
        }
        attention::attention(qkv, heads)
    }

    fn class_attention(q: FloatTensor<Self>, kv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        if !launch::all_words([&q, &kv]) || !class_attention::fits(&kv) {
            return composed::class_attention::<Self>(q, kv, heads);
        }
        class_attention::class_attention(q, kv, heads)
    }

    fn rademacher(d: FloatTensor<Self>, u: FloatTensor<Self>, signs: IntTensor<Self>) -> FloatTensor<Self> {
        if !launch::all_words([&d, &u, &signs]) {
            return composed::rademacher::<Self>(d, u, signs);
        }
        rademacher::rademacher(d, u, signs)
    }
}
