//! PNG files, for pictures and masks alike. `image` reads them by the same crate, but inflates a colour profile of any
//! size on the way; here profiles and texts are skipped.

use std::io::Cursor;

use png::{BitDepth, DecodeOptions, Decoder, DecodingError, Limits, Reader, Transformations};

use super::DecodeError;
use super::limits::{check_memory, check_pixels};

/// What a PNG begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
const NAME: &str = "PNG";
/// Most bytes of chunks that the decoder keeps, such as EXIF.
const MAX_CHUNKS: usize = 16_000_000;

/// Pixels as the file has them: rows one after the other, samples of 16 bits with their high byte first.
pub(super) struct Pixels {
    pub width: u32,
    pub height: u32,
    pub color: png::ColorType,
    pub depth: BitDepth,
    /// Bytes in a row.
    pub row: usize,
    pub data: Vec<u8>,
    pub info: png::Info<'static>,
}

/// Reads a PNG whose pixels will be turned into `result` bytes each.
pub(super) fn read(bytes: &[u8], transformations: Transformations, result: usize) -> Result<Pixels, DecodeError> {
    check_palette(bytes)?;
    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    options.set_ignore_iccp_chunk(true);
    let mut decoder = Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_limits(Limits { bytes: MAX_CHUNKS });
    decoder.set_transformations(transformations);
    let header = decoder.read_header_info().map_err(explain)?;
    let (width, height) = (header.width, header.height);
    check_pixels(width, height)?;
    let mut reader = decoder.read_info().map_err(explain)?;
    check_memory(NAME, width, height, bytes_per_pixel(&reader) + result)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or(DecodeError::Memory { format: NAME })?];
    let frame = reader.next_frame(&mut data).map_err(explain)?;
    let (color, depth, row) = (frame.color_type, frame.bit_depth, frame.line_size);
    Ok(Pixels { width, height, color, depth, row, data, info: reader.info().clone() })
}

/// Rounded up where a byte holds several pixels.
fn bytes_per_pixel(reader: &Reader<Cursor<&[u8]>>) -> usize {
    let (color, depth) = reader.output_color_type();
    (color.samples() * depth as usize).div_ceil(8)
}

/// Refuses a palette that does not have three bytes for each colour: version 0.18.1 of the decoder panics on it.
fn check_palette(bytes: &[u8]) -> Result<(), DecodeError> {
    let mut at = SIGNATURE.len();
    while let Some(&[a, b, c, d, ref kind @ ..]) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        match kind {
            b"PLTE" if !length.is_multiple_of(3) => {
                let reason = format!("its palette has {length} bytes, which are not three for each colour");
                return Err(DecodeError::Damaged { format: NAME, reason });
            }
            // Palettes come before pixels.
            b"IDAT" => break,
            // Length, kind and checksum take four bytes each.
            _ => at = at.saturating_add(length).saturating_add(12),
        }
    }
    Ok(())
}

fn explain(error: DecodingError) -> DecodeError {
    match error {
        DecodingError::LimitsExceeded => DecodeError::Memory { format: NAME },
        DecodingError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
            DecodeError::CutOff { format: NAME }
        }
        error => DecodeError::Damaged { format: NAME, reason: error.to_string().trim_end_matches('.').to_owned() },
    }
}
