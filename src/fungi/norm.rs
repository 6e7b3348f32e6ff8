//! L2 normalisation of rows, forward and backward: the browser's build leaves automatic differentiation out.

use burn::prelude::*;

/// Smaller norms are replaced by this, so that a zero vector stays zero.
const SMALLEST: f32 = 1e-12;

/// Rows of length one, and what the backward pass needs.
#[derive(Debug, Clone)]
pub struct Unit {
    /// `x / |x|`, `[N, E]`.
    pub rows: Tensor<2>,
    /// `1 / |x|`, `[N, 1]`.
    inverse: Tensor<2>,
}

impl Unit {
    /// Normalises each row of `x` `[N, E]`.
    pub fn new(x: Tensor<2>) -> Self {
        let inverse = x.clone().square().sum_dim(1).sqrt().clamp_min(SMALLEST).recip();
        Self { rows: x * inverse.clone(), inverse }
    }

    /// The loss's gradient with respect to `x`, from that with respect to the unit rows: `(g - x^ (x^ . g)) / |x|`.
    pub fn backward(&self, gradient: Tensor<2>) -> Tensor<2> {
        let along = (gradient.clone() * self.rows.clone()).sum_dim(1);
        (gradient - self.rows.clone() * along) * self.inverse.clone()
    }
}
