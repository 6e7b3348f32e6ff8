//! Fewer numbers for the same distances: vectors span no more dimensions than there are of them.

use faer::MatRef;
use ndarray::Array2;

/// `rows` (`[images, width]`) for solvers that look at nothing but inner products. Where there are fewer images than numbers,
/// the rows are turned into the space that they span, `[images, images]`: from the QR decomposition X' = QR follows XX' = R'R,
/// so that R's columns have the inner products of X's rows, and with them the same distances. Clusters and ridge-regularised
/// regressions are the same in both, to rounding.
pub(super) fn span(rows: &[f32], width: usize) -> Array2<f64> {
    let images = rows.len().checked_div(width).unwrap_or(0);
    if images < width {
        let values: Vec<f64> = rows.iter().map(|&x| x.into()).collect();
        // Row after row of X is column after column of X'.
        let qr = MatRef::from_column_major_slice(&values, width, images).qr();
        let r = qr.thin_R();
        Array2::from_shape_fn((images, images), |(image, i)| if i <= image { r[(i, image)] } else { 0.0 })
    } else {
        Array2::from_shape_fn((images, width), |(image, i)| rows[image * width + i].into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    #[test]
    fn inner_products_stay_as_they_are() {
        let mut stream = Stream::new(1, Purpose::Bootstrap, 0);
        for (images, width) in [(1, 4), (5, 40), (7, 3), (4, 4)] {
            let mut rows: Vec<f32> = (0..images * width).map(|_| stream.uniform() - 0.5).collect();
            // Two that are the same.
            rows.copy_within(..width, (images - 1) * width);
            let found = span(&rows, width);
            assert_eq!(found.dim(), (images, width.min(images)));
            let product = |i: usize, j: usize| -> f64 {
                (0..width).map(|n| f64::from(rows[i * width + n]) * f64::from(rows[j * width + n])).sum()
            };
            for (i, j) in (0..images).flat_map(|i| (0..images).map(move |j| (i, j))) {
                assert!((found.row(i).dot(&found.row(j)) - product(i, j)).abs() < 1e-12);
            }
        }
        assert_eq!(span(&[], 0).dim(), (0, 0));
    }
}
