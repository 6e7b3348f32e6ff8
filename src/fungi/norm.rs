//! L2 and layer normalisation of rows, forward and backward. Burn's automatic differentiation does not serve: the browser's
//! build leaves it out, and on some backends it is approximate (GELU).

use burn::prelude::*;

/// Smaller norms count as this, so that a zero vector stays zero.
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

/// Rows of mean zero and variance one (a layer norm before scale and shift), and what the backward pass needs.
#[derive(Debug, Clone)]
pub struct Standard {
    /// `(x - mean) / sqrt(var + eps)`, `[N, E]`.
    pub rows: Tensor<2>,
    /// `1 / sqrt(var + eps)`, `[N, 1]`.
    inverse: Tensor<2>,
}

impl Standard {
    /// Standardises each row of `x` `[N, E]`; the variance is the biased one.
    pub fn new(x: Tensor<2>, eps: f32) -> Self {
        let centred = x.clone() - x.mean_dim(1);
        let inverse = (centred.clone().square().mean_dim(1) + eps).sqrt().recip();
        Self { rows: centred * inverse.clone(), inverse }
    }

    /// The loss's gradient with respect to `x`, from that with respect to the standard rows:
    /// `(g - mean(g) - x^ mean(g x^)) / sqrt(var + eps)`.
    pub fn backward(&self, gradient: Tensor<2>) -> Tensor<2> {
        let along = (gradient.clone() * self.rows.clone()).mean_dim(1);
        let centred = gradient.clone() - gradient.mean_dim(1);
        (centred - self.rows.clone() * along) * self.inverse.clone()
    }
}
