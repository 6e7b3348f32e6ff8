//! Edits that can be undone.

use super::{Entry, Id};

/// Edits that can be undone; older ones are forgotten.
pub const UNDO_DEPTH: usize = 50;

/// An edit of a gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Images were removed from these places, in ascending order.
    Removed(Vec<(usize, Entry)>),
    /// An image was given another label.
    Labelled {
        /// The image.
        id: Id,
        /// The image's name.
        name: String,
        /// The label that it had before.
        before: Option<String>,
    },
}

impl Edit {
    /// The removed images with their positions; none for another edit.
    pub fn removed(&self) -> &[(usize, Entry)] {
        match self {
            Self::Removed(removed) => removed,
            Self::Labelled { .. } => &[],
        }
    }
}
