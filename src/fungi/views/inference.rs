//! The single view of the embedding and of the KL objective.

use super::planar;
use crate::image::Rgb;
use crate::image::resize::{CropBox, Filter, resize_centre};

/// The picture resized to a square of `round(side * 256 / 224)`, bilinear with antialiasing, and its centre of `side`.
///
/// # Shapes
/// `[3, side, side]`, in 0..1.
pub fn inference(image: &Rgb, side: usize) -> Vec<f32> {
    planar(&[picture(image, side)])
}

/// The same from a square of `full`, which is at least `side`.
pub(crate) fn centre(image: &Rgb, full: usize, side: usize) -> Vec<f32> {
    planar(&[centre_picture(image, full, side)])
}

/// The view as a picture.
pub(super) fn picture(image: &Rgb, side: usize) -> Rgb {
    centre_picture(image, (side * 256 + 112) / 224, side)
}

fn centre_picture(image: &Rgb, full: usize, side: usize) -> Rgb {
    resize_centre(image, CropBox::whole(image), Filter::Bilinear, (full, full), (side, side))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The offsets are what `int(round((resized - side) / 2.0))` gives in Python, as torchvision's CenterCrop computes
    /// it.
    #[test]
    fn the_centre_is_torchvisions() {
        for (side, resized, offset) in [(32, 37, 2), (48, 55, 4), (64, 73, 4), (224, 256, 16), (384, 439, 28)] {
            // Already of the resized size, so that resizing changes nothing; each pixel encodes its column and row.
            let bytes = |x: usize, y: usize| [x as u8, y as u8, (x / 256 + 16 * (y / 256)) as u8];
            let data = (0..resized * resized).flat_map(|i| bytes(i % resized, i / resized)).collect();
            let view = inference(&Rgb { width: resized, height: resized, data }, side);
            let at = |x: usize, y: usize| [0, 1, 2].map(|c| (view[(c * side + y) * side + x] * 255.0).round() as u8);
            assert_eq!(at(0, 0), bytes(offset, offset), "{side} px");
            assert_eq!(at(side - 1, 3), bytes(offset + side - 1, offset + 3), "{side} px");
        }
    }
}
