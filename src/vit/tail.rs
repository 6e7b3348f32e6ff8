//! The tail: everything after the last block's heads, which is the part that needs a gradient.

use burn::prelude::*;

use super::fold::Linear;
use super::norm::{Norm, Standard};
use super::slope::with_slope;
use crate::kernels::{self, Activation};

/// The last block after its heads, and the final norm. With `s(x) = (x - mean) / sqrt(var + eps)`, token by token:
///
/// - `r = x + u W_proj + b_proj`
/// - `y = r + f(s(r) W_1 + b_1) W_2 + b_2`
/// - `e = s(y) * w + b`
///
/// All other norms and LayerScale are folded into the weights. The gradient with respect to the
/// output `z` of the unfolded projection is `ls1 * dL/dr`.
#[derive(Debug, Clone)]
pub struct LastBlock {
    /// Projection of the concatenated heads, LayerScale folded in; `[E, E]`.
    pub proj: Linear,
    /// First layer of the MLP, the norm before it folded in; `[E, H]`, or `[E, 2H]` where the activation is gated.
    pub fc1: Linear,
    /// The activation `f` between the MLP's layers.
    pub activation: Activation,
    /// Second layer of the MLP, LayerScale folded in; `[H, E]`.
    pub fc2: Linear,
    /// The final norm.
    pub norm: Norm,
    /// LayerScale of the attention's branch, `[E]`; 1 where absent.
    pub ls1: Option<Tensor<1>>,
    /// Added to the variance in every norm.
    pub eps: f32,
}

/// What the backward pass through a [`LastBlock`] needs from the forward pass.
#[derive(Debug, Clone)]
pub struct Saved {
    /// `s(r)`, `[N, E]`.
    pub inner: Standard,
    /// The derivative of the activation, as wide as the MLP's first layer: `[N, H]` or `[N, 2H]`, the gates' first.
    pub slope: Tensor<2>,
    /// `s(y)`, `[N, E]`.
    pub outer: Standard,
}

impl LastBlock {
    /// Tokens after the final norm, from the concatenated heads `u` and the residual stream `x` before the block.
    ///
    /// # Shapes
    ///
    /// - u, x: `[N, E]`
    /// - output: `[N, E]`
    pub fn forward(&self, u: Tensor<2>, x: Tensor<2>) -> (Tensor<2>, Saved) {
        let Self { proj, fc1, activation, fc2, norm, eps, .. } = self;
        let r = kernels::linear_add(u, proj.weight.clone(), proj.bias.clone(), x);
        let inner = Standard::new(r.clone(), *eps);
        let a = inner.rows.clone().matmul(fc1.weight.clone()) + fc1.bias.clone().unsqueeze();
        let (hidden, slope) = with_slope(*activation, a);
        let y = kernels::linear_add(hidden, fc2.weight.clone(), fc2.bias.clone(), r);
        let outer = Standard::new(y, *eps);
        (norm.forward(&outer), Saved { inner, slope, outer })
    }
}
