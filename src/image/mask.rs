//! Mask files: PNGs that say which class each pixel belongs to. What is read here are the pixels' values; which class a value
//! is depends on the other masks that it comes with.

use super::DecodeError;
use super::guard::guarded;
use super::limits::check_bytes;
use super::png::{Pixels, SIGNATURE, read};
use png::{BitDepth, ColorType, Transformations};
use std::collections::HashMap;

/// Most colours of one file: one for each class.
const MAX_COLOURS: usize = 255;

/// What a mask file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskFile {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Its `width * height` pixels.
    pub pixels: MaskPixels,
}

/// The pixels of a mask file, row by row. Colours are red, green, blue and opacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MaskPixels {
    /// Grey values.
    Grey {
        /// As the file has them, unscaled.
        values: Vec<u8>,
        /// The value that is white: 1, 3, 15 or 255, by the file's depth; 255 for 16 bits, of which none is above it.
        white: u8,
    },
    /// Indices into a palette.
    Indexed {
        /// As the file has them.
        indices: Vec<u8>,
        /// The palette; it may be shorter than the largest index.
        palette: Vec<[u8; 4]>,
    },
    /// Colours.
    Colours {
        /// Where a pixel's colour is in `colours`.
        places: Vec<u8>,
        /// The colours that the file has, sorted; at most 255. Whatever is fully transparent is `[0; 4]`.
        colours: Vec<[u8; 4]>,
    },
}

/// Decodes a PNG mask.
///
/// # Errors
/// Those of [`super::decode`], and a file that is not a PNG, has more than 255 classes, a grey value above 255, or colours
/// with 16 bits a channel.
pub fn decode_mask(bytes: &[u8]) -> Result<MaskFile, DecodeError> {
    check_bytes(bytes.len() as u64)?;
    if !bytes.starts_with(SIGNATURE) {
        return Err(DecodeError::MaskNotPng);
    }
    guarded("PNG", || pixels(bytes))
}

fn pixels(bytes: &[u8]) -> Result<MaskFile, DecodeError> {
    // A byte for the value, and another while their list grows.
    let Pixels { width, height, color, depth, row, data, info } = read(bytes, Transformations::IDENTITY, 2)?;
    let (width, height) = (width as usize, height as usize);
    let rows = data.chunks_exact(row).take(height);

    let pixels = match (color, depth) {
        (ColorType::Indexed, depth) => {
            let indices = unpack(rows, width, depth);
            let palette =
                palette(info.palette.as_deref().unwrap_or_default(), info.trns.as_deref().unwrap_or_default());
            if palette.get(MAX_COLOURS).is_none_or(|last| last[3] != 0) {
                check_indices(&indices)?;
            }
            MaskPixels::Indexed { indices, palette }
        }
        (ColorType::Grayscale, BitDepth::Sixteen) => MaskPixels::Grey { values: narrow(rows, 2)?, white: u8::MAX },
        (ColorType::Grayscale, depth) => {
            MaskPixels::Grey { values: unpack(rows, width, depth), white: 0xFF >> (8 - depth as u32) }
        }
        (ColorType::GrayscaleAlpha, BitDepth::Sixteen) => MaskPixels::Grey { values: narrow(rows, 4)?, white: u8::MAX },
        (ColorType::GrayscaleAlpha, _) => {
            MaskPixels::Grey { values: rows.flat_map(|row| row.iter().step_by(2).copied()).collect(), white: u8::MAX }
        }
        (_, BitDepth::Sixteen) => return Err(DecodeError::MaskSixteenBits),
        (color, _) => distinct(rows, color.samples())?,
    };
    Ok(MaskFile { width, height, pixels })
}

/// The palette's colours with their opacity; those that the file gives none are opaque.
fn palette(colours: &[u8], opacity: &[u8]) -> Vec<[u8; 4]> {
    let opacity = opacity.iter().copied().chain(std::iter::repeat(u8::MAX));
    colours.as_chunks().0.iter().zip(opacity).map(|(&[r, g, b], a)| [r, g, b, a]).collect()
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
    let value = |pixel: &[u8]| u16::from_be_bytes([pixel[0], pixel[1]]);
    rows.flat_map(|row| row.chunks_exact(size))
        .map(|pixel| u8::try_from(value(pixel)).map_err(|_| DecodeError::MaskGrey { value: value(pixel) }))
        .collect()
}

/// Tells the colours of pixels with three or four samples apart.
fn distinct<'a>(rows: impl Iterator<Item = &'a [u8]>, samples: usize) -> Result<MaskPixels, DecodeError> {
    let (mut known, mut colours, mut places) = (HashMap::new(), Vec::new(), Vec::new());
    // Neighbours mostly agree, so the table is seldom asked.
    let mut last = None;
    for pixel in rows.flat_map(|row| row.chunks_exact(samples)) {
        let place = match last {
            Some((before, place)) if before == pixel => place,
            _ => {
                let colour = match *pixel {
                    [_, _, _, 0] => [0; 4],
                    [r, g, b, a] => [r, g, b, a],
                    _ => [pixel[0], pixel[1], pixel[2], u8::MAX],
                };
                match known.get(&colour) {
                    Some(&place) => place,
                    None if colours.len() == MAX_COLOURS => return Err(DecodeError::TooManyClasses),
                    None => {
                        let place = colours.len() as u8;
                        known.insert(colour, place);
                        colours.push(colour);
                        place
                    }
                }
            }
        };
        last = Some((pixel, place));
        places.push(place);
    }
    // In an order that does not depend on where the colours are.
    colours.sort_unstable();
    let mut sorted = [0_u8; MAX_COLOURS];
    for (colour, to) in colours.iter().zip(0..) {
        sorted[known[colour] as usize] = to;
    }
    places.iter_mut().for_each(|place| *place = sorted[*place as usize]);
    Ok(MaskPixels::Colours { places, colours })
}
