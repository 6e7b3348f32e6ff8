//! The features of many images as matrices, so that they are compared by matrix products.

use super::FeatureSet;
use crate::arithmetic::{dot_f64, mean_row};
use crate::fungi::{Features, Part, PartMap};

/// Features of many images, part by part, as matrices.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeatureTable {
    count: usize,
    parts: PartMap<Option<Matrix>>,
}

/// A row for each image.
#[derive(Debug, Clone, PartialEq)]
struct Matrix {
    values: Vec<f32>,
    width: usize,
}

impl FeatureTable {
    /// The features of `items`, a row each, in their order. A part is there if all items have it, in one size.
    pub fn from_features<'a>(items: impl IntoIterator<Item = &'a Features>) -> Self {
        let items: Vec<&Features> = items.into_iter().collect();
        let matrix = |part: Part| {
            let width = items.first()?.get(part)?.len();
            let mut values = Vec::with_capacity(items.len() * width);
            for features in &items {
                values.extend_from_slice(features.get(part).filter(|vector| vector.len() == width)?);
            }
            (width > 0).then_some(Matrix { values, width })
        };
        Self { count: items.len(), parts: PartMap::from_fn(matrix) }
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The parts that are there, in order.
    pub fn parts(&self) -> Vec<Part> {
        self.parts.iter().filter_map(|(part, matrix)| matrix.as_ref().map(|_| part)).collect()
    }

    /// One part, `[images, width]` row after row, and its width.
    pub fn part(&self, part: Part) -> Option<(&[f32], usize)> {
        self.parts[part].as_ref().map(|matrix| (&matrix.values[..], matrix.width))
    }

    /// Takes one part out, with its width.
    pub(super) fn take(&mut self, part: Part) -> Option<(Vec<f32>, usize)> {
        self.parts[part].take().map(|matrix| (matrix.values, matrix.width))
    }

    /// The same for the images at `rows` alone, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Self {
        let select = |matrix: &Matrix| {
            let values = rows.iter().flat_map(|row| &matrix.values[row * matrix.width..][..matrix.width]);
            Matrix { values: values.copied().collect(), width: matrix.width }
        };
        Self { count: rows.len(), parts: PartMap::from_fn(|part| self.parts[part].as_ref().map(select)) }
    }

    /// Each part minus its mean over the images, every row normalised again: see [`super::Centring`].
    pub fn centred(&self) -> Self {
        let centre = |matrix: &Matrix| {
            let Matrix { mut values, width } = matrix.clone();
            let mean = mean_row(values.chunks_exact(width), width);
            for row in values.chunks_exact_mut(width) {
                row.iter_mut().zip(&mean).for_each(|(x, mean)| *x -= mean);
                let norm = dot_f64(row, row).sqrt() as f32;
                if norm > 0.0 {
                    row.iter_mut().for_each(|x| *x /= norm);
                }
            }
            Matrix { values, width }
        };
        Self { count: self.count, parts: PartMap::from_fn(|part| self.parts[part].as_ref().map(centre)) }
    }

    /// The feature of each image under `set`: its parts, each times the square root of its weight, concatenated.
    /// `[images, width]`, and the width. Parts that are not there are left out. Whether the set is centred is not looked
    /// at: take the [`Self::centred`] table.
    pub fn concatenated(&self, set: &FeatureSet) -> (Vec<f32>, usize) {
        let parts: Vec<(&Matrix, f32)> =
            (set.parts()).filter_map(|part| Some((self.parts[part].as_ref()?, set.weights.get(part).sqrt()))).collect();
        let width = parts.iter().map(|(matrix, _)| matrix.width).sum();
        let mut values = Vec::with_capacity(self.count * width);
        for row in 0..self.count {
            for (matrix, factor) in &parts {
                values.extend(matrix.values[row * matrix.width..][..matrix.width].iter().map(|x| x * factor));
            }
        }
        (values, width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retrieval::Centring;

    fn features(parts: &[(Part, &[f32])]) -> Features {
        let mut features = Features::new();
        parts.iter().for_each(|(part, vector)| features.set(*part, vector.to_vec()));
        features
    }

    #[test]
    fn only_parts_that_all_have_in_one_size_are_there() {
        let items = [
            features(&[(Part::Embedding, &[3.0, 4.0]), (Part::Kl, &[1.0]), (Part::Dino, &[1.0])]),
            features(&[(Part::Embedding, &[0.0, 2.0]), (Part::Kl, &[1.0, 1.0])]),
        ];
        let table = FeatureTable::from_features(&items);
        assert_eq!((table.len(), table.parts()), (2, vec![Part::Embedding]));
        assert_eq!(table.part(Part::Embedding), Some((&[0.6, 0.8, 0.0, 1.0][..], 2)));
        assert_eq!(table.select(&[1]).part(Part::Embedding), Some((&[0.0, 1.0][..], 2)));
        assert!(FeatureTable::from_features([]).is_empty());
    }

    #[test]
    fn centring_is_the_one_of_single_features() {
        let items = [[1.0, 0.2, 0.0], [0.3, 1.0, 0.1], [0.5, 0.5, 0.9]].map(|x| features(&[(Part::Embedding, &x)]));
        let centring = Centring::fit(&items);
        let expected: Vec<f32> =
            items.iter().flat_map(|item| centring.apply(item).get(Part::Embedding).unwrap().to_vec()).collect();
        let table = FeatureTable::from_features(&items).centred();
        assert_eq!(table.part(Part::Embedding), Some((&expected[..], 3)));
        assert!(
            FeatureTable::from_features(&items[..1])
                .centred()
                .part(Part::Embedding)
                .unwrap()
                .0
                .iter()
                .all(|x| *x == 0.0)
        );
    }

    #[test]
    fn concatenated_rows_have_the_weighted_cosines_for_inner_products() {
        let items = [
            features(&[(Part::Embedding, &[0.6, 0.8]), (Part::Kl, &[0.0, 1.0, 0.0])]),
            features(&[(Part::Embedding, &[1.0, 0.0]), (Part::Kl, &[0.0, 0.6, 0.8])]),
        ];
        let mut set = FeatureSet::of(&[Part::Embedding, Part::Kl, Part::Dino]);
        set.weights.set(Part::Kl, 0.25);
        let (rows, width) = FeatureTable::from_features(&items).concatenated(&set);
        assert_eq!((rows.len(), width), (10, 5));
        let product: f32 = rows[..5].iter().zip(&rows[5..]).map(|(a, b)| a * b).sum();
        assert!((product - (0.6 + 0.25 * 0.6)).abs() < 1e-6);
    }
}
