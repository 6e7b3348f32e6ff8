//! Principal components: the directions in which a gallery's features vary most.
//!
//! Exact and without whitening, as in the paper (section 4.1): the eigenvectors of the covariance of the centred rows, or,
//! where there are fewer images than numbers, of their inner products, which have the same eigenvalues. Agrees with
//! scikit-learn's `PCA(svd_solver="full")`, signs included.

use faer::{Mat, Side};

use crate::arithmetic::mean_row;
use crate::kernels::product::{Matrix, product};

/// Rows that are centred and multiplied at a time.
const BLOCK: usize = 256;
/// Directions with less than this share of the first one's variance are rounding.
const NOISE: f64 = 1e-6;

/// The mean of a gallery's features, and the directions in which they vary most, as unit vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct PrincipalComponents {
    mean: Vec<f32>,
    /// `[count, width]`
    axes: Vec<f32>,
    variances: Vec<f32>,
}

/// The features hold infinite numbers or none at all, so they have no components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Some features are not finite numbers, so they can't be reduced to components. Compute the features again.")]
pub struct NotFinite;

impl PrincipalComponents {
    /// The first components of `rows`, `[n, width]`: at most `most`, and fewer where the rows vary in fewer directions.
    ///
    /// # Errors
    ///
    /// If a number is infinite or NaN.
    pub fn fit(rows: &[f32], width: usize, most: usize) -> Result<Self, NotFinite> {
        let n = rows.len().checked_div(width).unwrap_or(0);
        if rows.iter().any(|x| !x.is_finite()) {
            return Err(NotFinite);
        }
        let mean = mean_row(rows.chunks_exact(width.max(1)), width);
        let mut found = Self { mean, axes: Vec::new(), variances: Vec::new() };
        if n < 2 {
            return Ok(found);
        }
        // Vectors in the space of the rows, or of the images: whichever is smaller.
        let dual = n < width;
        let (side, square) = if dual { (n, found.inner_products(rows)) } else { (width, found.scatter(rows)) };
        let square = Mat::<f64>::from_fn(side, side, |i, j| f64::from(square[i.max(j) * side + i.min(j)]));
        let eigen = square.self_adjoint_eigen(Side::Lower).map_err(|_| NotFinite)?;
        let largest = eigen.S()[side - 1];
        for at in (0..side).rev().take(most.min(n - 1)) {
            let value = eigen.S()[at];
            if value <= NOISE * largest || value <= 0.0 {
                break;
            }
            let vector: Vec<f32> = (0..side).map(|i| eigen.U()[(i, at)] as f32).collect();
            let axis = if dual { found.combined(rows, &vector) } else { vector };
            found.axes.extend(unit(axis));
            found.variances.push((value / (n - 1) as f64) as f32);
        }
        Ok(found)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.variances.len()
    }

    /// The variance along each, largest first (of a sample: divided by n - 1).
    pub fn variances(&self) -> &[f32] {
        &self.variances
    }

    /// The directions, `[count, width]`. The largest number of each is positive, so that they are the same everywhere.
    pub fn axes(&self) -> &[f32] {
        &self.axes
    }

    /// `rows`, `[n, width]`, along the components: `[n, count]`.
    pub fn project(&self, rows: &[f32]) -> Vec<f32> {
        let (width, count) = (self.mean.len(), self.count());
        let mut out = vec![0.0; rows.len().checked_div(width).unwrap_or(0) * count];
        if count == 0 {
            return out;
        }
        let axes = Matrix::new(&self.axes, width).transposed();
        for (rows, out) in rows.chunks(BLOCK * width).zip(out.chunks_mut(BLOCK * count)) {
            product(out, count, Matrix::new(&self.centred(rows), width), axes, false);
        }
        out
    }

    fn centred(&self, rows: &[f32]) -> Vec<f32> {
        rows.chunks_exact(self.mean.len())
            .flat_map(|row| row.iter().zip(&self.mean).map(|(x, mean)| x - mean))
            .collect()
    }

    /// `X^T X` of the centred rows X: `[width, width]`.
    fn scatter(&self, rows: &[f32]) -> Vec<f32> {
        let width = self.mean.len();
        let mut out = vec![0.0; width * width];
        for rows in rows.chunks(BLOCK * width) {
            let centred = self.centred(rows);
            let block = Matrix::new(&centred, width);
            product(&mut out, width, block.transposed(), block, true);
        }
        out
    }

    /// `X X^T` of the centred rows X: `[n, n]`.
    fn inner_products(&self, rows: &[f32]) -> Vec<f32> {
        let width = self.mean.len();
        let n = rows.len() / width;
        let mut out = vec![0.0; n * n];
        let centred = self.centred(rows);
        product(&mut out, n, Matrix::new(&centred, width), Matrix::new(&centred, width).transposed(), false);
        out
    }

