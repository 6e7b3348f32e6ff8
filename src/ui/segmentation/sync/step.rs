//! One thing to send to the engine.

use std::sync::Arc;

use super::shown::Wanted;
use crate::segmentation::Mask;

/// One thing to send to the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Drop a photo.
    Forget(u32),
    /// Open a photo.
    Open {
        /// Which.
        id: u32,
        /// Side in pixels that it is resized to.
        side: Option<usize>,
    },
    /// Read a photo's mask file.
    ReadMask {
        /// Which photo.
        id: u32,
        /// The file's number.
        number: u32,
    },
    /// Tell which photos are the support.
    Support(Vec<u32>),
    /// Tell a photo's labels.
    Labels {
        /// Which photo.
        id: u32,
        /// The labels' revision.
        revision: u32,
    },
    /// Tell a photo's true labels.
    Truth {
        /// Which photo.
        id: u32,
        /// The true labels.
        mask: Option<Arc<Mask>>,
    },
    /// Ask for the query's maps.
    Maps(Wanted),
}
