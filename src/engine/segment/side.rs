//! What a photo is resized to for its tokens.

use super::{SegmentError, largest_grid, photo_memory};
use crate::{fungi::Extractor, vit::ViTConfig};

/// Unless told otherwise, photos are resized to this many times the model's side.
pub const SIDE: usize = 4;

/// The side in pixels that photos are resized to: `wanted`, or [`SIDE`] times the model's own, as far as memory allows.
///
/// # Errors
///
/// A side that is no multiple of the patch, has fewer than two patches, or more than [`largest_grid`].
pub fn dense_side(extractor: &Extractor, wanted: Option<usize>) -> Result<usize, SegmentError> {
    let ViTConfig { patch, image, dim, .. } = *extractor.vit().config();
    let largest = largest_grid(dim) * patch;
    let side = wanted.unwrap_or((SIDE * image).min(largest));
    let grid = side / patch;
    if !side.is_multiple_of(patch) || grid < 2 {
        return Err(SegmentError::Side { side, patch });
    }
    if side > largest {
        let patches = grid.saturating_mul(grid);
        let megabytes = photo_memory(patches, dim) / 1_000_000;
        return Err(SegmentError::TooLarge { side, patches, megabytes, limit: largest });
    }
    Ok(side)
}
