//! The two features that are compared.

use crate::engine::protocol::{Map, Maps};

/// One of the two features that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Patch tokens alone.
    Embedding,
    /// Tokens and gradients.
    Fungi,
}

impl Feature {
    /// Both, in the order in which they stand side by side.
    pub const ALL: [Self; 2] = [Self::Embedding, Self::Fungi];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedding => "Embedding",
            Self::Fungi => "FUNGI",
        }
    }

    /// Its name in files and test ids.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Fungi => "fungi",
        }
    }

    /// Its map.
    pub const fn of(self, maps: &Maps) -> &Map {
        match self {
            Self::Embedding => &maps.embedding,
            Self::Fungi => &maps.fungi,
        }
    }
}
