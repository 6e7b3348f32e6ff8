//! Small numeric helpers that several modules need.

/// Inner product of two vectors of equal length, in eight running sums, which compilers turn into SIMD.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (x, y) in a.iter().zip(b) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
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
