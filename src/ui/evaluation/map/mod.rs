//! The gallery as a map in two dimensions: two feature sets side by side, linked with the gallery by hovering and selection.
//!
//! [`camera`], [`layout`], [`marks`], [`groups`], [`pictures`], [`scene`], [`stamps`], [`raster`], [`gesture`], [`keys`], [`words`]
//! and [`pages`] decide and need no browser. `state` holds the signals, `coordinates` asks the worker, `painter` draws on canvases; the rest are
//! components, one per file.

pub mod camera;
pub mod colours;
pub mod gesture;
pub mod groups;
pub mod keys;
pub mod layout;
pub mod marks;
pub mod pages;
pub mod pictures;
pub mod plan;
pub mod raster;
pub mod scene;
pub mod stamps;
pub mod words;

#[cfg(feature = "page")]
mod coordinates;
#[cfg(feature = "page")]
mod drawing;
#[cfg(feature = "page")]
mod legend;
#[cfg(feature = "page")]
mod painter;
#[cfg(feature = "page")]
mod panel;
#[cfg(feature = "page")]
mod pointer;
#[cfg(feature = "page")]
mod sprites;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod table;
#[cfg(feature = "page")]
mod theme;
#[cfg(feature = "page")]
mod thumbnails;
#[cfg(feature = "page")]
mod tools;
#[cfg(feature = "page")]
mod view;

pub use words::first_sets;

#[cfg(feature = "page")]
pub use state::{MapState, Votes};
#[cfg(feature = "page")]
pub use view::Map;
