//! The operations in which a frozen ViT and its projection spend most of their time, each as one call, so that a
//! backend can run it as one fused kernel.
//!
//! [`Kernels`] is a Burn backend extension. Its default bodies compose Burn's own operations ([`composed`]), so they
//! work everywhere and serve as the reference; `flex` (CPU) and `cube` (WebGPU, Vulkan, ...) replace them with faster
//! ones. The other modules call the functions of this module.

mod activation;
#[cfg(feature = "engine")]
pub mod composed;
#[cfg(feature = "engine")]
mod cpu;
#[cfg(feature = "wgpu")]
mod cube;
#[cfg(feature = "wgpu")]
pub mod device;
#[cfg(feature = "engine")]
mod flex;
#[cfg(any(feature = "engine", feature = "evaluation"))]
pub(crate) mod product;

#[cfg(feature = "engine")]
use burn::backend::tensor::{FloatTensor, IntTensor};
#[cfg(feature = "engine")]
use burn::backend::{Backend, Dispatch, backend_extension};
#[cfg(feature = "engine")]
use burn::prelude::*;

pub use activation::Activation;

/// Fused operations that a backend may offer. Shapes and formulas are those of the functions of the same name.
#[cfg(feature = "engine")]
#[backend_extension(Flex, Cube: cfg(feature = "wgpu"))]
pub trait Kernels: Backend {
    /// See [`embed`].
    fn embed(views: FloatTensor<Self>, weight: FloatTensor<Self>, positions: FloatTensor<Self>) -> FloatTensor<Self> {
        composed::embed::<Self>(views, weight, positions)
    }

    /// See [`standardize_linear`].
    fn standardize_linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        eps: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        composed::standardize_linear::<Self>(x, weight, bias, eps, activation)
    }

    /// See [`linear_add`].
    fn linear_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        composed::linear_add::<Self>(x, weight, bias, residual)
    }

    /// See [`attention`].
    fn attention(qkv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        composed::attention::<Self>(qkv, heads)
    }

    /// See [`class_attention`].
    fn class_attention(q: FloatTensor<Self>, kv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        composed::class_attention::<Self>(q, kv, heads)
    }

    /// See [`rademacher`].
    fn rademacher(d: FloatTensor<Self>, u: FloatTensor<Self>, signs: IntTensor<Self>) -> FloatTensor<Self> {
        composed::rademacher::<Self>(d, u, signs)
    }
}

/// Cuts views into square patches, embeds each by a linear layer, puts the prefix tokens before them, adds positions.
///
/// # Shapes
///
/// - views: `[V, 3, height, width]`, both sides multiples of the patch
/// - weight: `[3 * patch * patch, E]`, inputs by channel, row, column
/// - positions: `[T, E]`: the prefix tokens with their positions, then position and bias of each patch, row by row
/// - output: `[V, T, E]`
#[cfg(feature = "engine")]
pub fn embed(views: Tensor<4>, weight: Tensor<2>, positions: Tensor<2>) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as Kernels>::embed(
        views.into_dispatch(),
        weight.into_dispatch(),
        positions.into_dispatch(),
    ))
}

/// A linear layer after a layer norm whose scale and shift are folded into it, with an activation after that:
/// `f((x - mean) / sqrt(var + eps) W + b)`, with mean and (biased) variance over each row.
///
/// # Shapes
///
/// - x: `[N, I]`, weight: `[I, O]`, bias: `[O]`
/// - output: `[N, O]`, or `[N, O / 2]` where the activation is gated
#[cfg(feature = "engine")]
pub fn standardize_linear(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    eps: f32,
    activation: Activation,
) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Kernels>::standardize_linear(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        eps,
        activation,
    ))
}

/// A linear layer added to a residual stream: `x W + b + residual`.
///
/// # Shapes
///
/// - x: `[N, I]`, weight: `[I, O]`, bias: `[O]`, residual: `[N, O]`
/// - output: `[N, O]`
#[cfg(feature = "engine")]
pub fn linear_add(x: Tensor<2>, weight: Tensor<2>, bias: Tensor<1>, residual: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Kernels>::linear_add(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        residual.into_dispatch(),
    ))
}

/// Multi-head self-attention between projections: `softmax(q k^T) v` for each head, heads concatenated. The factor
/// `1 / sqrt(head size)` is expected in `q`.
///
/// # Shapes
///
/// - qkv: `[V, T, 3E]`, queries, then keys, then values, each head after head
/// - output: `[V, T, E]`
#[cfg(feature = "engine")]
pub fn attention(qkv: Tensor<3>, heads: usize) -> Tensor<3> {
    Tensor::from_dispatch(<Dispatch as Kernels>::attention(qkv.into_dispatch(), heads))
}

/// [`attention`] for one query per view: the class token's.
///
/// # Shapes
///
/// - q: `[V, E]`, kv: `[V, T, 2E]`, keys before values
/// - output: `[V, E]`
#[cfg(feature = "engine")]
pub fn class_attention(q: Tensor<2>, kv: Tensor<3>, heads: usize) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Kernels>::class_attention(q.into_dispatch(), kv.into_dispatch(), heads))
}

/// Projects rank-one gradients by random signs without ever storing signs as floats:
/// `R vec(sum over v of d_v (x) [u_v; 1]) / sqrt(D)` (section 3.2 of the paper), vec row-major over `[E, E + 1]`.
///
/// # Shapes
///
/// - d, u: `[B, V, E]`
/// - signs: `[D, ceil(E (E + 1) / 32)]`, 32 signs a word, lowest bit first, 1 for +1; only the low 32 bits of a word count
/// - output: `[B, D]`
#[cfg(feature = "engine")]
pub fn rademacher(d: Tensor<3>, u: Tensor<3>, signs: Tensor<2, Int>) -> Tensor<2> {
    Tensor::from_dispatch(<Dispatch as Kernels>::rademacher(
        d.into_dispatch(),
        u.into_dispatch(),
        signs.into_dispatch(),
    ))
}
