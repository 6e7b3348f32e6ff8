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

impl Step {
    /// Why the file that this step reads is left out after the engine crashed on it, as a sentence; none if it reads
    /// none. `name`: the photo's.
    pub fn left_out(&self, name: &str) -> Option<String> {
        match self {
            Self::Open { .. } => Some(format!(
                "The engine crashed on {name}, so this photo is left out. It is tried again with another input side."
            )),
            Self::ReadMask { .. } => {
                Some(format!("The engine crashed on the mask of {name}, so the mask is left out. Load another one."))
            }
            _ => None,
        }
    }

    /// Whether the engine reads a file of the user's for it.
    pub(super) fn reads_file(&self) -> bool {
        matches!(self, Self::Open { .. } | Self::ReadMask { .. })
    }
}
