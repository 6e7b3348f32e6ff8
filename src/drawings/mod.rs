//! Pictures that the program draws itself from a seed, so that everything can be tried without files or a network:
//! the [`sample_set`] with a class for each picture, and [`sample_scenes`] with a mask for each.
//!
//! Both are made of [`scene`]s: an object of one of eight classes in front of a backdrop. Within a class, colours,
//! position, size, light and backdrop vary; all classes draw them from the same ranges, so only the shape tells the
//! classes apart.

mod backdrop;
mod canvas;
mod classes;
mod clutter;
mod noise;
mod sample;
mod shapes;

use crate::image::Rgb;
use canvas::Canvas;
use noise::Dice;
pub use sample::{PER_CLASS, SCENE_CLASSES, SampleImage, SampleScene, sample_scenes, sample_set};

/// Names of the classes, in the order of [`scene`]'s `class`.
pub const CLASSES: [&str; 8] = ["bicycle", "boat", "cup", "fish", "flower", "house", "leaf", "mushroom"];

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

/// Draws the `index`-th scene of a class (counted modulo the number of [`CLASSES`]) at `width` x `height`.
/// The same arguments give the same pixels on every platform.
pub fn scene(seed: u64, class: usize, index: usize, width: usize, height: usize) -> Scene {
    let (canvas, mut dice, label) = object(seed, class, index, width, height);
    let (rgb, mask) = canvas.develop(&mut dice);
    Scene { rgb, label, mask }
}

/// The same with things in front of the object, every third time without colours: harder to tell.
fn hard_scene(seed: u64, class: usize, index: usize, width: usize, height: usize) -> Scene {
    let (mut canvas, mut dice, label) = object(seed, class, index, width, height);
    clutter::obstruct(&mut canvas, &mut dice);
    let (mut rgb, mask) = canvas.develop(&mut dice);
    if dice.below(3) == 0 {
        clutter::grey(&mut rgb, dice.range(70.0, 150.0));
    }
    Scene { rgb, label, mask }
}

/// A class's object before its backdrop, the choices that are left, the class's name.
fn object(seed: u64, class: usize, index: usize, width: usize, height: usize) -> (Canvas, Dice, &'static str) {
    let class = class % CLASSES.len();
    let mut dice = Dice::new(seed, (class as u32) << 24 | (index as u32 & 0xFF_FFFF));
    let mut canvas = Canvas::new(width.max(1), height.max(1));
    let draw = [
        classes::bicycle,
        classes::boat,
        classes::cup,
        classes::fish,
        classes::flower,
        classes::house,
        classes::leaf,
        classes::mushroom,
    ][class];
    draw(&mut canvas, &mut dice, class as u8 + 1);
    (canvas, dice, CLASSES[class])
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
}
