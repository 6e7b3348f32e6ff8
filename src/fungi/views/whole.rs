//! The single view of dense features.

use super::planar;
use crate::image::Rgb;
use crate::image::resize::{CropBox, Filter, resize};

/// The picture resized to a square, whatever its shape (Pillow's bilinear), so that patches cover all of it.
///
/// # Shapes
/// `[3, side, side]`, in 0..1.
pub fn whole(image: &Rgb, side: usize) -> Vec<f32> {
    planar(&[resize(image, CropBox::whole(image), Filter::Bilinear, side, side)])
}
