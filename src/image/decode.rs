//! From a file's bytes to pixels.

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use png::{BitDepth, Transformations};

use super::guard::guarded;
use super::limits::{MAX_MEMORY, check_bytes, check_memory, check_pixels};
use super::{DecodeError, Rgb, jpeg, png as portable, webp};

/// Bytes a pixel of the result.
const RGB: usize = 3;
/// Most bytes a pixel of a decoded picture.
const RGBA: usize = 4;

/// Decodes a JPEG, PNG, WebP, GIF (its first frame) or BMP file, recognised by its content.
///
/// The result is upright (EXIF orientation) and opaque (transparency over white); 16 bits are rounded to 8.
///
/// # Errors
/// Says what is wrong with the file; see [`DecodeError`].
pub fn decode(bytes: &[u8]) -> Result<Rgb, DecodeError> {
    check_bytes(bytes.len() as u64)?;
    let format = image::guess_format(bytes).map_err(|_| DecodeError::NotAnImage)?;
    let name = name(format).ok_or(DecodeError::NotAnImage)?;
    guarded(name, || match format {
        ImageFormat::Png => decode_png(bytes),
        format => decode_other(bytes, format, name),
    })
}

fn decode_png(bytes: &[u8]) -> Result<Rgb, DecodeError> {
    let pixels = portable::read(bytes, Transformations::EXPAND, RGB)?;
    let wide = pixels.depth == BitDepth::Sixteen;
    let data = opaque(pixels.data, pixels.color.samples(), wide);
    let exif = pixels.info.exif_metadata.as_deref();
    upright(pixels.width, pixels.height, data, exif.and_then(Orientation::from_exif_chunk))
}

fn decode_other(bytes: &[u8], format: ImageFormat, name: &'static str) -> Result<Rgb, DecodeError> {
    let failed = |error| explain(name, error);
    // The decoder's own buffers, and what of them is left beside the result.
    let (mut exif, mut each) = (None, RGBA + RGB);
    match format {
        ImageFormat::Jpeg => {
            let markers = jpeg::markers(bytes);
            if !markers.has_end {
                return Err(DecodeError::CutOff { format: name });
            }
            each = each.max(markers.coefficients + RGB);
        }
        ImageFormat::WebP => {
            let container = webp::container(bytes)?;
            exif = container.exif.and_then(Orientation::from_exif_chunk);
            // The frame, the canvas and the picture.
            each = if container.layered { 3 * RGBA } else { each };
        }
        _ => {}
    }
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    check_pixels(width, height)?;
    check_memory(name, width, height, each)?;
    // A frame of a GIF may be larger than the picture.
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY - decoder.total_bytes());
    decoder.set_limits(limits).map_err(failed)?;
    // Damaged metadata is no reason to refuse a picture.
    let orientation = if format == ImageFormat::Jpeg { decoder.orientation().ok() } else { exif };
    // PNG alone has samples of more than eight bits.
    let channels = usize::from(decoder.color_type().channel_count());
    let mut data = vec![0; usize::try_from(decoder.total_bytes()).map_err(|_| DecodeError::Memory { format: name })?];
    decoder.read_image(&mut data).map_err(failed)?;
    upright(width, height, opaque(data, channels, false), orientation)
}

fn name(format: ImageFormat) -> Option<&'static str> {
    match format {
        ImageFormat::Jpeg => Some("JPEG"),
        ImageFormat::Png => Some("PNG"),
        ImageFormat::WebP => Some("WebP"),
        ImageFormat::Gif => Some("GIF"),
        ImageFormat::Bmp => Some("BMP"),
        _ => None,
    }
}

fn explain(format: &'static str, error: ImageError) -> DecodeError {
    let reason = match &error {
        ImageError::Limits(_) => return DecodeError::Memory { format },
        ImageError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
            return DecodeError::CutOff { format };
        }
        // The innermost words say most; those around them repeat the format.
        error => {
            let mut cause: &dyn std::error::Error = error;
            while let Some(source) = cause.source() {
                cause = source;
            }
            cause.to_string()
        }
    };
    DecodeError::Damaged { format, reason: reason.trim_end_matches('.').to_owned() }
}

/// Three channels of eight bits, transparency over white. Pixels have one (grey), two (and opacity), three (RGB) or four
/// samples (and opacity), of two bytes where they are `wide`, the high byte first.
fn opaque(data: Vec<u8>, channels: usize, wide: bool) -> Vec<u8> {
    if channels == RGB && !wide {
        return data;
    }
    let white: u32 = if wide { 0xFFFF } else { 0xFF };
    let sample = |pixel: &[u8], channel: usize| match wide {
        true => u32::from(u16::from_be_bytes([pixel[2 * channel], pixel[2 * channel + 1]])),
        false => u32::from(pixel[channel]),
    };
    let size = if wide { 2 * channels } else { channels };
    let mut out = Vec::with_capacity(data.len() / size * RGB);
    for pixel in data.chunks_exact(size) {
        let opacity = if channels.is_multiple_of(2) { sample(pixel, channels - 1) } else { white };
        out.extend([0, 1, 2].map(|channel| {
            let mut value = sample(pixel, if channels < RGB { 0 } else { channel });
            if opacity < white {
                // 65535 squared just fits.
                let sum = value * opacity + white * (white - opacity);
                value = sum / white + u32::from(sum % white > white / 2);
            }
            (if wide { (value + 128) / 257 } else { value }) as u8
        }));
    }
    out
}

fn upright(width: u32, height: u32, data: Vec<u8>, orientation: Option<Orientation>) -> Result<Rgb, DecodeError> {
    let picture = image::RgbImage::from_raw(width, height, data).ok_or(DecodeError::NoPixels { width, height })?;
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation.unwrap_or(Orientation::NoTransforms));
    Ok(Rgb { width: picture.width() as usize, height: picture.height() as usize, data: picture.into_bytes() })
}
