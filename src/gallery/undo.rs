//! Edits that can be undone.

use super::{Entry, Id};

/// Edits that can be undone; older ones are forgotten.
pub const UNDO_DEPTH: usize = 50;

/// An edit of a gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Images were removed from these places, in ascending order.
    Removed(Vec<(usize, Entry)>),
    /// Images were given other labels.
    Labelled {
        /// The images, with the labels that they had before.
        before: Vec<(Id, Option<String>)>,
        /// Where the new labels came from.
        source: LabelSource,
    },
}

/// Where labels came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelSource {
    /// A person gave them to one image or to several.
    Person,
    /// A person renamed this label, or merged it into another.
    Rename(String),
    /// A file of this name.
    File(String),
}

impl Edit {
    /// The removed images with their positions; none for another edit.
    pub fn removed(&self) -> &[(usize, Entry)] {
        match self {
            Self::Removed(removed) => removed,
            Self::Labelled { .. } => &[],
        }
    }

    /// An image is gone for good; false if nothing is left that could be undone.
    pub(super) fn forget(&mut self, gone: Id) -> bool {
        match self {
            Self::Removed(_) => true,
            Self::Labelled { before, .. } => {
                before.retain(|(id, _)| *id != gone);
                !before.is_empty()
            }
        }
    }
}
