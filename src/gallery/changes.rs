//! Changes of a gallery, each reported once, so that it is drawn or saved once.

use std::collections::BTreeSet;

use super::Id;

/// What changed in a gallery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Images were added, removed or moved.
    pub list: bool,
    /// Images whose label, content or features changed.
    pub entries: BTreeSet<Id>,
    /// Every image's features may have changed.
    pub all: bool,
    /// The features that retrieval uses changed: some were added or removed.
    pub features: bool,
}

impl Changes {
    /// Adds what changed since.
    pub fn merge(&mut self, later: &Self) {
        self.list |= later.list;
        self.entries.extend(&later.entries);
        self.all |= later.all;
        self.features |= later.features;
    }

    /// Whether anything changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
