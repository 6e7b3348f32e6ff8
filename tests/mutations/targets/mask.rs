//! Masks, up to the classes that they are read as.

use mycoscope::image::decode_mask;
use mycoscope::segmentation::{MaskPalette, MaskSet, RawMask};

/// Decodes a mask and numbers its classes.
pub fn run(bytes: &[u8]) -> bool {
    let mask = match decode_mask(bytes) {
        Ok(file) => RawMask::from(file),
        Err(error) => {
            assert!(!error.to_string().contains("the decoder gave up"), "a decoder panicked");
            return false;
        }
    };
    assert_eq!(mask.values.len() as u64, u64::from(mask.width) * u64::from(mask.height), "a value for each pixel");
    let Ok(palette) = MaskPalette::of(&MaskSet::of(&mask)) else { return false };
    let labels = palette.labels(&mask).expect("the palette was made from this mask");
    labels.check().expect("a label for each pixel");
    true
}
