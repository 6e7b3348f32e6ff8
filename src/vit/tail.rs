//! The tail: everything after the last block's heads, which is the part that needs a gradient.

use burn::prelude::*;

use super::fold::Linear;
use super::norm::{Norm, Standard};
use super::slope::with_slope;
use crate::kernels::{self, Activation};

/// The last block after its heads, and what makes the embedding of its output. With `s(x) = (x - mean) / sqrt(var + eps)`,
/// token by token:
///
/// - `r = x + u W_proj + b_proj`
/// - `y = r + f(s(r) W_1 + b_1) W_2 + b_2`
/// - `e` from `y`: [`Readout`]
///
/// An attention pool has this form, too: nothing is added to its projection, so `x = 0`. All other norms and LayerScale are
/// folded into the weights. The gradient with respect to the output `z` of the unfolded projection is `ls1 * dL/dr`.
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
    /// What makes the embedding.
    pub readout: Readout,
    /// LayerScale of the attention's branch, `[E]`; 1 where absent.
    pub ls1: Option<Tensor<1>>,
    /// Added to the variance in every norm.
    pub eps: f32,
}

/// What makes the embedding `e` `[N, M]` of the last block's output `y` `[N, E]`.
#[derive(Debug, Clone)]
pub enum Readout {
    /// The final norm: `e = s(y) * w + b`.
    Norm(Norm),
    /// The final norm and a projection, the norm's scale and shift folded in: `e = s(y) W + b`, `[E, M]`.
    Projection(Linear),
    /// Nothing, after an attention pool: `e = y`.
    Identity,
}

impl Readout {
    /// The embedding, and `s(y)` where there is a norm.
    fn forward(&self, y: Tensor<2>, eps: f32) -> (Tensor<2>, Option<Standard>) {
        match self {
            Self::Norm(norm) => {
                let standard = Standard::new(y, eps);
                (norm.forward(&standard), Some(standard))
            }
            Self::Projection(Linear { weight, bias }) => {
                let standard = Standard::new(y, eps);
                (standard.rows.clone().matmul(weight.clone()) + bias.clone().unsqueeze(), Some(standard))
            }
            Self::Identity => (y, None),
        }
    }
}

/// What the backward pass through a [`LastBlock`] needs from the forward pass.
#[derive(Debug, Clone)]
pub struct Saved {
    /// `s(r)`, `[N, E]`.
    pub inner: Standard,
    /// The derivative of the activation, as wide as the MLP's first layer: `[N, H]` or `[N, 2H]`, the gates' first.
    pub slope: Tensor<2>,
    /// `s(y)`, `[N, E]`; nothing after an attention pool.
    pub outer: Option<Standard>,
}

impl LastBlock {
    /// Embeddings of tokens, from the concatenated heads `u` and the residual stream `x` before the block.
    ///
    /// # Shapes
    ///
    /// - u, x: `[N, E]`
    /// - output: `[N, M]`
    pub fn forward(&self, u: Tensor<2>, x: Tensor<2>) -> (Tensor<2>, Saved) {
        let Self { proj, fc1, activation, fc2, readout, eps, .. } = self;
        let r = kernels::linear_add(u, proj.weight.clone(), proj.bias.clone(), x);
        let inner = Standard::new(r.clone(), *eps);
        let a = inner.rows.clone().matmul(fc1.weight.clone()) + fc1.bias.clone().unsqueeze();
        let (hidden, slope) = with_slope(*activation, a);
        let y = kernels::linear_add(hidden, fc2.weight.clone(), fc2.bias.clone(), r);
        let (e, outer) = readout.forward(y, *eps);
        (e, Saved { inner, slope, outer })
    }
}
