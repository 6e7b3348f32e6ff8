//! One part's rows without their mean. Cosines, plain and centred, both follow from one matrix product of such rows.
//!
//! With m the mean and x' = x - m, the product of x and y is x'y' + x'm + y'm + mm, and the centred cosine is x'y' over both
//! lengths. The other way round, centred from plain, numbers would cancel each other out wherever the mean is long.

use crate::arithmetic::{dot_f64, mean_row};

/// Rows without their mean, `[images, width]`.
#[derive(Debug)]
pub(super) struct Shifted {
    pub rows: Vec<f32>,
    pub width: usize,
    mean: Vec<f32>,
    /// One over each row's length; 0 where it has none.
    scales: Vec<f32>,
    /// Each row's inner product with the mean, plus half the mean's with itself.
    along: Vec<f32>,
}

impl Shifted {
    /// Of the rows of a part, `[images, width]`; `width` is not 0.
    pub(super) fn new(mut rows: Vec<f32>, width: usize) -> Self {
        let mean = mean_row(rows.chunks_exact(width), width);
        rows.chunks_exact_mut(width).for_each(|row| row.iter_mut().zip(&mean).for_each(|(x, mean)| *x -= mean));
        let half = dot_f64(&mean, &mean) / 2.0;
        let along = rows.chunks_exact(width).map(|row| (dot_f64(row, &mean) + half) as f32).collect();
        let scale = |row: &[f32]| {
            let length = dot_f64(row, row).sqrt() as f32;
            if length > 0.0 { 1.0 / length } else { 0.0 }
        };
        let scales = rows.chunks_exact(width).map(scale).collect();
        Self { rows, width, mean, scales, along }
    }

    /// An image's feature as it was, or centred: the row as a unit vector.
    pub(super) fn feature(&self, image: usize, centred: bool) -> impl Iterator<Item = f32> {
        let (factor, share) = if centred { (self.scales[image], 0.0) } else { (1.0, 1.0) };
        let row = &self.rows[image * self.width..][..self.width];
        row.iter().zip(&self.mean).map(move |(x, mean)| factor * x + share * mean)
    }

    /// Makes cosines of the products of a query's row with those of `images`.
    pub(super) fn cosines(
        &self,
        centred: bool,
        query: usize,
        images: impl Iterator<Item = usize>,
        products: &mut [f32],
    ) {
        let (scale, along) = (self.scales[query], self.along[query]);
        let pairs = products.iter_mut().zip(images);
        if centred {
            pairs.for_each(|(product, image)| *product *= scale * self.scales[image]);
        } else {
            pairs.for_each(|(product, image)| *product += along + self.along[image]);
        }
    }
}
