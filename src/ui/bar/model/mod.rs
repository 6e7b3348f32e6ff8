//! The model: what it is, and others to choose from. [`transfer`], [`estimate`], [`listing`], [`normalisation`] and
//! [`activation`] decide, and need no browser.

pub mod activation;
pub mod estimate;
pub mod listing;
pub mod normalisation;
pub mod transfer;

#[cfg(feature = "page")]
mod chip;
#[cfg(feature = "page")]
mod entry;
#[cfg(feature = "page")]
mod form;
#[cfg(feature = "page")]
mod side;
#[cfg(feature = "page")]
mod switching;

#[cfg(feature = "page")]
pub use chip::ModelChip;
