//! What comes behind the last block's heads, forward and backward, for tokens that no longer mix.
//!
//! With `u` the concatenated heads and `x` the residual stream before them:
//! `z = W u + b`, `r = x + ls1 z`, `y = r + ls2 MLP(LN2 r)`, `e = LN(y)`. Nothing before `z` needs a gradient, and
//! `dL/dz` of one token gives that token's whole gradient: `dL/d[W | b] = dL/dz (x) [u; 1]` (rank one).

use std::f32::consts::{FRAC_1_SQRT_2, PI};

use burn::prelude::*;

use super::norm::Standard;
use crate::kernels;
use crate::vit::LastBlock;

/// What the way back needs of the way forward.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Behind the block's second norm, before its scale and shift: `[N, E]`.
    inner: Standard,
    /// The derivative of GELU at the MLP's hidden values: `[N, H]`.
    slope: Tensor<2>,
    /// Behind the final norm, before its scale and shift: `[N, E]`.
    outer: Standard,
}

/// Embeddings `[N, E]` of tokens with heads `u` and residual stream `x`, both `[N, E]`.
pub fn forward(block: &LastBlock, u: Tensor<2>, x: Tensor<2>) -> (Tensor<2>, Saved) {
    let LastBlock { proj, fc1, fc2, norm, eps, .. } = block;
    let r = kernels::linear_add(u, proj.weight.clone(), proj.bias.clone(), x);
    let inner = Standard::new(r.clone(), *eps);
    let hidden = inner.rows.clone().matmul(fc1.weight.clone()) + fc1.bias.clone().unsqueeze();
    // GELU(a) = a P(a) and GELU'(a) = P(a) + a p(a), P the normal distribution and p its density. Burn's own way back
    // through GELU is the tanh approximation on some backends, 1e-4 off.
    let below = (hidden.clone() * FRAC_1_SQRT_2).erf() * 0.5 + 0.5;
    let density = (hidden.clone().square() * -0.5).exp() * (1.0 / (2.0 * PI).sqrt());
    let slope = below.clone() + hidden.clone() * density;
    let y = kernels::linear_add(hidden * below, fc2.weight.clone(), fc2.bias.clone(), r);
    let outer = Standard::new(y, *eps);
    let embedding = outer.rows.clone() * norm.weight.clone().unsqueeze() + norm.bias.clone().unsqueeze();
    (embedding, Saved { inner, slope, outer })
}

/// `dL/dz` from `dL/de`, both `[N, E]`.
pub fn backward(block: &LastBlock, saved: &Saved, gradient: Tensor<2>) -> Tensor<2> {
    let y = saved.outer.backward(gradient * block.norm.weight.clone().unsqueeze());
    let hidden = y.clone().matmul(block.fc2.weight.clone().transpose()) * saved.slope.clone();
    let r = y + saved.inner.backward(hidden.matmul(block.fc1.weight.clone().transpose()));
    match &block.ls1 {
        Some(scale) => r * scale.clone().unsqueeze(),
        None => r,
    }
}
