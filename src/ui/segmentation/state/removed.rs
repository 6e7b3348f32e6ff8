//! What was removed, so that it can be brought back.

use crate::ui::segmentation::paint::{Class, LabelLayer, LoadedMasks};

use super::tab_photo::TabPhoto;

/// Removals that can be taken back.
pub(super) const REMOVALS: usize = 5;

/// The tab before something was removed from it.
#[derive(Clone)]
pub struct Removed {
    /// The text of the button that brings it back.
    pub button: String,
    pub(super) classes: Vec<Class>,
    pub(super) masks: LoadedMasks,
    pub(super) support: Vec<(TabPhoto, LabelLayer)>,
    pub(super) query: Option<TabPhoto>,
}
