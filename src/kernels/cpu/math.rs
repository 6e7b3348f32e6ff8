//! Functions without branches or calls, so that loops over them become SIMD.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, LOG2_E};

/// Partial results that a reduction keeps: two AVX vectors, four of wasm's.
pub(super) const LANES: usize = 16;

/// `e^x` to 2 units in the last place for x up to 88; 0 below -87.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to an integer, which is left in the low bits of the sum.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts: the first exact in few bits, so that its multiples are exact.
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Not `f32::max`, which wasm has only as a call: its NaN rules differ from the instruction's.
    let clamped = if x > -87.0 { x } else { -87.0 };
    let rounded = clamped * LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = (clamped - n * LN2_HIGH) - n * LN2_LOW;
    // Taylor's series to r^7: |r| <= ln(2) / 2 leaves 5e-9.
    let p = 1.0 / 5040.0 * r + 1.0 / 720.0;
    let p = p * r + 1.0 / 120.0;
    let p = p * r + 1.0 / 24.0;
    let p = p * r + 1.0 / 6.0;
    let p = p * r + 0.5;
    let p = (p * r + 1.0) * r + 1.0;
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(0x3f80_0000));
    if x < -87.0 { 0.0 } else { p * power }
}

/// GELU by the exact error function: `x Phi(x) = max(x, 0) - |x| Phi(-|x|)`, within 3e-7 of it and 1.3e-7 relative to
/// `max(1, |x|)`.
///
/// `Phi(-a) = exp(-a^2 / 2) P(t)` with `t = 1 / (1 + a / 2)`: the form of Hastings (1955), with a polynomial fitted
/// here to minimise the largest error of `a Phi(-a)` (3.4e-8).
#[inline(always)]
pub(super) fn gelu(x: f32) -> f32 {
    let a = x.abs();
    let t = 1.0 / (1.0 + 0.5 * a);
    let p = 0.075_048_14 * t - 0.338_564_3;
    let p = p * t + 0.473_24;
    let p = p * t + 0.064_455_33;
    let p = p * t + 0.228_348_93;
    let p = p * t - 0.002_526_379;
    let positive = if x > 0.0 { x } else { 0.0 };
    positive - a * p * exp(-0.5 * x * x)
}

/// `x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3))`, within 4e-7 relative to `max(1, |x|)`.
#[inline(always)]
pub(super) fn gelu_tanh(x: f32) -> f32 {
    swish(x, 2.0 * FRAC_2_SQRT_PI * FRAC_1_SQRT_2 * (1.0 + 0.044_715 * x * x))
}

/// `x sigmoid(1.702 x)`, within 4e-7 relative to `max(1, |x|)`.
#[inline(always)]
pub(super) fn quick_gelu(x: f32) -> f32 {
    swish(x, 1.702)
}

/// `x sigmoid(x)`, within 4e-7 relative to `max(1, |x|)`.
#[inline(always)]
pub(super) fn silu(x: f32) -> f32 {
    swish(x, 1.0)
}

#[inline(always)]
fn swish(x: f32, slope: f32) -> f32 {
    // `exp` is bounded at 88, where the quotient is already negligible.
    let exponent = if x * slope > -88.0 { -x * slope } else { 88.0 };
    x / (1.0 + exp(exponent))
}

/// Sum of a slice, in an order that SIMD can follow.
#[inline(always)]
pub(super) fn sum(values: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for chunk in chunks {
        for (lane, &value) in lanes.iter_mut().zip(chunk) {
            *lane += of(value);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|&value| of(value)).sum::<f32>()
}

/// Inner product of two slices of one length.
#[inline(always)]
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut lanes = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for (lane, (a, b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f32>() + rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum::<f32>()
}

/// Replaces scores by `exp(score - largest)` and returns the sum of these.
#[inline(always)]
pub(super) fn exponentials(scores: &mut [f32]) -> f32 {
    let (chunks, rest) = scores.as_chunks::<LANES>();
    let mut lanes = [f32::NEG_INFINITY; LANES];
    for chunk in chunks {
        for (lane, &score) in lanes.iter_mut().zip(chunk) {
            *lane = if score > *lane { score } else { *lane };
        }
    }
    let largest = lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|score| *score = exp(*score - largest));
    sum(scores, |x| x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_accurate_to_the_last_bits() {
        for step in 0..200_000 {
            let x = -90.0 + step as f32 * 9e-4;
            let expected = f64::from(x).exp();
            let found = f64::from(exp(x));
            if x < -87.0 {
                assert!(found == 0.0);
            } else if x < 88.0 {
                assert!((found - expected).abs() <= 2.4e-7 * expected, "exp({x}) = {found}, not {expected}");
            }
        }
        assert_eq!((exp(0.0), exp(f32::NEG_INFINITY)), (1.0, 0.0));
    }

    #[test]
    fn gelu_matches_the_exact_function() {
        for step in 0..200_000 {
            let x = -10.0 + step as f32 * 1e-4;
            let expected = f64::from(x) * 0.5 * libm::erfc(-f64::from(x) / 2f64.sqrt());
            let error = (f64::from(gelu(x)) - expected).abs();
            assert!(error <= 1.5e-7 * f64::from(x).abs().max(1.0), "gelu({x}) is {error} off");
        }
        assert_eq!((gelu(100.0), gelu(-100.0), gelu(0.0)), (100.0, 0.0, 0.0));
    }

    #[test]
    fn gelu_tanh_quick_gelu_and_silu_match_the_exact_functions() {
        for step in 0..200_000 {
            let x = -100.0 + step as f32 * 1e-3;
            let wide = f64::from(x);
            let expected =
                0.5 * wide * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (wide + 0.044_715 * wide.powi(3))).tanh());
            let error = (f64::from(gelu_tanh(x)) - expected).abs();
            assert!(error <= 4e-7 * wide.abs().max(1.0), "gelu_tanh({x}) is {error} off");
            for (name, found, slope) in [("quick_gelu", quick_gelu(x), 1.702f32), ("silu", silu(x), 1.0)] {
                let expected = f64::from(x) / (1.0 + (-f64::from(x) * f64::from(slope)).exp());
                let error = (f64::from(found) - expected).abs();
                assert!(error <= 4e-7 * f64::from(x).abs().max(1.0), "{name}({x}) is {error} off");
            }
        }
        assert_eq!(
            (quick_gelu(1e4), silu(0.0), gelu_tanh(1e4), gelu_tanh(-1e4)),
            (1e4, 0.0, 1e4, -1e4 / (1.0 + exp(88.0)))
        );
        assert!(silu(-1e4).abs() < 1e-30 && silu(f32::NAN).is_nan());
    }

    #[test]
    fn reductions_use_every_value() {
        let values: Vec<f32> = (1..=35).map(|x| x as f32).collect();
        assert_eq!(sum(&values, |x| x), 630.0);
        assert_eq!(dot(&values, &values), 14_910.0);
        let mut scores = vec![-1.0; 35];
        scores[34] = 3.0;
        let total = exponentials(&mut scores);
        assert!((total - (1.0 + 34.0 * (-4f32).exp())).abs() < 1e-6 && scores[34] == 1.0);
    }
}
