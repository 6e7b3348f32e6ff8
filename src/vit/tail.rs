//! What follows the last block's heads, and needs a gradient.

use burn::prelude::*;

use super::fold::Linear;
use crate::kernels;

/// Scale and shift of a layer norm, both `[E]`.
#[derive(Debug, Clone)]
pub struct Norm {
    /// Scale.
    pub weight: Tensor<1>,
    /// Shift.
    pub bias: Tensor<1>,
}

/// The last block behind its heads, and the final norm. With `s(x) = (x - mean) / sqrt(var + eps)`, token by token:
///
/// - `r = x + u W_proj + b_proj`
/// - `y = r + gelu(s(r) W_1 + b_1) W_2 + b_2`
/// - `e = s(y) * w + b`
///
/// Norms and LayerScale are folded into the weights, as far as they are not named here. The gradient with respect to the
/// output `z` of the unfolded projection is `ls1 * dL/dr`.
#[derive(Debug, Clone)]
pub struct LastBlock {
    /// Projection of the concatenated heads, LayerScale folded in; `[E, E]`.
    pub proj: Linear,
    /// First layer of the MLP, the norm before it folded in; `[E, H]`.
    pub fc1: Linear,
    /// Second layer of the MLP, LayerScale folded in; `[H, E]`.
    pub fc2: Linear,
    /// The final norm.
    pub norm: Norm,
    /// LayerScale of the attention's branch, `[E]`; 1 where absent.
    pub ls1: Option<Tensor<1>>,
    /// Added to the variance in every norm.
    pub eps: f32,
}

impl LastBlock {
    /// Tokens after the final norm, from the concatenated heads `u` and the residual stream `x` before the block.
    ///
    /// # Shapes
    ///
    /// - u, x: `[N, E]`
    /// - output: `[N, E]`
    pub fn forward(&self, u: Tensor<2>, x: Tensor<2>) -> Tensor<2> {
        let Self { proj, fc1, fc2, norm, eps, .. } = self;
        let r = kernels::linear_add(u, proj.weight.clone(), proj.bias.clone(), x);
        let h = kernels::standardize_linear(r.clone(), fc1.weight.clone(), fc1.bias.clone(), *eps, true);
        let y = kernels::linear_add(h, fc2.weight.clone(), fc2.bias.clone(), r);
        let centred = y.clone() - y.mean_dim(1);
        let deviation = (centred.clone() * centred.clone()).mean_dim(1).add_scalar(*eps).sqrt();
        centred / deviation * norm.weight.clone().unsqueeze() + norm.bias.clone().unsqueeze()
    }
}
