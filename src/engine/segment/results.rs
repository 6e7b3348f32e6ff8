//! What a [`Segmenter`](super::Segmenter) gives back.

pub use crate::engine::{DenseMillis, MAP_SIDE, Map, Resemblance, SceneFile, largest_grid, photo_memory};

/// A photo that is ready to be painted on, and to be mapped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opened {
    /// Size of its maps: the photo upright, at most [`MAP_SIDE`] on the longer side.
    pub size: (u32, u32),
    /// The photo's own size, upright.
    pub photo: (u32, u32),
    /// Patches a side.
    pub grid: usize,
    /// Where the time went.
    pub millis: DenseMillis,
}

/// A query under both features.
#[derive(Debug, Clone, PartialEq)]
pub struct Maps {
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
    /// Neighbours that voted for each patch.
    pub neighbours: usize,
    /// Temperature used.
    pub temperature: f32,
    /// Milliseconds for the dense gradients that were still missing.
    pub gradients_millis: f64,
    /// Milliseconds for bank, search, both maps and their scores.
    pub propagation_millis: f64,
}
