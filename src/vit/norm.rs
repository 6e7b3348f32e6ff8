//! Layer normalisation of rows with its gradient, written by hand: the browser's build leaves automatic differentiation
//! out.

use burn::prelude::*;

/// Rows of mean zero and variance one (a layer norm before scale and shift), and what its gradient needs.
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

    /// The gradient with respect to `x`, from that with respect to [`Self::rows`]:
    /// `(g - mean(g) - s mean(g s)) / sqrt(var + eps)`, with `s` the rows.
    pub fn backward(&self, gradient: Tensor<2>) -> Tensor<2> {
        let along = (gradient.clone() * self.rows.clone()).mean_dim(1);
        let centred = gradient.clone() - gradient.mean_dim(1);
        (centred - self.rows.clone() * along) * self.inverse.clone()
    }
}

/// Scale and shift of a layer norm, both `[E]`.
#[derive(Debug, Clone)]
pub struct Norm {
    /// Scale.
    pub weight: Tensor<1>,
    /// Shift.
    pub bias: Tensor<1>,
}

impl Norm {
    /// Scales and shifts standardised rows `[N, E]`.
    pub fn forward(&self, standard: &Standard) -> Tensor<2> {
        standard.rows.clone() * self.weight.clone().unsqueeze() + self.bias.clone().unsqueeze()
    }
}
