//! Edits that can be taken back.

use super::{Entry, Id};

/// Edits that can be undone; older ones are forgotten.
pub const UNDO_DEPTH: usize = 50;

/// What a person did to a gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Images were removed from these places, in ascending order.
    Removed(Vec<(usize, Entry)>),
    /// An image was given another label.
    Labelled {
        /// Which.
        id: Id,
        /// Its name.
        name: String,
        /// The label that it had.
        before: Option<String>,
    },
}

impl Edit {
    /// The removed images with their places; none for another edit.
    pub fn removed(&self) -> &[(usize, Entry)] {
        match self {
            Self::Removed(removed) => removed,
            Self::Labelled { .. } => &[],
        }
    }
}
