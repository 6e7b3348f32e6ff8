//! The sample set: small scenes that the program draws itself from a seed, each with its mask, so that everything can be
//! tried with no file and no network. Within a class, colours, place, size, light and backdrop differ; across classes
//! they are alike, so that neighbours have to be found by shape.

mod backdrop;
mod canvas;
mod noise;
mod scenes;
mod shapes;

use crate::image::Rgb;
use canvas::Canvas;
use noise::Dice;

/// Names of the classes, in the order of [`scene`]'s `class`.
pub const CLASSES: [&str; 8] = ["bicycle", "boat", "cup", "fish", "flower", "house", "leaf", "mushroom"];
/// Pictures of each class in the [`sample_set`].
pub const PER_CLASS: usize = 8;
/// Side of the sample set's pictures.
const SIDE: usize = 128;

/// One drawn scene.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scene {
    /// The picture.
    pub rgb: Rgb,
    /// Name of its class.
    pub label: &'static str,
    /// For each pixel, row by row: 0 for the background, 1 + the class for the object.
    pub mask: Vec<u8>,
}

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

/// Draws the `index`-th scene of a class (counted modulo the number of [`CLASSES`]) at `width` x `height`.
/// The same arguments give the same pixels on every platform.
pub fn scene(seed: u64, class: usize, index: usize, width: usize, height: usize) -> Scene {
    let class = class % CLASSES.len();
    let mut dice = Dice::new(seed, (class as u32) << 24 | (index as u32 & 0xFF_FFFF));
    let mut canvas = Canvas::new(width.max(1), height.max(1));
    let draw = [
        scenes::bicycle,
        scenes::boat,
        scenes::cup,
        scenes::fish,
        scenes::flower,
        scenes::house,
        scenes::leaf,
        scenes::mushroom,
    ][class];
    draw(&mut canvas, &mut dice, class as u8 + 1);
    let (rgb, mask) = canvas.develop(&mut dice);
    Scene { rgb, label: CLASSES[class], mask }
}

/// Eight pictures of each of the eight classes, 128 x 128.
pub fn sample_set(seed: u64) -> Vec<SampleImage> {
    let places = (0..CLASSES.len()).flat_map(|class| (0..PER_CLASS).map(move |index| (class, index)));
    places
        .map(|(class, index)| {
            let Scene { rgb, label, .. } = scene(seed, class, index, SIDE, SIDE);
            SampleImage { name: format!("{label}/{}.png", index + 1), label, rgb }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_scene() {
        assert_eq!(scene(1, 3, 2, 64, 48), scene(1, 3, 2, 64, 48));
        assert_ne!(scene(1, 3, 2, 64, 48), scene(2, 3, 2, 64, 48));
        assert_ne!(scene(1, 3, 2, 64, 48), scene(1, 3, 3, 64, 48));
    }

    #[test]
    fn every_scene_shows_its_object_and_a_background() {
        for (class, name) in CLASSES.into_iter().enumerate() {
            for index in 0..PER_CLASS {
                let Scene { rgb, label, mask } = scene(0, class, index, 96, 64);
                assert_eq!((label, rgb.data.len(), mask.len()), (name, 96 * 64 * 3, 96 * 64));
                let object = mask.iter().filter(|&&region| region == class as u8 + 1).count();
                assert!(mask.iter().all(|&region| region == 0 || region == class as u8 + 1));
                assert!(object * 25 > mask.len() && object * 10 < mask.len() * 9, "{label} {index}: {object}");
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let set = sample_set(0);
        let names: std::collections::HashSet<_> = set.iter().map(|image| &image.name).collect();
        assert_eq!((set.len(), names.len()), (64, 64));
    }

    /// The nearest other picture by mean colour is of the same class about as often as by chance (7 of 63).
    #[test]
    fn colour_does_not_give_the_class_away() {
        let set = sample_set(0);
        let mean = |image: &SampleImage| {
            let sum = image.rgb.data.as_chunks::<3>().0.iter().fold([0.0; 3], |sum: [f64; 3], pixel| {
                [0, 1, 2].map(|channel| sum[channel] + f64::from(pixel[channel]))
            });
            sum.map(|x| x / (SIDE * SIDE) as f64)
        };
        let means: Vec<_> = set.iter().map(mean).collect();
        let distance = |i: usize, j: usize| (0..3).map(|c| (means[i][c] - means[j][c]).powi(2)).sum::<f64>();
        let hits = (0..64).filter(|&i| {
            let nearest = (0..64).filter(|&j| j != i).min_by(|&a, &b| distance(i, a).total_cmp(&distance(i, b)));
            nearest.is_some_and(|nearest| set[nearest].label == set[i].label)
        });
        assert!(hits.count() < 24);
    }
}
