//! What is other than before: told once, so that it is drawn or saved once.

use std::collections::BTreeSet;

use super::Id;

/// What changed in a gallery.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Images came, went or moved.
    pub list: bool,
    /// Images whose label, content or features are others.
    pub entries: BTreeSet<Id>,
    /// Every image's features may be others.
    pub all: bool,
    /// What retrieval works on is other: features came or went.
    pub features: bool,
}
