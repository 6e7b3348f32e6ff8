//! Why a file gave no picture.

/// Why a file gave no picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// No bytes at all.
    #[error("The file is empty; choose an image instead.")]
    Empty,
    /// More than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("The file has {} MB, and the limit is 100 MB; save it smaller and try again.", bytes.div_ceil(1_000_000))]
    TooManyBytes {
        /// Size of the file.
        bytes: usize,
    },
    /// More than 100 megapixels.
    #[error("The image has {width} x {height} pixels, and the limit is 100 megapixels; scale it down and try again.")]
    TooManyPixels {
        /// Pixels per row.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// A side of more than 65,535 pixels.
    #[error(
        "The image has {width} x {height} pixels, and the limit for a side is 65,535; cut it up or scale it down and try \
         again."
    )]
    SideTooLong {
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
    /// The decoder needs more than there is for one file.
    #[error(
        "Decoding the {format} image would take too much memory; save it smaller or as a plain JPEG and try again."
    )]
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
