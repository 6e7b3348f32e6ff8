//! Masks and maps as PNG.

use png::{BitDepth, ColorType, Encoder};

use super::{Mask, UNLABELLED};
use crate::image::Rgb;

/// Why a mask could not be written.
#[derive(Debug, thiserror::Error)]
#[error("The map could not be written as PNG ({0}). Try a smaller one.")]
pub struct PngError(#[from] png::EncodingError);

/// The mask as an indexed PNG: a pixel's index is its class, coloured by `palette` (classes beyond it by [`colour`]),
/// unlabelled pixels transparent. [`crate::image::decode_mask`] reads it back.
///
/// # Errors
/// Only where the encoder fails.
pub fn write(mask: &Mask, palette: &[[u8; 3]]) -> Result<Vec<u8>, PngError> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, mask.width, mask.height);
    encoder.set_color(ColorType::Indexed);
    encoder.set_depth(BitDepth::Eight);
    let colours = (0..=u8::MAX).flat_map(|class| match palette.get(class as usize) {
        Some(&given) if class != UNLABELLED => given,
        _ => colour(class),
    });
    encoder.set_palette(colours.collect::<Vec<u8>>());
    let mut opacity = [u8::MAX; 256];
    opacity[UNLABELLED as usize] = 0;
    encoder.set_trns(opacity.to_vec());
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&mask.labels)?;
    writer.finish()?;
    Ok(bytes)
}

/// The photo with the map's colours over it, at the photo's size; `opacity` in 0..1. Unlabelled pixels show the photo.
pub fn overlay(photo: &Rgb, map: &Mask, palette: &[[u8; 3]], opacity: f32) -> Rgb {
    let map = map.resized(photo.width as u32, photo.height as u32);
    let mut data = photo.data.clone();
    for (pixel, &class) in data.as_chunks_mut::<3>().0.iter_mut().zip(&map.labels) {
        if class != UNLABELLED {
            let over = palette.get(class as usize).copied().unwrap_or_else(|| colour(class));
            for (value, over) in pixel.iter_mut().zip(over) {
                *value =
                    (f32::from(*value) + opacity.clamp(0.0, 1.0) * (f32::from(over) - f32::from(*value))).round() as u8;
            }
        }
    }
    Rgb { width: photo.width, height: photo.height, data }
}

/// A colour for a class that nobody has coloured: hues a golden angle apart, so that near classes differ.
pub fn colour(class: u8) -> [u8; 3] {
    const GOLDEN: f32 = 0.618_034;
    let hue = (0.6 + f32::from(class) * GOLDEN).fract() * 6.0;
    // Each turn of the hues a little darker.
    let value = 230.0 - 35.0 * f32::from(class / 12 % 4);
    [5.0, 3.0, 1.0].map(|offset| {
        let k = (offset + hue) % 6.0;
        (value * (1.0 - 0.7 * k.min(4.0 - k).clamp(0.0, 1.0))).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::decode_mask;
    use crate::segmentation::{MaskKind, RawMask};

    #[test]
    fn a_mask_is_read_back() {
        let mask = Mask::new(3, 2, vec![0, 1, 2, 254, 255, 0]).unwrap();
        let read = RawMask::from(decode_mask(&write(&mask, &[[9, 8, 7], [1, 2, 3]]).unwrap()).unwrap());
        assert_eq!((read.width, read.height, &read.values), (3, 2, &mask.labels));
        let MaskKind::Indexed(palette) = read.kind else { panic!("{:?}", read.kind) };
        let [r, g, b] = colour(2);
        assert_eq!(palette[..3], [[9, 8, 7, 255], [1, 2, 3, 255], [r, g, b, 255]]);
        assert_eq!(palette[255][3], 0);
    }

    #[test]
    fn all_classes_and_unlabelled_pixels_fit_one_mask() {
        let mask = Mask::new(16, 16, (0..=255).collect()).unwrap();
        assert_eq!(RawMask::from(decode_mask(&write(&mask, &[]).unwrap()).unwrap()).values, mask.labels);
    }

    #[test]
    fn an_overlay_mixes_and_leaves_the_unlabelled() {
        let photo = Rgb { width: 2, height: 1, data: vec![100, 100, 100, 50, 60, 70] };
        let mixed = overlay(&photo, &Mask::new(2, 1, vec![0, 255]).unwrap(), &[[200, 0, 100]], 0.5);
        assert_eq!(mixed.data, [150, 50, 100, 50, 60, 70]);
    }

    #[test]
    fn colours_differ() {
        let all: std::collections::HashSet<_> = (0..64).map(colour).collect();
        assert_eq!(all.len(), 64);
    }
}
