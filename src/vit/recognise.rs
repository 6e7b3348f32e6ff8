//! Tells from the start of a file what model it holds.

use super::shape::Shape;
use super::tensors::Tensors;
use super::{LoadError, LoadOptions, ViTConfig};

/// The shape of the model in a safetensors file of `size` bytes, of which `header` is the start or all: the table's length in
/// 8 bytes, the table, and whatever follows. Loading may still find a tensor that is missing, or one too many.
///
/// # Errors
///
/// A [`LoadError`] that names a missing or misshapen tensor, as far as these tell the shape.
pub fn recognise(header: &[u8], size: u64, options: &LoadOptions) -> Result<ViTConfig, LoadError> {
    Ok(Shape::find(&Tensors::read_header(header, size)?, options)?.config)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vit::catalogue::{Catalogue, Weights};

    #[test]
    fn a_header_tells_what_the_whole_file_does() {
        for checkpoint in Catalogue::built_in().unwrap().checkpoints {
            let Weights::File(file) = &checkpoint.weights else { continue };
            let bytes = std::fs::read(format!("{}/models/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let length = 8 + u64::from_le_bytes(*bytes.first_chunk().unwrap()) as usize;
            let (header, size) = (&bytes[..length], bytes.len() as u64);
            for start in [header, &bytes] {
                assert_eq!(recognise(start, size, &LoadOptions::default()).unwrap(), checkpoint.config);
            }
            let side = LoadOptions { image: Some(66), ..LoadOptions::default() };
            assert!(matches!(recognise(header, size, &side), Err(LoadError::Image { image: 66, patch: 8 })));
            assert!(matches!(recognise(header, size - 1, &side), Err(LoadError::Format(_))), "cut short");
            assert!(recognise(&header[..length - 1], size, &side).is_err() && recognise(&[], 0, &side).is_err());
        }
    }
}
