//! What is said about segmentation across the engine's border.
//!
//! The engine keeps photos by the asker's number, and their tokens and gradients; everything it keeps can be sent
//! again, so a respawned worker is brought back with [`SegmentRequest::Open`], [`SegmentRequest::Support`] and
//! [`SegmentRequest::Paint`]. Painting changes labels alone: only [`SegmentRequest::Propagate`] has to follow it.

use serde::{Deserialize, Serialize};

use crate::segmentation::{Mask, Propagation, Score};

/// What the engine is asked about segmentation. Each is answered, so that the asker knows when it may go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum SegmentRequest {
    /// Decode a photo and compute its patches' tokens; keep both under `id`. Answered by [`SegmentEvent::Opened`] or
    /// [`SegmentEvent::Refused`]. In a browser a file may come beside it, as with `Request::Embed`.
    Open {
        /// Chosen by the asker; a photo opened again under the same number replaces the first.
        id: u32,
        /// The file's bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
        /// Side in pixels that the photo is resized to, a multiple of the patch; unset: four times the model's side.
        side: Option<usize>,
    },
    /// Drop a photo, its features and its labels. Answered by [`SegmentEvent::Forgotten`].
    Forget {
        /// Which.
        id: u32,
    },
    /// Which photos are the labelled ones, in this order; all are open. Dense gradients contrast with their patches, so
    /// another set means other FUNGI features (computed when next needed). Answered by [`SegmentEvent::Supported`].
    Support {
        /// Their numbers.
        ids: Vec<u32>,
    },
    /// Labels of one photo, instead of those it had. Answered by [`SegmentEvent::Painted`] or a refusal.
    Paint {
        /// Which photo.
        id: u32,
        /// At the size that [`SegmentEvent::Opened`] told, or at the photo's own.
        mask: Mask,
    },
    /// The maps of a photo from the labels of the support. Answered by any number of [`SegmentEvent::Progress`], then
    /// [`SegmentEvent::Maps`] or a refusal.
    Propagate {
        /// Which photo; it may be one of the support.
        id: u32,
        /// Returned with the answer, so that late answers can be told from new ones.
        ticket: u32,
        /// How labels travel.
        settings: Propagation,
        /// Its true labels where they are known, to be scored against; at the size of the maps or the photo's own.
        truth: Option<Mask>,
    },
    /// How alike one patch is to all others. Answered by [`SegmentEvent::Resemblance`] or a refusal.
    Resemblance {
        /// Which photo the patch belongs to.
        id: u32,
        /// The patch, row by row.
        patch: usize,
        /// Photos to compare with (the query and the support, say).
        with: Vec<u32>,
    },
    /// Read a mask from a PNG beside a photo. Answered by [`SegmentEvent::MaskRead`] or a refusal.
    ReadMask {
        /// The photo, which is open: its size is checked.
        id: u32,
        /// The file's bytes; a file may come beside it.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Write labels as an indexed PNG. Answered by [`SegmentEvent::MaskWritten`] or a refusal.
    WriteMask {
        /// Returned with the answer.
        ticket: u32,
        /// The labels.
        mask: Mask,
        /// Colour of each class.
        palette: Vec<[u8; 3]>,
    },
    /// Draw scenes with masks, in pairs: the first to paint on, the second to ask about. Answered by [`SegmentEvent::Scenes`].
    Scenes {
        /// Seed of the drawings.
        seed: u64,
    },
}

/// What the engine says about segmentation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SegmentEvent {
    /// A photo is ready to be painted on, and to be asked about.
    Opened {
        /// The asker's number.
        id: u32,
        /// Size of its maps: the photo upright, at most [`MAP_SIDE`] on the longer side.
        size: (u32, u32),
        /// The photo's own size, upright.
        photo: (u32, u32),
        /// Patches a side.
        grid: usize,
        /// Where the time went.
        millis: DenseMillis,
    },
    /// A photo is dropped.
    Forgotten {
        /// The asker's number.
        id: u32,
    },
    /// The support is set.
    Supported {
        /// Numbers that are not open, and so left out.
        unknown: Vec<u32>,
    },
    /// Labels have arrived.
    Painted {
        /// The photo.
        id: u32,
        /// Patches of it that carry a label now.
        patches: usize,
    },
    /// A slow step goes on.
    Progress {
        /// What is being asked for: the id of the propagation or resemblance.
        id: u32,
        /// What is being computed.
        step: SegmentStep,
        /// Photos done.
        done: usize,
        /// Photos in all.
        total: usize,
    },
    /// The two maps.
    Maps(Box<Maps>),
    /// How alike.
    Resemblance {
        /// The photo of the patch.
        id: u32,
        /// The patch.
        patch: usize,
        /// One for each photo asked for that is open, in that order.
        with: Vec<Resemblance>,
    },
    /// A mask was read.
    MaskRead {
        /// The photo.
        id: u32,
        /// At the size of its maps.
        mask: Mask,
        /// Colours of the classes, where the file was coloured or had a palette: class i is painted `colours[i]`.
        colours: Vec<[u8; 3]>,
    },
    /// A mask was written.
    MaskWritten {
        /// The asker's ticket.
        ticket: u32,
        /// An indexed PNG; unlabelled pixels are transparent.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Scenes with masks.
    Scenes {
        /// Names of the classes, by index.
        classes: Vec<String>,
        /// The scenes.
        scenes: Vec<SceneFile>,
    },
    /// What was asked can't be done; everything else stays as it was.
    Refused {
        /// The photo it was about, if any.
        id: Option<u32>,
        /// The ticket it came with, if any.
        ticket: Option<u32>,
        /// A sentence: what happened and what to do.
        reason: String,
    },
}

/// Longest side of a map in pixels.
pub const MAP_SIDE: u32 = 1024;

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

/// A slow step of segmentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SegmentStep {
    /// A photo's dense gradients, projected.
    Gradients,
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
    /// The photo.
    pub id: u32,
    /// The asker's ticket.
    pub ticket: u32,
    /// Pixels across and down.
    pub size: (u32, u32),
    /// By the patch tokens alone.
    pub embedding: Map,
    /// By tokens and gradients.
    pub fungi: Map,
    /// Patches in the memory bank.
    pub bank: usize,
    /// Labelled patches there were to choose from.
    pub labelled: usize,
    /// Support images with a label.
    pub images: usize,
    /// Neighbours asked.
    pub neighbours: usize,
    /// Temperature used.
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
    /// Against the truth, where it was given.
    pub score: Option<Score>,
}

/// Cosines of one patch with all patches of a photo, row by row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resemblance {
    /// The photo compared with.
    pub id: u32,
    /// Its patches a side.
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
