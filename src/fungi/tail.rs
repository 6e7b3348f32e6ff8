//! The gradient through everything after the last block's heads, where tokens no longer mix.
//!
//! With `u` the concatenated heads and `x` the residual stream before them:
//! `z = W u + b`, `r = x + ls1 z`, `y = r + ls2 MLP(LN2 r)`, `e = LN(y)`, perhaps projected. Nothing before `z` needs a gradient, and
//! `dL/dz` of one token gives that token's whole gradient: `dL/d[W | b] = dL/dz (x) [u; 1]` (rank one).

use burn::prelude::*;

use crate::vit::{LastBlock, Readout, Saved};

/// `dL/dz` `[N, E]` from `dL/de` `[N, M]`.
pub fn backward(block: &LastBlock, saved: &Saved, gradient: Tensor<2>) -> Tensor<2> {
    let standard = match &block.readout {
        Readout::Norm(norm) => gradient * norm.weight.clone().unsqueeze(),
        Readout::Projection(projection) => gradient.matmul(projection.weight.clone().transpose()),
        Readout::Identity => gradient,
    };
    let y = match &saved.outer {
        Some(outer) => outer.backward(standard),
        None => standard,
    };
    let hidden = y.clone().matmul(block.fc2.weight.clone().transpose());
    // Gates and values each have their own share of the gradient.
    let hidden = if block.activation.is_gated() { Tensor::cat(vec![hidden.clone(), hidden], 1) } else { hidden };
    let hidden = hidden * saved.slope.clone();
    let r = y + saved.inner.backward(hidden.matmul(block.fc1.weight.clone().transpose()));
    match &block.ls1 {
        Some(scale) => r * scale.clone().unsqueeze(),
        None => r,
    }
}