    /// `X^T v` of the centred rows X.
    fn combined(&self, rows: &[f32], shares: &[f32]) -> Vec<f32> {
        let mut sum = vec![0.0; self.mean.len()];
        for (row, share) in rows.chunks_exact(self.mean.len()).zip(shares) {
            sum.iter_mut().zip(row.iter().zip(&self.mean)).for_each(|(sum, (x, mean))| *sum += share * (x - mean));
        }
        sum
    }
}

/// A direction as a unit vector whose largest number is positive.
fn unit(mut axis: Vec<f32>) -> Vec<f32> {
    let largest = axis.iter().copied().max_by(|a, b| a.abs().total_cmp(&b.abs())).unwrap_or(1.0);
    let norm = axis.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt() as f32;
    axis.iter_mut().for_each(|x| *x /= norm.copysign(largest));
    axis
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::dot;
    use crate::random::{Purpose, Stream};

    /// Rows that vary most in the first column, less in the second, and so on.
    fn rows(n: usize, width: usize) -> Vec<f32> {
        let mut stream = Stream::new(7, Purpose::Sample, 0);
        (0..n * width).map(|i| stream.range(-1.0, 1.0) / (1 + i % width) as f32 + 0.5).collect()
    }

    #[test]
    fn both_ways_agree_and_the_axes_are_unit_and_at_right_angles() {
        // As many images as numbers less one, and the same images twice: the same directions, by the other matrix.
        let (n, width) = (11, 12);
        let rows = rows(n, width);
        let twice = [rows.clone(), rows.clone()].concat();
        let (few, many) = (PrincipalComponents::fit(&rows, width, 5), PrincipalComponents::fit(&twice, width, 5));
        let (few, many) = (few.unwrap(), many.unwrap());
        assert_eq!((few.count(), many.count()), (5, 5));
        for i in 0..5 {
            for j in 0..5 {
                let (a, b) = (&few.axes()[i * width..][..width], &few.axes()[j * width..][..width]);
                assert!((dot(a, b) - if i == j { 1.0 } else { 0.0 }).abs() < 1e-4, "{i} {j}: {}", dot(a, b));
            }
        }
        let apart = few.axes().iter().zip(many.axes()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-4, "{apart}");
        assert!(few.variances().is_sorted_by(|a, b| a >= b));
    }

    #[test]
    fn projections_have_the_stated_variances_and_mean_zero() {
        let rows = rows(300, 9);
        let found = PrincipalComponents::fit(&rows, 9, 9).unwrap();
        let projected = found.project(&rows);
        for (at, variance) in found.variances().iter().enumerate() {
            let along: Vec<f32> = projected.iter().skip(at).step_by(found.count()).copied().collect();
            let mean = along.iter().sum::<f32>() / 300.0;
            let spread = along.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 299.0;
            assert!(mean.abs() < 1e-5 && (spread / variance - 1.0).abs() < 1e-3, "{at}: {mean} {spread} {variance}");
        }
    }

    #[test]
    fn rows_without_variation_have_no_components() {
        let found = PrincipalComponents::fit(&[0.5; 12], 3, 2).unwrap();
        assert_eq!((found.count(), found.project(&[0.5; 6]).len()), (0, 0));
        assert_eq!(PrincipalComponents::fit(&[1.0, 2.0], 2, 2).unwrap().count(), 0, "one image");
        assert_eq!(PrincipalComponents::fit(&[], 0, 2).unwrap().count(), 0, "none");
        assert_eq!(PrincipalComponents::fit(&[0.0, f32::NAN, 1.0, 0.0], 2, 2), Err(NotFinite));
        // On a line, in three dimensions: one component.
        let line: Vec<f32> = (0..5).flat_map(|i| [i as f32, 2.0 * i as f32, 1.0]).collect();
        let found = PrincipalComponents::fit(&line, 3, 3).unwrap();
        assert_eq!(found.count(), 1);
        assert!((found.axes()[1] / found.axes()[0] - 2.0).abs() < 1e-5 && found.axes()[1] > 0.0);
    }

    /// What `tests/fixtures/principal_components/make.py` wrote down of scikit-learn's PCA.
    #[derive(serde::Deserialize)]
    struct Fixture {
        width: usize,
        rows: Vec<f32>,
        axes: Vec<f32>,
        variances: Vec<f32>,
        projected: Vec<f32>,
    }

    #[test]
    fn agrees_with_scikit_learn() {
        let text = include_str!("../../tests/fixtures/principal_components/expected.json");
        let fixtures: Vec<Fixture> = serde_json::from_str(text).unwrap();
        assert_eq!(fixtures.len(), 2);
        for of in fixtures {
            let found = PrincipalComponents::fit(&of.rows, of.width, of.variances.len()).unwrap();
            let projected = found.project(&of.rows);
            for (what, ours, theirs) in [
                ("axes", found.axes(), &of.axes),
                ("variances", found.variances(), &of.variances),
                ("projected", &projected, &of.projected),
            ] {
                assert_eq!(ours.len(), theirs.len(), "{what}");
                let apart = ours.iter().zip(theirs).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(apart < 2e-5, "{what}: {apart}");
            }
        }
    }
}
