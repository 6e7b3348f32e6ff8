//! Bounds on what one file may be, checked before anything large is allocated: its peak stays below 1 GB.

use super::DecodeError;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 100_000_000;
/// Largest picture, in pixels.
const MAX_PIXELS: u64 = 100_000_000;
/// Longest side in pixels, which is JPEG's; it bounds the weights of a resize to some megabytes.
const MAX_SIDE: u32 = 65_535;
/// Most bytes that a picture's pixels may take on their way, the decoder's buffers and the result together. The file
/// itself comes on top, twice at most.
pub(super) const MAX_MEMORY: u64 = 700_000_000;

/// Whether a file of `bytes` bytes is read at all. Ask before reading it.
///
/// # Errors
/// [`DecodeError::Empty`] or [`DecodeError::TooManyBytes`].
pub fn check_bytes(bytes: u64) -> Result<(), DecodeError> {
    match usize::try_from(bytes).unwrap_or(usize::MAX) {
        0 => Err(DecodeError::Empty),
        bytes if bytes > MAX_BYTES => Err(DecodeError::TooManyBytes { bytes }),
        _ => Ok(()),
    }
}

pub(super) fn check_pixels(width: u32, height: u32) -> Result<(), DecodeError> {
    match u64::from(width) * u64::from(height) {
        0 => Err(DecodeError::NoPixels { width, height }),
        pixels if pixels > MAX_PIXELS => Err(DecodeError::TooManyPixels { width, height }),
        _ if width.max(height) > MAX_SIDE => Err(DecodeError::SideTooLong { width, height }),
        _ => Ok(()),
    }
}

/// Whether a picture fits that takes `each` bytes a pixel at most while it is decoded.
pub(super) fn check_memory(format: &'static str, width: u32, height: u32, each: usize) -> Result<(), DecodeError> {
    let needed = u64::from(width) * u64::from(height) * each as u64;
    if needed <= MAX_MEMORY { Ok(()) } else { Err(DecodeError::Memory { format }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_picture_of_each_kind_fits_or_is_refused() {
        assert_eq!(check_pixels(10_000, 10_000), Ok(()));
        assert_eq!(check_pixels(65_535, 1_525), Ok(()));
        assert_eq!(check_pixels(1, 65_536), Err(DecodeError::SideTooLong { width: 1, height: 65_536 }));
        assert_eq!(check_pixels(3, 0), Err(DecodeError::NoPixels { width: 3, height: 0 }));
        // RGB and opacity with the result, and the same in 16 bits.
        assert_eq!(check_memory("PNG", 10_000, 10_000, 7), Ok(()));
        assert_eq!(check_memory("PNG", 10_000, 10_000, 11), Err(DecodeError::Memory { format: "PNG" }));
    }
}
