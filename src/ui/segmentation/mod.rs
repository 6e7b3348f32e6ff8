//! The Segmentation tab: paint a few strokes of a few classes, see another photo's map under both features.
//!
//! `studio` holds what is shown; `talk` asks the engine for what is missing, `hear` takes in what it answers, `look` follows
//! the pointer over patches; [`sheet`] keeps strokes, [`raster`] makes pixels of labels; the rest are components, one a file. The heavy work is the engine's: what happens here takes a few
//! milliseconds a stroke.

pub mod area;
pub mod class;
pub mod raster;
pub mod sheet;
pub mod steps;
pub mod strokes;

#[cfg(feature = "page")]
mod bench;
#[cfg(feature = "page")]
mod canvas;
#[cfg(feature = "page")]
mod choices;
#[cfg(feature = "page")]
mod classes;
#[cfg(feature = "page")]
mod editor;
#[cfg(feature = "page")]
mod export;
#[cfg(feature = "page")]
mod hand;
#[cfg(feature = "page")]
mod hear;
#[cfg(feature = "page")]
mod keys;
#[cfg(feature = "page")]
mod look;
#[cfg(feature = "page")]
mod maps;
#[cfg(feature = "page")]
mod options;
#[cfg(feature = "page")]
mod picture;
#[cfg(feature = "page")]
mod removal;
#[cfg(feature = "page")]
mod scenes;
#[cfg(feature = "page")]
mod stage;
#[cfg(feature = "page")]
mod start;
#[cfg(feature = "page")]
mod status;
#[cfg(feature = "page")]
mod studio;
#[cfg(feature = "page")]
mod talk;
#[cfg(feature = "page")]
mod tools;

#[cfg(feature = "page")]
pub use bench::Segmentation;
#[cfg(feature = "page")]
pub use hear::hear;
#[cfg(feature = "page")]
pub use studio::Studio;
#[cfg(feature = "page")]
pub use talk::{lost, ready};
