//! From a file's bytes to pixels, with bounds that hold before anything large is allocated.

use super::Rgb;
use image::metadata::Orientation;
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 100_000_000;
/// Largest picture, in pixels.
pub const MAX_PIXELS: u64 = 100_000_000;
/// Most memory that a decoder may take, in bytes: 100 megapixels of 16-bit RGBA and some room.
const MAX_MEMORY: u64 = 1_000_000_000;

/// Why a file gave no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No bytes at all.
    #[error("The file is empty; choose an image instead.")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("The file has {} MB, and the limit is 100 MB; save it smaller and try again.", bytes.div_ceil(1_000_000))]
    TooManyBytes {
        /// Size of the file.
        bytes: usize,
    },
    /// More than [`MAX_PIXELS`].
    #[error("The image has {width} x {height} pixels, and the limit is 100 megapixels; scale it down and try again.")]
    TooManyPixels {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// No width or no height.
    #[error("The image is {width} pixels wide and {height} high, so there is nothing in it to see.")]
    NoPixels {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// None of the formats that are read.
    #[error("This is not a JPEG, PNG, WebP, GIF or BMP image, whatever its name says; convert it to one of these.")]
    NotAnImage,
    /// The file ends too early.
    #[error("The {format} image is cut off before its end; copy or download it again.")]
    CutOff {
        /// Name of the format.
        format: &'static str,
    },
    /// The decoder needs more than 1 GB.
    #[error("Decoding the {format} image would take more than 1 GB of memory; save it smaller and try again.")]
    Memory {
        /// Name of the format.
        format: &'static str,
    },
    /// Anything else that is wrong within the file.
    #[error(
        "The {format} image is damaged or of an unusual kind ({reason}); open it in an image editor and save it anew."
    )]
    Damaged {
        /// Name of the format.
        format: &'static str,
        /// The decoder's own words.
        reason: String,
    },
    /// A mask in another format.
    #[error("A mask must be a PNG file, since other formats do not keep classes apart; save it as PNG.")]
    MaskNotPng,
    /// A mask with more than 255 classes.
    #[error(
        "The mask has more than 255 classes; give each class one plain colour without smoothed edges, or one grey value \
         from 0 to 254."
    )]
    TooManyClasses,
    /// A grey mask with a value that is no class.
    #[error("The mask has the grey value {value}, but classes go from 0 to 254; save it with 8 bits a pixel.")]
    MaskGrey {
        /// The value.
        value: u16,
    },
    /// A mask in colours of 16 bits a channel.
    #[error(
        "The mask has 16 bits a channel, which hold colours that look the same and are not; save it with 8 bits a channel."
    )]
    MaskSixteenBits,
}

/// Decodes a JPEG, PNG, WebP, GIF (its first frame) or BMP file, recognised by its content.
///
/// The result is upright (EXIF orientation) and opaque (transparency over white); 16 bits are rounded to 8.
///
/// # Errors
/// Says what is wrong with the file; see [`DecodeError`].
pub fn decode(bytes: &[u8]) -> Result<Rgb, DecodeError> {
    check_bytes(bytes)?;
    let known = image::guess_format(bytes).ok().and_then(|format| Some((format, name(format)?)));
    let Some((format, name)) = known else {
        return Err(DecodeError::NotAnImage);
    };
    let failed = |error| explain(name, error);
    if format == ImageFormat::Jpeg && !jpeg_has_end(bytes) {
        return Err(DecodeError::CutOff { format: name });
    }
    // The header alone, without limits, so that a huge picture is called huge.
    let (width, height) = reader(bytes, format, Limits::no_limits()).into_dimensions().map_err(failed)?;
    check_pixels(width, height)?;

    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_MEMORY);
    let mut decoder = reader(bytes, format, limits).into_decoder().map_err(failed)?;
    // Damaged metadata is no reason to refuse a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = opaque(DynamicImage::from_decoder(decoder).map_err(failed)?);
    let mut picture = DynamicImage::ImageRgb8(picture);
    picture.apply_orientation(orientation);
    Ok(Rgb { width: picture.width() as usize, height: picture.height() as usize, data: picture.into_bytes() })
}

pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), DecodeError> {
    match bytes.len() {
        0 => Err(DecodeError::Empty),
        bytes if bytes > MAX_BYTES => Err(DecodeError::TooManyBytes { bytes }),
        _ => Ok(()),
    }
}

pub(super) fn check_pixels(width: u32, height: u32) -> Result<(), DecodeError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(DecodeError::NoPixels { width, height }),
        pixels if pixels > MAX_PIXELS => Err(DecodeError::TooManyPixels { width, height }),
        _ => Ok(()),
    }
}

fn reader(bytes: &[u8], format: ImageFormat, limits: Limits) -> ImageReader<Cursor<&[u8]>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader
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

/// Whether an end-of-image marker follows the start of the scan. Without it the decoder would fill up with grey.
fn jpeg_has_end(bytes: &[u8]) -> bool {
    const START_OF_SCAN: u8 = 0xDA;
    const END_OF_IMAGE: [u8; 2] = [0xFF, 0xD9];
    let mut at = 2;
    // Segments up to the scan say how long they are; an embedded thumbnail with an end of its own is inside one.
    while let Some(&[0xFF, marker, high, low]) = bytes.get(at..at + 4) {
        if marker == START_OF_SCAN {
            break;
        }
        // A fill byte stands alone.
        at += if marker == 0xFF { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
    }
    bytes.get(at..).is_some_and(|scan| scan.windows(2).any(|pair| pair == END_OF_IMAGE))
}

/// Eight bits, three channels, transparency over white.
fn opaque(picture: DynamicImage) -> image::RgbImage {
    match picture {
        DynamicImage::ImageRgb8(picture) => picture,
        picture if !picture.has_alpha() => picture.into_rgb8(),
        DynamicImage::ImageLumaA16(_) | DynamicImage::ImageRgba16(_) => {
            over_white(&picture.into_rgba16(), |value| (value + 128) / 257)
        }
        picture => over_white(&picture.into_rgba8(), |value| value),
    }
}

fn over_white<T>(picture: &ImageBuffer<image::Rgba<T>, Vec<T>>, to_eight_bits: impl Fn(u32) -> u32) -> image::RgbImage
where
    T: image::Primitive + Into<u32>,
    image::Rgba<T>: image::Pixel<Subpixel = T>,
{
    let white: u32 = T::DEFAULT_MAX_VALUE.into();
    let mut out = image::RgbImage::new(picture.width(), picture.height());
    for (to, from) in out.pixels_mut().zip(picture.pixels()) {
        let alpha: u32 = from.0[3].into();
        for (to, from) in to.0.iter_mut().zip(from.0) {
            // 65535 squared just fits.
            let sum = from.into() * alpha + white * (white - alpha);
            *to = to_eight_bits((sum / white) + u32::from(sum % white > white / 2)) as u8;
        }
    }
    out
}
