//! What the drawn scenes are used for: a set of labelled pictures, and pairs of scenes with masks.

use super::{CLASSES, Scene, hard_scene, scene};
use crate::image::Rgb;

/// Pictures of each class in the [`sample_set`].
pub const PER_CLASS: usize = 8;
/// Side of the sample set's pictures in pixels.
const SIDE: usize = 128;

/// Side of the sample scenes in pixels.
const SCENE_SIDE: usize = 256;
/// Indices in [`CLASSES`] of the objects in the sample scenes: cup, fish, flower, leaf.
const SCENE_OBJECTS: [usize; 4] = [2, 3, 4, 6];
/// The scenes' indices within their class; those of the sample set are smaller.
const SCENE_INDICES: [usize; 2] = [100, 102];

/// One picture of the sample set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleImage {
    /// Unique within the set, like a file's name: `boat/3.png`.
    pub name: String,
    /// Name of its class.
    pub label: &'static str,
    /// The picture.
    pub rgb: Rgb,
}

/// Eight pictures of each of the eight [`CLASSES`], 128 x 128, class by class.
pub fn sample_set(seed: u64) -> Vec<SampleImage> {
    let places = (0..CLASSES.len()).flat_map(|class| (0..PER_CLASS).map(move |index| (class, index)));
    places
        .map(|(class, index)| {
            let Scene { rgb, label, .. } = hard_scene(seed, class, index, SIDE, SIDE);
            SampleImage { name: format!("{label}/{}.png", index + 1), label, rgb }
        })
        .collect()
}

/// Names of the classes in a [`SampleScene`]'s mask, by index.
pub const SCENE_CLASSES: [&str; 2] = ["background", "object"];

/// One scene to try segmentation on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleScene {
    /// Unique among the scenes, like a file's name: `cup 100.png`.
    pub name: String,
    /// The picture.
    pub rgb: Rgb,
    /// True class of each pixel, row by row: an index into [`SCENE_CLASSES`].
    pub mask: Vec<u8>,
}

/// Pairs of scenes, 256 x 256, each pair with the same kind of object: the first for the support, the second a query.
pub fn sample_scenes(seed: u64) -> Vec<[SampleScene; 2]> {
    let draw = |class: usize, index: usize| {
        let Scene { rgb, label, mask } = scene(seed, class, index, SCENE_SIDE, SCENE_SIDE);
        let mask = mask.into_iter().map(|region| region.min(1)).collect();
        SampleScene { name: format!("{label} {index}.png"), rgb, mask }
    };
    SCENE_OBJECTS.map(|class| SCENE_INDICES.map(|index| draw(class, index))).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        let set = sample_set(0);
        let names: std::collections::HashSet<_> = set.iter().map(|image| &image.name).collect();
        assert_eq!((set.len(), names.len()), (64, 64));
    }

    /// By chance, the picture nearest by mean colour has the same class in 7 of 63 cases, 21.3 times in three sets of
    /// 64. More than 35 such cases would have a probability of about one in a thousand.
    #[test]
    fn colour_does_not_give_the_class_away() {
        let hits: Vec<usize> = (0..3).map(|seed| nearest_by_colour(&sample_set(seed))).collect();
        assert!(hits.iter().sum::<usize>() < 35, "{hits:?}");
    }

    /// How many pictures have the same class as the one nearest by mean colour.
    fn nearest_by_colour(set: &[SampleImage]) -> usize {
        let mean = |image: &SampleImage| {
            let sum = image.rgb.data.as_chunks::<3>().0.iter().fold([0.0; 3], |sum: [f64; 3], pixel| {
                [0, 1, 2].map(|channel| sum[channel] + f64::from(pixel[channel]))
            });
            sum.map(|x| x / (SIDE * SIDE) as f64)
        };
        let means: Vec<_> = set.iter().map(mean).collect();
        let distance = |i: usize, j: usize| (0..3).map(|c| (means[i][c] - means[j][c]).powi(2)).sum::<f64>();
        let hit = |&i: &usize| {
            let nearest = (0..set.len()).filter(|&j| j != i).min_by(|&a, &b| distance(i, a).total_cmp(&distance(i, b)));
            nearest.is_some_and(|nearest| set[nearest].label == set[i].label)
        };
        (0..set.len()).filter(hit).count()
    }

    #[test]
    fn scenes_come_in_pairs_with_both_classes() {
        let pairs = sample_scenes(0);
        assert_eq!(pairs.len(), SCENE_OBJECTS.len());
        for [support, query] in &pairs {
            let object = |scene: &SampleScene| scene.name.split(' ').next().map(String::from);
            assert_eq!(object(support), object(query));
            assert_ne!(support.rgb, query.rgb);
            for scene in [support, query] {
                assert_eq!(scene.mask.len(), SCENE_SIDE * SCENE_SIDE);
                assert!([0, 1].iter().all(|class| scene.mask.contains(class)) && scene.mask.iter().all(|&c| c < 2));
            }
        }
    }
}
