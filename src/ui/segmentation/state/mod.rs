//! What the tab shows, as signals, and the user's edits. Nothing here sends requests to the engine.

mod feature;
mod map_settings;
mod similarity_map;
mod verdict;

#[cfg(feature = "page")]
mod edits;
#[cfg(feature = "page")]
mod keeping;
#[cfg(feature = "page")]
mod photos;
#[cfg(feature = "page")]
mod scenes;
#[cfg(feature = "page")]
mod signals;
#[cfg(feature = "page")]
mod tab_photo;
#[cfg(feature = "page")]
mod undo;

pub use feature::Feature;
pub use map_settings::{MapSettings, USUAL_SIDE, Vote};
pub use similarity_map::SimilarityMap;
pub use verdict::verdict;
#[cfg(feature = "page")]
pub use {
    keeping::Contents,
    signals::{Chosen, QueryMaps, SegmentationState},
    tab_photo::TabPhoto,
};
