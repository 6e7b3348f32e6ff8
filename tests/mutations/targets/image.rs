//! Pictures of every format that is read.

use mycoscope::image::{decode, thumbnail};

/// Decodes a picture, and makes its thumbnail.
pub fn run(bytes: &[u8]) -> bool {
    match decode(bytes) {
        Ok(picture) => {
            assert_eq!(picture.data.len(), 3 * picture.width * picture.height, "three bytes a pixel");
            assert!(!thumbnail(&picture, 16).is_empty(), "what has pixels has a thumbnail");
            true
        }
        Err(error) => {
            // Caught natively, but the end of the worker in a browser.
            assert!(!error.to_string().contains("the decoder gave up"), "a decoder panicked");
            false
        }
    }
}
