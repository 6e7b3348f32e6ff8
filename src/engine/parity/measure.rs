//! How far two tensors are apart, and how far they may be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::arithmetic;

/// When a quantity counts as equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Limit {
    /// Largest absolute difference.
    Absolute(f64),
    /// Largest absolute difference over the largest golden value.
    Relative(f64),
    /// Smallest cosine of a row.
    Cosine(f64),
}

/// Views: one step of 8 bits.
pub(super) const VIEW: Limit = Limit::Absolute(1.0 / 255.0);
/// Tokens, embeddings, losses, gradients.
pub(super) const VALUE: Limit = Limit::Relative(1e-4);
/// Features.
pub(super) const FEATURE: Limit = Limit::Cosine(0.99999);
/// Dense features; and all features on a GPU.
pub(super) const LOOSE: Limit = Limit::Cosine(0.9999);

/// The worst of a quantity over all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// Images that it was compared for.
    pub images: usize,
    /// Largest absolute difference.
    pub largest: f64,
    /// The same over the largest golden value of its image.
    pub relative: f64,
    /// Smallest cosine of a row.
    pub cosine: f64,
    /// The limit, as text.
    pub limit: String,
    /// Whether the quantity is within its limit.
    pub passed: bool,
}

/// Measures by quantity.
pub type Measures = BTreeMap<String, Measure>;

/// Compares rows of `width` values and keeps the worst under `quantity`.
pub(super) fn compare(
    measures: &mut Measures,
    quantity: &str,
    got: &[f32],
    golden: &[f32],
    width: usize,
    limit: Limit,
) {
    let mut new = measure(got, golden, width, limit);
    if let Some(old) = measures.get(quantity) {
        new.images += old.images;
        new.largest = new.largest.max(old.largest);
        new.relative = new.relative.max(old.relative);
        new.cosine = new.cosine.min(old.cosine);
        new.passed &= old.passed;
    }
    measures.insert(quantity.to_owned(), new);
}

fn measure(got: &[f32], golden: &[f32], width: usize, limit: Limit) -> Measure {
    let largest_of = |values: &mut dyn Iterator<Item = f64>| {
        values.fold(0.0_f64, |a, b| if b.is_nan() { f64::INFINITY } else { a.max(b) })
    };
    let largest = largest_of(&mut got.iter().zip(golden).map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs()));
    let scale = largest_of(&mut golden.iter().map(|x| f64::from(x.abs())));
    let relative = if largest == 0.0 { 0.0 } else { largest / scale };
    let rows = got.chunks_exact(width.max(1)).zip(golden.chunks_exact(width.max(1)));
    let cosine = rows.map(|(a, b)| cosine(a, b)).fold(1.0, |a, b| if b.is_nan() { -1.0 } else { f64::min(a, b) });
    let holds = match limit {
        Limit::Absolute(limit) => largest <= limit,
        Limit::Relative(limit) => relative <= limit,
        Limit::Cosine(limit) => cosine >= limit,
    };
    let limit = match limit {
        Limit::Absolute(limit) => format!("error {limit:.4}"),
        Limit::Relative(limit) => format!("relative {limit:.0e}"),
        Limit::Cosine(limit) => format!("cosine {limit}"),
    };
    let passed = holds && got.len() == golden.len();
    Measure { images: 1, largest, relative, cosine, limit, passed }
}

/// Cosine in f64, so that gradients of 1e-10 have one; two zero vectors are alike, and a zero one is like no other.
fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let cosine = arithmetic::cosine(a, b);
    let zero = |vector: &[f32]| vector.iter().all(|x| *x == 0.0);
    if zero(a) || zero(b) { f64::from(u8::from(a == b)) } else { cosine }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_image_is_kept() {
        let mut measures = Measures::new();
        compare(&mut measures, "x", &[1.0, 0.0], &[1.0, 0.0], 2, VALUE);
        compare(&mut measures, "x", &[2.0, 0.0], &[2.0, 0.1], 2, VALUE);
        compare(&mut measures, "x", &[3.0, 0.0], &[3.0, 0.0], 2, VALUE);
        let worst = &measures["x"];
        assert_eq!((worst.images, worst.passed), (3, false));
        assert!((worst.largest - 0.1).abs() < 1e-6 && (worst.relative - 0.05).abs() < 1e-6);
        assert!((worst.cosine - 1.0 / (1.0_f64 + 0.0025).sqrt()).abs() < 1e-6);
    }

    #[test]
    fn tiny_values_and_zeros_have_a_cosine() {
        assert!((cosine(&[3e-30, 4e-30], &[3e-30, 4e-30]) - 1.0).abs() < 1e-12);
        assert_eq!(cosine(&[0.0], &[0.0]), 1.0);
        assert_eq!(cosine(&[0.0], &[1.0]), 0.0);
    }

    #[test]
    fn nan_and_other_sizes_never_pass() {
        for limit in [VIEW, VALUE, FEATURE] {
            assert!(!measure(&[f32::NAN, 1.0], &[1.0, 1.0], 2, limit).passed);
            assert!(!measure(&[1.0, 1.0], &[1.0], 1, limit).passed);
        }
        assert!(!measure(&[1.0, 1.1], &[1.0, 1.0], 1, Limit::Absolute(0.01)).passed);
        assert!(measure(&[1.0, -2.0], &[1.0, -2.0], 2, VALUE).passed);
    }
}
