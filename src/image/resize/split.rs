//! Fixed-point weights in pieces of 16 bits, which processors multiply and add in pairs, many at a time.

use std::ops::Range;

use super::fixed::HALF;

/// Bits of the low pieces, if there are high ones: few, so that no sum of theirs leaves 32 bits.
const LOW: u32 = 8;

/// Weights, split.
pub(super) struct Split {
    low: Vec<i16>,
    /// What the low pieces leave, in units of `1 << LOW`; empty where weights are small and the low pieces all there is.
    high: Vec<i16>,
}

impl Split {
    pub(super) fn of(weights: &[i32]) -> Self {
        match weights.iter().map(|&weight| i16::try_from(weight)).collect() {
            Ok(low) => Self { low, high: Vec::new() },
            // A large weight means that it has few neighbours, some hundreds at most: sums of low pieces stay small.
            Err(_) => Self {
                low: weights.iter().map(|&weight| (weight & ((1 << LOW) - 1)) as i16).collect(),
                high: weights.iter().map(|&weight| (weight >> LOW) as i16).collect(),
            },
        }
    }

    /// The sum of `values` by the weights at `places`, and a half.
    #[inline(always)]
    pub(super) fn product(&self, places: Range<usize>, values: &[i16]) -> i32 {
        let high = self.high.get(places.clone()).map_or(0, |high| dot(high, values));
        HALF + (high << LOW) + dot(&self.low[places], values)
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
#[inline(always)]
fn dot(weights: &[i16], values: &[i16]) -> i32 {
    weights.iter().zip(values).map(|(&weight, &value)| i32::from(weight) * i32::from(value)).sum()
}

/// The same by the instruction that the compiler finds natively, and not in wasm.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn dot(weights: &[i16], values: &[i16]) -> i32 {
    use std::arch::wasm32::{i16x8, i32x4_add, i32x4_dot_i16x8, i32x4_extract_lane, i32x4_splat};
    let vector = |&[a, b, c, d, e, f, g, h]: &[i16; 8]| i16x8(a, b, c, d, e, f, g, h);
    let ((weights, last_weights), (values, last_values)) = (weights.as_chunks(), values.as_chunks());
    let sums = weights.iter().zip(values).fold(i32x4_splat(0), |sums, (weights, values)| {
        i32x4_add(sums, i32x4_dot_i16x8(vector(weights), vector(values)))
    });
    let lanes = [
        i32x4_extract_lane::<0>(sums),
        i32x4_extract_lane::<1>(sums),
        i32x4_extract_lane::<2>(sums),
        i32x4_extract_lane::<3>(sums),
    ];
    let last = last_weights.iter().zip(last_values).map(|(&weight, &value)| i32::from(weight) * i32::from(value));
    lanes.into_iter().chain(last).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bit_is_lost() {
        let values: Vec<i16> = (0..500).map(|i| i * 37 % 256).collect();
        // Few large weights of both signs, and many small ones, which need no high pieces; both sum to about 1 << PRECISION.
        let large: Vec<i32> = (0..21).map(|i| (i - 7) * 59_999).collect();
        let small: Vec<i32> = (0..500).map(|i| (i - 100) * 77).collect();
        for weights in [large, small] {
            let split = Split::of(&weights);
            let exact: i64 = weights.iter().zip(&values).map(|(&w, &v)| i64::from(w) * i64::from(v)).sum();
            let places = 0..weights.len();
            assert_eq!(i64::from(split.product(places.clone(), &values[places])), exact + i64::from(HALF));
        }
    }
}
