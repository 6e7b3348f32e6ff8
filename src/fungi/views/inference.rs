//! The one view of the embedding and of the KL objective.

use super::planar;
use crate::image::Rgb;
use crate::image::resize::{CropBox, Filter, resize_centre};

/// The picture resized to a square of `round(side * 256 / 224)`, bilinear with antialiasing, and its centre of `side`.
///
/// # Shapes
/// `[3, side, side]`, in 0..1.
pub fn inference(image: &Rgb, side: usize) -> Vec<f32> {
    centre(image, (side * 256 + 112) / 224, side)
}

/// The same from a square of `full`, which is at least `side`.
pub(crate) fn centre(image: &Rgb, full: usize, side: usize) -> Vec<f32> {
    let centre = resize_centre(image, CropBox::whole(image), Filter::Bilinear, (full, full), (side, side));
    let mut view = vec![0.0; 3 * side * side];
    planar(&centre, &mut view);
    view
}
