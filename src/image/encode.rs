//! Pixels out: thumbnails for the gallery, files for downloads.

use super::Rgb;
use super::resize::{CropBox, Filter, resize};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

const QUALITY: u8 = 82;

/// The picture as JPEG, its longer side at most `side` pixels; empty if the picture is.
pub fn thumbnail(image: &Rgb, side: u32) -> Vec<u8> {
    let longer = image.width.max(image.height);
    let scaled = |length: usize| (length * side as usize).div_ceil(longer.max(1)).max(1);
    let small;
    let image = if longer > side as usize {
        small = resize(image, CropBox::whole(image), Filter::Bilinear, scaled(image.width), scaled(image.height));
        &small
    } else {
        image
    };
    let mut bytes = Vec::new();
    if encode(image, JpegEncoder::new_with_quality(&mut bytes, QUALITY)) { bytes } else { vec![] }
}

/// The picture as PNG; empty if the picture is.
pub fn encode_png(image: &Rgb) -> Vec<u8> {
    let mut bytes = Vec::new();
    if encode(image, PngEncoder::new(&mut bytes)) { bytes } else { vec![] }
}

/// Writing to memory fails only on a picture without pixels.
fn encode(image: &Rgb, encoder: impl ImageEncoder) -> bool {
    let pixels = image.width * image.height;
    pixels > 0
        && image.data.len() == pixels * 3
        && encoder.write_image(&image.data, image.width as u32, image.height as u32, ExtendedColorType::Rgb8).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::decode;

    fn picture(width: usize, height: usize) -> Rgb {
        let data = (0..width * height).flat_map(|i| [(i % width) as u8, (i / width) as u8, 128]).collect();
        Rgb { width, height, data }
    }

    #[test]
    fn png_keeps_every_pixel() {
        let image = picture(37, 21);
        assert_eq!(decode(&encode_png(&image)).unwrap(), image);
    }

    #[test]
    fn a_thumbnail_keeps_shape_and_look() {
        let size = |width, height, side| {
            let small = decode(&thumbnail(&picture(width, height), side)).unwrap();
            (small.width, small.height)
        };
        assert_eq!(size(200, 100, 50), (50, 25));
        assert_eq!(size(100, 200, 50), (25, 50));
        assert_eq!(size(1000, 1, 50), (50, 1));
        assert_eq!(size(20, 10, 50), (20, 10), "never enlarged");
        let small = decode(&thumbnail(&picture(200, 100), 50)).unwrap();
        let middle = &small.data[(12 * 50 + 25) * 3..][..3];
        assert!(middle.iter().zip([101, 49, 128]).all(|(&a, b): (&u8, i32)| (i32::from(a) - b).abs() < 8));
    }

    #[test]
    fn nothing_gives_nothing() {
        let empty = Rgb { width: 0, height: 3, data: vec![] };
        assert!(thumbnail(&empty, 64).is_empty() && encode_png(&empty).is_empty());
    }
}
