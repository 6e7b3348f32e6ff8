//! Small numeric helpers that several modules need.

#[cfg(target_arch = "wasm32")]
use std::arch::wasm32::v128;

/// Inner product of two vectors of equal length, in eight running sums, which processors add at once.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    eight_sums(a, b).iter().sum::<f32>() + rest
}

#[cfg(not(target_arch = "wasm32"))]
fn eight_sums(a: &[[f32; 8]], b: &[[f32; 8]]) -> [f32; 8] {
    let mut sums = [0.0_f32; 8];
    for (x, y) in a.iter().zip(b) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    sums
}

/// With vectors in so many words: compilers don't find them in the page's program, which is made small.
#[cfg(target_arch = "wasm32")]
fn eight_sums(a: &[[f32; 8]], b: &[[f32; 8]]) -> [f32; 8] {
    use std::arch::wasm32::{f32x4_add, f32x4_mul, f32x4_splat};
    let mut fours = [f32x4_splat(0.0); 2];
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x.as_chunks().0, y.as_chunks().0);
        fours[0] = f32x4_add(fours[0], f32x4_mul(load(&x[0]), load(&y[0])));
        fours[1] = f32x4_add(fours[1], f32x4_mul(load(&x[1]), load(&y[1])));
    }
    let mut sums = [0.0; 8];
    sums.as_chunks_mut().0.iter_mut().zip(fours).for_each(|(sums, four)| store(sums, four));
    sums
}

/// Four numbers as a vector.
#[cfg(target_arch = "wasm32")]
pub(crate) fn load(four: &[f32; 4]) -> v128 {
    // SAFETY: the reference is valid for the 16 bytes that are read; no alignment is asked for.
    unsafe { std::arch::wasm32::v128_load(std::ptr::from_ref(four).cast()) }
}

/// A vector's four numbers.
#[cfg(target_arch = "wasm32")]
pub(crate) fn store(four: &mut [f32; 4], values: v128) {
    // SAFETY: the reference is valid for the 16 bytes that are written; no alignment is asked for.
    unsafe { std::arch::wasm32::v128_store(std::ptr::from_mut(four).cast(), values) }
}

/// The same in f64, where f32 would round too much: for norms, checks and tests.
pub fn dot_f64(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

/// Cosine of two vectors, in f64; NaN if one of them is zero.
pub fn cosine(a: &[f32], b: &[f32]) -> f64 {
    dot_f64(a, b) / (dot_f64(a, a) * dot_f64(b, b)).sqrt()
}

/// The mean of rows of `width` numbers, summed in f64; zeros without any row.
pub fn mean_row<'a>(rows: impl ExactSizeIterator<Item = &'a [f32]>, width: usize) -> Vec<f32> {
    let (mut sums, count) = (vec![0.0_f64; width], rows.len().max(1) as f64);
    rows.for_each(|row| sums.iter_mut().zip(row).for_each(|(sum, &x)| *sum += f64::from(x)));
    sums.into_iter().map(|sum| (sum / count) as f32).collect()
}

/// The median: the upper of the two middle values if their number is even; NaN if there are none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_products_use_every_element() {
        for length in 0..20 {
            let a: Vec<f32> = (0..length).map(|i| i as f32 - 3.0).collect();
            let b: Vec<f32> = (0..length).map(|i| (i * i) as f32).collect();
            // Whole numbers this small are exact, in any order.
            let expected: i32 = (0..length).map(|i| (i - 3) * i * i).sum();
            assert_eq!((dot(&a, &b), dot_f64(&a, &b)), (expected as f32, f64::from(expected)));
        }
    }

    #[test]
    fn cosines_ignore_length() {
        assert!((cosine(&[3e-20, 4e-20], &[4.0, 3.0]) - 24.0 / 25.0).abs() < 1e-9);
        assert!(cosine(&[0.0], &[1.0]).is_nan());
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![5.0, 1.0, 3.0]), 3.0);
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 3.0);
        assert!(median(Vec::new()).is_nan());
    }
}
