//! Weights as fixed-point numbers.

use super::taps::Taps;

/// Fractional bits of a fixed-point weight: 32 less 8 for the pixel, 1 for the sign and 1 for overshoot.
const PRECISION: u32 = 22;

/// What sums begin with, so that cutting off the fraction rounds.
pub(super) const HALF: i32 = 1 << (PRECISION - 1);

pub(super) fn fixed(taps: Taps<f64>) -> Taps<i32> {
    taps.map(|w| (w * f64::from(1 << PRECISION)).round() as i32)
}

/// The pixel that a sum of weighted pixels and [`HALF`] gives.
pub(super) fn clip(sum: i32) -> u8 {
    (sum >> PRECISION).clamp(0, 255) as u8
}
