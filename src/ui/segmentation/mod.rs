//! The Segmentation tab: paint a few strokes of a few classes, and see another photo's map under both features.
//!
//! Four modules, each of which imports only those before it:
//!
//! - [`paint`]: strokes, classes, colours. Needs no browser.
//! - [`state`]: what is shown, as signals, and the user's edits.
//! - [`sync`]: compares what is shown with what the engine has, and sends the difference.
//! - `view`: the components.
//!
//! The engine does the heavy work; what happens here takes a few milliseconds per stroke.

pub mod paint;
pub mod state;
pub mod sync;

#[cfg(feature = "page")]
mod view;

#[cfg(feature = "page")]
pub use state::{Chosen, Contents, SegmentationState, TabPhoto};
#[cfg(feature = "page")]
pub use view::Segmentation;
