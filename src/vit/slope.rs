//! Activations together with their derivatives, in Burn's own operations.
//!
//! Burn's own gradient of GELU is that of the tanh approximation on some backends, 1e-4 off; these are exact.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, PI};

use burn::prelude::*;
use burn::tensor::activation::sigmoid;

use crate::kernels::Activation;

/// `f(a)` and its derivative at `a` `[N, I]`. Where `f` is gated, `f(a)` is `[N, I / 2]`, and the derivative `[N, I]` holds
/// that with respect to the gates before that with respect to the values.
pub(super) fn with_slope(activation: Activation, a: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
    match activation {
        Activation::Identity => (a.clone(), a.ones_like()),
        // GELU(a) = a P(a) and GELU'(a) = P(a) + a p(a), P the normal distribution and p its density.
        Activation::Gelu => {
            let below = (a.clone() * FRAC_1_SQRT_2).erf() * 0.5 + 0.5;
            let density = (a.clone().square() * -0.5).exp() * (1.0 / (2.0 * PI).sqrt());
            let slope = below.clone() + a.clone() * density;
            (a * below, slope)
        }
        // With t(a) = 2 c (a + k a^3): f(a) = a s(t) and f'(a) = s(t) (1 + a t'(a) (1 - s(t))), s the logistic function.
        Activation::GeluTanh => {
            const SCALE: f32 = 2.0 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2;
            const CUBIC: f32 = 0.044_715;
            let square = a.clone().square();
            let s = sigmoid(a.clone() * (square.clone() * CUBIC + 1.0) * SCALE);
            let steepness = (square * (3.0 * CUBIC) + 1.0) * SCALE;
            let slope = s.clone() * (a.clone() * steepness * (s.clone() * -1.0 + 1.0) + 1.0);
            (a * s, slope)
        }
        Activation::QuickGelu => swish(a, 1.702),
        Activation::SwiGlu => {
            let width = activation.outputs(a.dims()[1]);
            let (gates, values) = (a.clone().narrow(1, 0, width), a.narrow(1, width, width));
            let (silu, slope) = swish(gates, 1.0);
            (silu.clone() * values.clone(), Tensor::cat(vec![slope * values, silu], 1))
        }
    }
}

/// `f(a) = a s(k a)` and `f'(a) = s(k a) (1 + k a (1 - s(k a)))`, s the logistic function.
fn swish(a: Tensor<2>, k: f32) -> (Tensor<2>, Tensor<2>) {
    let s = sigmoid(a.clone() * k);
    let slope = s.clone() * (a.clone() * (s.clone() * -1.0 + 1.0) * k + 1.0);
    (a * s, slope)
}
