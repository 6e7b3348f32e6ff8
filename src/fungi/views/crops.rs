//! DINO's multi-crop: a few large crops of the picture and many small ones.

use super::planar;
use crate::cores::each;
use crate::image::Rgb;
use crate::image::resize::{CropBox, Filter, resize};
use crate::random::{Purpose, Stream};

/// Shares of the picture's area that a global crop covers.
const GLOBAL: (f32, f32) = (0.25, 1.0);
/// Shares of the picture's area that a local crop covers.
const LOCAL: (f32, f32) = (0.05, 0.25);
/// Narrowest and widest aspect ratio of a crop.
const ASPECT: (f64, f64) = (3.0 / 4.0, 4.0 / 3.0);
/// `ln(4 / 3)`.
const LOG_ASPECT: f32 = 0.287_682_07;
const TRIES: usize = 10;

/// Boxes of DINO's crops in a picture of `width` x `height`: `global` large ones, then `local` small ones. They depend
/// only on the seed and the size, so pictures of the same size get the same boxes.
pub fn crop_boxes(width: usize, height: usize, global: usize, local: usize, seed: u64) -> Vec<CropBox> {
    let mut stream = Stream::new(seed, Purpose::Crops, 0);
    let shares = std::iter::repeat_n(GLOBAL, global).chain(std::iter::repeat_n(LOCAL, local));
    shares.map(|share| random_box(width, height, share, &mut stream)).collect()
}

/// A box anywhere in the picture, its share of the area uniform in `share` and its aspect ratio uniform in its
/// logarithm; after ten attempts that do not fit, the largest centred box of an allowed aspect ratio.
fn random_box(width: usize, height: usize, share: (f32, f32), stream: &mut Stream) -> CropBox {
    let area = width as f64 * height as f64;
    for _ in 0..TRIES {
        let target = area * f64::from(stream.range(share.0, share.1));
        let aspect = exp(f64::from(stream.range(-LOG_ASPECT, LOG_ASPECT)));
        let w = (target * aspect).sqrt().round() as usize;
        let h = (target / aspect).sqrt().round() as usize;
        if (1..=width).contains(&w) && (1..=height).contains(&h) {
            let top = stream.below((height - h + 1) as u32);
            let left = stream.below((width - w + 1) as u32);
            return CropBox { left, top, width: w as u32, height: h as u32 };
        }
    }
    let w = width.min(((height as f64 * ASPECT.1).round() as usize).max(1));
    let h = height.min(((width as f64 / ASPECT.0).round() as usize).max(1));
    CropBox { left: ((width - w) / 2) as u32, top: ((height - h) / 2) as u32, width: w as u32, height: h as u32 }
}

/// `e^x` for |x| < 1/2 by its series: unlike the platform's `exp`, the same bits natively and in a browser.
fn exp(x: f64) -> f64 {
    (1..=14).rev().fold(1.0, |sum, n| 1.0 + x / f64::from(n) * sum)
}

/// The crops, each resized bicubically to `side`.
///
/// # Shapes
/// `[boxes, 3, side, side]`, in 0..1.
pub fn crops(image: &Rgb, boxes: &[CropBox], side: usize) -> Vec<f32> {
    planar(&pictures(image, boxes, side))
}

/// The crops as pictures.
pub(super) fn pictures(image: &Rgb, boxes: &[CropBox], side: usize) -> Vec<Rgb> {
    let empty = Rgb { width: 0, height: 0, data: Vec::new() };
    let mut pictures = vec![empty; boxes.len()];
    each(boxes.iter().zip(&mut pictures), |(&crop, picture)| {
        *picture = resize(image, crop, Filter::Bicubic, side, side);
    });
    pictures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_stay_inside_and_keep_their_share() {
        for (width, height) in [(97, 61), (640, 480), (300, 300), (100, 350)] {
            for (i, b) in crop_boxes(width, height, 40, 60, 3).iter().enumerate() {
                assert!(b.left as usize + b.width as usize <= width && b.top as usize + b.height as usize <= height);
                let share = f64::from(b.width) * f64::from(b.height) / (width * height) as f64;
                let (low, high) = if i < 40 { GLOBAL } else { LOCAL };
                // The sides are rounded to whole pixels, and a fallback may be of any size.
                let fallback =
                    (b.width as usize).max(b.height as usize) == width.max(height).min(width.min(height) * 4 / 3);
                let slack = 1.0 / f64::from(b.width) + 1.0 / f64::from(b.height);
                assert!(
                    fallback || (share > f64::from(low) * (1.0 - slack) && share < f64::from(high) * (1.0 + slack)),
                    "{b:?} of {width} x {height}"
                );
                let aspect = f64::from(b.width) / f64::from(b.height);
                assert!(aspect > ASPECT.0 * (1.0 - slack) && aspect < ASPECT.1 * (1.0 + slack));
            }
        }
    }

    #[test]
    fn boxes_depend_on_seed_and_size_alone() {
        let boxes = |width, seed| crop_boxes(width, 480, 2, 10, seed);
        assert_eq!(boxes(640, 1), boxes(640, 1));
        assert_ne!(boxes(640, 1), boxes(640, 2));
        assert_ne!(boxes(640, 1), boxes(641, 1));
        assert_eq!(boxes(640, 1).len(), 12);
    }

    /// Pins the crops of seed 0: features that were saved depend on them.
    #[test]
    fn boxes_never_change() {
        let b = crop_boxes(640, 480, 2, 10, 0);
        let bits = |b: CropBox| [b.left, b.top, b.width, b.height];
        assert_eq!(bits(b[0]), [101, 171, 380, 302]);
        assert_eq!(bits(b[11]), [156, 84, 170, 202]);
    }

    #[test]
    fn extreme_pictures_get_boxes_too() {
        for (width, height) in [(1, 1), (1, 1000), (1000, 1), (2, 3)] {
            for b in crop_boxes(width, height, 2, 10, 5) {
                assert!(b.width > 0 && b.height > 0);
                assert!((b.left + b.width) as usize <= width && (b.top + b.height) as usize <= height);
            }
        }
    }

    #[test]
    fn the_series_is_the_exponential() {
        for i in -30..=30 {
            let x = f64::from(i) / 100.0;
            assert!((exp(x) - x.exp()).abs() < 1e-15);
        }
    }
}
