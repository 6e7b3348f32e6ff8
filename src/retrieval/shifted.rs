//! One part's rows without their mean. Cosines, plain and centred, both follow from one matrix product of such rows.
//!
//! With m the mean and x' = x - m, the product of x and y is x'y' + x'm + y'm + mm, and the centred cosine is x'y' over both
//! lengths. The other way round, centred from plain, numbers would cancel each other out wherever the mean is long.

use super::FeatureTable;
use crate::arithmetic::{dot_f64, mean_row};
use crate::fungi::Part;

/// Rows without their mean, `[images, width]`.
#[derive(Debug)]
pub(super) struct Shifted {
    pub part: Part,
    pub rows: Vec<f32>,
    pub width: usize,
    /// One over each row's length; 0 where it has none.
    scales: Vec<f32>,
    /// Each row's inner product with the mean, plus half the mean's with itself.
    along: Vec<f32>,
}

impl Shifted {
    /// The rows of a part; `None` if the table lacks it.
    pub(super) fn new(table: &FeatureTable, part: Part) -> Option<Self> {
        let (values, width) = table.part(part)?;
        let mean = mean_row(values.chunks_exact(width), width);
        let rows: Vec<f32> = values.iter().zip(mean.iter().cycle()).map(|(x, mean)| x - mean).collect();
        let half = dot_f64(&mean, &mean) / 2.0;
        let along = rows.chunks_exact(width).map(|row| (dot_f64(row, &mean) + half) as f32).collect();
        let scale = |row: &[f32]| {
            let length = dot_f64(row, row).sqrt() as f32;
            if length > 0.0 { 1.0 / length } else { 0.0 }
        };
        let scales = rows.chunks_exact(width).map(scale).collect();
        Some(Self { part, rows, width, scales, along })
    }

    /// A row as a unit vector: the image's centred feature.
    pub(super) fn unit(&self, image: usize) -> impl Iterator<Item = f32> {
        let scale = self.scales[image];
        self.rows[image * self.width..][..self.width].iter().map(move |x| x * scale)
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
