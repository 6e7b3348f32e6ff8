//! Cosines of one patch with all others, ready to be drawn.

use std::collections::HashMap;

use super::feature::Feature;
use crate::engine::protocol::Resemblance;

/// Similarities of all patches to one.
#[derive(Debug, Clone, PartialEq)]
pub struct SimilarityMap {
    /// The patch that they are compared with: photo and index.
    pub patch: (u32, usize),
    photos: HashMap<u32, (usize, [Vec<f32>; 2])>,
    low: [f32; 2],
}

impl SimilarityMap {
    /// From the engine's answer, one entry per photo.
    pub fn new(patch: (u32, usize), answer: Vec<Resemblance>) -> Self {
        let mut low = [1.0_f32; 2];
        let photos: HashMap<_, _> = answer
            .into_iter()
            .map(|Resemblance { id, grid, embedding, fungi }| {
                low[0] = embedding.iter().copied().fold(low[0], f32::min);
                low[1] = fungi.iter().copied().fold(low[1], f32::min);
                (id, (grid, [embedding, fungi]))
            })
            .collect();
        Self { patch, photos, low }
    }

    /// Patches per side and cosines of a photo under a feature, if known.
    pub fn of(&self, photo: u32, feature: Feature) -> Option<(usize, &[f32])> {
        let (grid, cosines) = self.photos.get(&photo)?;
        let cosines = &cosines[feature as usize];
        (!cosines.is_empty()).then_some((*grid, cosines.as_slice()))
    }

    /// The smallest cosine under a feature over all photos, which share one scale.
    pub fn low(&self, feature: Feature) -> f32 {
        self.low[feature as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_share_one_scale_and_may_lack_gradients() {
        let photo = |id, embedding: [f32; 1], fungi: &[f32]| Resemblance {
            id,
            grid: 1,
            embedding: embedding.to_vec(),
            fungi: fungi.to_vec(),
        };
        let map = SimilarityMap::new((1, 0), vec![photo(1, [1.0], &[0.5]), photo(2, [-0.25], &[])]);
        assert_eq!((map.low(Feature::Embedding), map.low(Feature::Fungi)), (-0.25, 0.5));
        assert_eq!(map.of(1, Feature::Fungi), Some((1, [0.5].as_slice())));
        assert_eq!(map.of(2, Feature::Fungi), None);
        assert_eq!(map.of(3, Feature::Embedding), None);
    }
}
