//! The Segmentation tab: paint a few strokes of a few classes, and see another photo's map under both features.
//!
//! Four rooms, each of which knows only those before it:
//!
//! - [`paint`]: strokes, classes, colours. Needs no browser.
//! - [`state`]: what is shown, as signals, and what a person does to it.
//! - [`sync`]: compares what is shown with what the engine has, and asks for the difference.
//! - `view`: the components.
//!
//! The heavy work is the engine's; what happens here takes a few milliseconds a stroke.

pub mod paint;
pub mod state;
pub mod sync;

#[cfg(feature = "page")]
mod view;

#[cfg(feature = "page")]
pub use state::{Chosen, SegmentationState};
#[cfg(feature = "page")]
pub use view::Segmentation;
