//! One request to the engine.

use std::sync::Arc;

use super::shown::Wanted;
use crate::segmentation::Mask;

/// One request to the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Drop a photo.
    Forget(u32),
    /// Open a photo.
    Open {
        /// The photo.
        id: u32,
        /// Side in pixels that it is resized to.
        side: Option<usize>,
    },
    /// Read a photo's mask file.
    ReadMask {
        /// The photo.
        id: u32,
        /// The file's number.
        number: u32,
    },
    /// Send which photos are the support.
    Support(Vec<u32>),
    /// Send a photo's labels.
    Labels {
        /// The photo.
        id: u32,
        /// The labels' revision.
        revision: u32,
    },
    /// Send a photo's true labels.
    Truth {
        /// The photo.
        id: u32,
        /// The true labels.
        mask: Option<Arc<Mask>>,
    },
    /// Request the query's maps.
    Maps(Wanted),
}
