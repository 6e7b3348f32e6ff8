//! Messages about segmentation.
//!
//! The engine keeps photos by the caller's number, with their tokens, gradients, labels and true labels. Everything it
//! keeps can be sent again, so a new worker is brought up to date with `Open`, `Support`, `Paint` and `Truth`. Painting
//! changes only labels: only `Propagate` has to follow it.

use serde::{Deserialize, Serialize};

use crate::segmentation::{Mask, Propagation, Score};

/// A request about segmentation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SegmentRequest {
    /// Decode a photo and compute its patches' tokens; keep both under `id`. Answered by [`super::Answer::Opened`].
    Open {
        /// Chosen by the caller; a photo opened again under the same number replaces the first.
        id: u32,
        /// The file's bytes; in a browser a file may accompany the message instead.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
        /// Side in pixels that the photo is resized to, a multiple of the patch; unset: four times the model's side.
        side: Option<usize>,
    },
    /// Drop a photo, its features and its labels. Answered by [`super::Answer::Done`].
    Forget {
        /// The photo.
        id: u32,
    },
    /// The labelled photos, in order; all of them are open. Dense gradients contrast with their patches, so another set
    /// leads to other FUNGI features (computed when next needed). Answered by [`super::Answer::Supported`].
    Support {
        /// The photos' numbers.
        ids: Vec<u32>,
    },
    /// Labels of one photo, replacing those it had. Answered by [`super::Answer::Painted`].
    Paint {
        /// The photo.
        id: u32,
        /// At the size reported by [`Opened`], or at the photo's own.
        mask: Mask,
    },
    /// True labels of one photo, which its maps are scored against from now on. Answered by [`super::Answer::Done`].
    Truth {
        /// The photo.
        id: u32,
        /// At the size of its maps or its own; none for no score.
        mask: Option<Mask>,
    },
    /// The maps of a photo from the labels of the support. Answered by [`super::Answer::Maps`], after
    /// [`super::Progress::Gradients`].
    Propagate {
        /// The photo; it may be one of the support.
        id: u32,
        /// Settings of the label propagation.
        settings: Propagation,
    },
    /// Similarities of one patch to all others. Answered by [`super::Answer::Resemblance`].
    Resemblance {
        /// Which photo the patch belongs to.
        id: u32,
        /// The patch, row by row.
        patch: usize,
        /// Photos to compare with (for example the query and the support).
        with: Vec<u32>,
    },
    /// Read a mask from a PNG. Answered by [`super::Answer::MaskRead`].
    ReadMask {
        /// The photo that it belongs to, which must be open: its size is checked.
        id: u32,
        /// The file's bytes; a file may accompany the message instead.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Write labels as an indexed PNG. Answered by [`super::Answer::MaskWritten`].
    WriteMask {
        /// The labels.
        mask: Mask,
        /// Colour of each class.
        palette: Vec<[u8; 3]>,
    },
    /// Draw scenes with masks, in pairs: the first to paint on, the second to map. Answered by
    /// [`super::Answer::Scenes`].
    Scenes {
        /// Seed of the drawings.
        seed: u64,
    },
}

/// A photo that is ready to be painted on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Size of its maps: the photo upright, at most [`MAP_SIDE`] on the longer side.
    pub size: (u32, u32),
    /// The photo's own size, upright.
    pub photo: (u32, u32),
    /// Patches per side.
    pub grid: usize,
    /// Where the time went.
    pub millis: DenseMillis,
}

/// Longest side of a map in pixels.
pub const MAP_SIDE: u32 = 1024;

/// The size of a photo's labels and maps: its own, upright, brought down to [`MAP_SIDE`] on its longer side.
pub fn map_size((width, height): (u32, u32)) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= MAP_SIDE {
        return (width, height);
    }
    let scaled =
        |x: u32| ((u64::from(x) * u64::from(MAP_SIDE) + u64::from(longer) / 2) / u64::from(longer)).max(1) as u32;
    (scaled(width), scaled(height))
}

/// Bytes that an open photo takes with that many patches and embeddings of size `dim`. For each patch and number of the
/// embedding that is 40: the engine keeps unit tokens and gradients (8), and on the device the concatenated heads, the
/// tokens, the two norms' outputs (16) and the derivative of the MLP's GELU, four times as wide (16). The computation
/// itself takes about as much again for a while.
pub const fn photo_memory(patches: usize, dim: usize) -> usize {
    patches.saturating_mul(dim).saturating_mul(40)
}

/// Most patches a side: a photo may take 100 MB, so that several fit a browser's memory.
pub const fn largest_grid(dim: usize) -> usize {
    (100_000_000 / photo_memory(1, if dim == 0 { 1 } else { dim })).isqrt()
}

/// Milliseconds for the features of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct DenseMillis {
    /// Decoding and resizing.
    pub decode: f64,
    /// The forward pass for all tokens.
    pub tokens: f64,
}

/// A query under both features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Maps {
    /// Pixels across and down.
    pub size: (u32, u32),
    /// By the patch tokens alone.
    pub embedding: Map,
    /// By tokens and gradients.
    pub fungi: Map,
    /// Patches in the memory bank.
    pub bank: usize,
    /// Labelled patches that were available.
    pub labelled: usize,
    /// Support images with a label.
    pub images: usize,
    /// Neighbours that voted for each patch.
    pub neighbours: usize,
    /// Temperature that was used.
    pub temperature: f32,
    /// Milliseconds for the dense gradients that were still missing.
    pub gradients_millis: f64,
    /// Milliseconds for bank, search, both maps and their scores.
    pub propagation_millis: f64,
}

/// A class for every pixel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// Class indices, row by row, at the size of [`Maps::size`].
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
    /// Share of the pixels by class, in 0..1, for the classes of the bank.
    pub shares: Vec<(u8, f32)>,
    /// The score against the true labels, if they are known.
    pub score: Option<Score>,
}

/// Cosines of one patch with all patches of a photo, row by row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resemblance {
    /// The photo that was compared with.
    pub id: u32,
    /// Its patches per side.
    pub grid: usize,
    /// By the tokens alone.
    pub embedding: Vec<f32>,
    /// By tokens and gradients; empty until a propagation has computed them for both photos.
    pub fungi: Vec<f32>,
}

/// A drawn scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneFile {
    /// File name.
    pub name: String,
    /// PNG.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Its true labels.
    pub mask: Mask,
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
