//! A sample of a gallery as clusters and the linear probe see it: by inner products, which every feature set sums from those
//! of its parts.

use std::sync::OnceLock;

use faer::{Mat, MatRef, Side};

use super::spaces::Spaces;

/// Added to each image's product with itself, a square of 1: room for rounding, where images are the same or nearly so.
const ROUNDING: f64 = 1e-9;

/// Some images with their labels.
#[derive(Debug)]
pub(super) struct Sampled {
    images: Vec<usize>,
    /// Their classes.
    pub labels: Vec<usize>,
    /// Their inner products in each space, `[images, images]`, as far as they were asked for.
    products: Vec<OnceLock<Mat<f64>>>,
}

impl Sampled {
    /// Those of `images`, whose classes are found in `labels`.
    pub(super) fn new(images: Vec<usize>, labels: &[usize]) -> Self {
        Self { labels: images.iter().map(|&image| labels[image]).collect(), images, products: Vec::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.images.len()
    }

    /// Makes room for inner products, until they are [forgotten](Self::forget).
    pub(super) fn prepare(&mut self, spaces: &Spaces) {
        self.products.resize_with(spaces.count(), OnceLock::new);
    }

    /// Gives the inner products' memory back.
    pub(super) fn forget(&mut self) {
        self.products = Vec::new();
    }

    /// The images' inner products under a set: `[images, images]`. In double precision: what is decided by them is then the
    /// same on every machine, but for ties.
    pub(super) fn products(&self, spaces: &Spaces, set: usize) -> Mat<f64> {
        let mut sum = Mat::zeros(self.len(), self.len());
        for (space, weight) in spaces.shares(set) {
            let of_space = || {
                let (rows, width) = spaces.rows(space, &self.images);
                let columns = Mat::from_fn(width, self.len(), |i, image| f64::from(rows[image * width + i]));
                columns.transpose() * &columns
            };
            sum += faer::Scale(f64::from(weight)) * self.products[space].get_or_init(of_space);
        }
        sum
    }

    /// The images' features under a set for a solver that looks at nothing but inner products, `[images, width]`, and the
    /// width, which is the number of images at most: where the features are wider, the rows of the Cholesky factor of their
    /// inner products take their place, which have the same inner products, to rounding. `None` if features are not finite.
    pub(super) fn features(&self, spaces: &Spaces, set: usize) -> Option<(Vec<f32>, usize)> {
        let (width, count) = (spaces.width(set), self.len());
        if width <= count {
            return Some(spaces.features(set, &self.images));
        }
        let mut products = self.products(spaces, set);
        (0..count).for_each(|image| products[(image, image)] += ROUNDING);
        let factor = products.llt(Side::Lower).ok()?;
        Some((rows_of(factor.L()), count))
    }
}

fn rows_of(matrix: MatRef<'_, f64>) -> Vec<f32> {
    let row = |row: usize| (0..matrix.ncols()).map(move |column| matrix[(row, column)] as f32);
    (0..matrix.nrows()).flat_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::{Features, Part};
    use crate::random::{Purpose, Stream};
    use crate::retrieval::{FeatureSet, FeatureTable};

    const PARTS: [Part; 3] = [Part::Embedding, Part::Kl, Part::Dino];

    fn table(images: usize, width: usize) -> FeatureTable {
        let mut stream = Stream::new(5, Purpose::Bootstrap, 0);
        let one = |_| {
            let mut features = Features::new();
            PARTS.iter().for_each(|&part| features.set(part, (0..width).map(|_| stream.uniform() - 0.3).collect()));
            features
        };
        let mut items: Vec<Features> = (0..images).map(one).collect();
        // Two that are the same: their inner products have no inverse.
        items[images - 1] = items[0].clone();
        FeatureTable::from_features(&items)
    }

    #[test]
    fn inner_products_are_those_of_the_sets_features_narrow_or_wide() {
        let mut uneven = FeatureSet { centred: true, ..FeatureSet::of(&PARTS) };
        uneven.weights.set(Part::Kl, 0.3);
        let sets = [FeatureSet::of(&PARTS[..1]), uneven];
        for width in [3, 30] {
            let spaces = Spaces::new(table(20, width), &sets, None);
            let images = vec![0, 3, 4, 9, 12, 19];
            let mut sampled = Sampled::new(images.clone(), &[7; 20]);
            sampled.prepare(&spaces);
            for set in 0..2 {
                let products = sampled.products(&spaces, set);
                let (rows, size) = spaces.features(set, &images);
                let (found, narrow) = sampled.features(&spaces, set).unwrap();
                assert_eq!(narrow, size.min(6));
                let product = |rows: &[f32], size: usize, i: usize, j: usize| -> f64 {
                    let pairs = rows[i * size..][..size].iter().zip(&rows[j * size..][..size]);
                    pairs.map(|(a, b)| f64::from(a * b)).sum()
                };
                for (i, j) in (0..6).flat_map(|i| (0..6).map(move |j| (i, j))) {
                    assert!((products[(i, j)] - product(&rows, size, i, j)).abs() < 1e-6);
                    assert!((products[(i, j)] - product(&found, narrow, i, j)).abs() < 1e-6);
                }
                assert!((products[(2, 2)] - 1.0).abs() < 1e-6, "unit vectors");
            }
            sampled.forget();
            assert_eq!((sampled.len(), sampled.labels), (6, vec![7; 6]));
        }
    }
}
