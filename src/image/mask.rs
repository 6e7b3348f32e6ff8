//! Mask files: PNGs that say which class each pixel belongs to.

use super::DecodeError;
use super::guard::guarded;
use super::limits::check_bytes;
use super::png::{Pixels, SIGNATURE, read};
use png::{BitDepth, ColorType, Transformations};
use std::collections::HashMap;

/// Classes are 0 to 254; this value marks a pixel without a class.
const UNLABELLED: u8 = u8::MAX;

/// What a mask file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskFile {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Class of each pixel, row by row, `width * height` entries: 0 to 254, or 255 for a pixel without a class.
    pub classes: Vec<u8>,
    /// Colour of each class, if the file has colours; it may be shorter than there are classes.
    pub palette: Vec<[u8; 3]>,
}

/// Decodes a PNG mask.
///
/// - An indexed file gives its indices and its palette, a grey file its values, unscaled. In both, 255 is no class but
///   marks unlabelled pixels, as in PASCAL VOC.
/// - A file in colours has a class for each distinct colour (transparency included), in the order in which they first
///   appear, at most 255.
///
/// # Errors
/// Those of [`super::decode`], and a file that is not a PNG or has more than 255 classes.
pub fn decode_mask(bytes: &[u8]) -> Result<MaskFile, DecodeError> {
    check_bytes(bytes.len() as u64)?;
    if !bytes.starts_with(SIGNATURE) {
        return Err(DecodeError::MaskNotPng);
    }
    guarded("PNG", || classes(bytes))
}

fn classes(bytes: &[u8]) -> Result<MaskFile, DecodeError> {
    // A byte for the class, and another while their list grows.
    let Pixels { width, height, color, depth, row, data, info } = read(bytes, Transformations::IDENTITY, 2)?;
    let (width, height) = (width as usize, height as usize);
    let rows = data.chunks_exact(row).take(height);

    let (classes, palette) = match (color, depth) {
        (ColorType::Indexed, depth) => {
            let classes = unpack(rows, width, depth);
            let opacity = info.trns.as_deref().unwrap_or_default();
            if opacity.get(UNLABELLED as usize) != Some(&0) {
                check_indices(&classes)?;
            }
            let palette = info.palette.as_deref().unwrap_or_default();
            (classes, palette.as_chunks().0.to_vec())
        }
        (ColorType::Grayscale, BitDepth::Sixteen) => (narrow(rows, 2)?, vec![]),
        (ColorType::Grayscale, depth) => (unpack(rows, width, depth), vec![]),
        (ColorType::GrayscaleAlpha, BitDepth::Sixteen) => (narrow(rows, 4)?, vec![]),
        (ColorType::GrayscaleAlpha, _) => (rows.flat_map(|row| row.iter().step_by(2).copied()).collect(), vec![]),
        (color, depth) => distinct(rows, color.samples(), if depth == BitDepth::Sixteen { 2 } else { 1 })?,
    };
    Ok(MaskFile { width, height, classes, palette })
}

/// Refuses a file that uses all 256 indices: the last cannot be a class, and a visible colour would be lost.
fn check_indices(indices: &[u8]) -> Result<(), DecodeError> {
    let mut used = [false; 256];
    indices.iter().for_each(|&index| used[index as usize] = true);
    if used.contains(&false) { Ok(()) } else { Err(DecodeError::TooManyClasses) }
}

/// Values of 1, 2, 4 or 8 bits, the highest bits of a byte first; a row starts on a byte.
fn unpack<'a>(rows: impl Iterator<Item = &'a [u8]>, width: usize, depth: BitDepth) -> Vec<u8> {
    let bits = depth as usize;
    let value = |row: &[u8], x: usize| {
        let bit = x * bits;
        (row[bit / 8] >> (8 - bits - bit % 8)) & (0xFF >> (8 - bits))
    };
    rows.flat_map(|row| (0..width).map(move |x| value(row, x))).collect()
}

/// The first of the 16-bit values that each pixel of `size` bytes has.
fn narrow<'a>(rows: impl Iterator<Item = &'a [u8]>, size: usize) -> Result<Vec<u8>, DecodeError> {
    rows.flat_map(|row| row.chunks_exact(size))
        .map(|pixel| if pixel[0] == 0 { Ok(pixel[1]) } else { Err(DecodeError::TooManyClasses) })
        .collect()
}

/// Numbers the colours of pixels with so many samples of so many bytes, the high byte first; the palette gets high bytes.
fn distinct<'a>(
    rows: impl Iterator<Item = &'a [u8]>,
    samples: usize,
    bytes: usize,
) -> Result<(Vec<u8>, Vec<[u8; 3]>), DecodeError> {
    let (mut known, mut palette, mut classes) = (HashMap::new(), Vec::new(), Vec::new());
    // Neighbours mostly agree, so the table is seldom asked.
    let mut last = None;
    for pixel in rows.flat_map(|row| row.chunks_exact(samples * bytes)) {
        let class = match last {
            Some((before, class)) if before == pixel => class,
            _ => match known.get(pixel) {
                Some(&class) => class,
                None if palette.len() == UNLABELLED as usize => return Err(DecodeError::TooManyClasses),
                None => {
                    let class = palette.len() as u8;
                    known.insert(pixel, class);
                    palette.push([0, 1, 2].map(|sample| pixel[sample * bytes]));
                    class
                }
            },
        };
        last = Some((pixel, class));
        classes.push(class);
    }
    Ok((classes, palette))
}
