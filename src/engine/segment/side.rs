//! The sizes of a photo: what it is resized to for its tokens, and what its maps have.

use super::{MAP_SIDE, SegmentError, largest_grid, photo_memory};
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

/// The size of a photo's maps: its own, brought down to [`MAP_SIDE`] on its longer side.
pub(super) fn map_size((width, height): (u32, u32)) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= MAP_SIDE {
        return (width, height);
    }
    let scaled =
        |x: u32| ((u64::from(x) * u64::from(MAP_SIDE) + u64::from(longer) / 2) / u64::from(longer)).max(1) as u32;
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_bounded_and_keep_their_shape() {
        assert_eq!(map_size((256, 384)), (256, 384));
        assert_eq!(map_size((4000, 3000)), (1024, 768));
        assert_eq!(map_size((100_000, 3)), (1024, 1));
    }
}
