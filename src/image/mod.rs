//! Pixels in: bounded decoding, Pillow's resampling, encoding, masks. Knows no method.

mod decode;
mod encode;
mod error;
mod guard;
mod jpeg;
mod limits;
mod mask;
mod png;
pub mod resize;
mod vp8l;
mod webp;

pub use decode::decode;
pub use encode::{encode_png, thumbnail};
pub use error::DecodeError;
pub use guard::panicked;
pub use limits::{MAX_BYTES, check_bytes};
pub use mask::{MaskFile, MaskPixels, decode_mask};

/// A picture: upright, opaque, 8 bits a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgb {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue of each pixel, row by row: `3 * width * height` bytes.
    pub data: Vec<u8>,
}
