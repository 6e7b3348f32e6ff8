//! The gallery area: images are added, listed with their labels, and wait here to be computed.
//!
//! `state` holds the one pure [`crate::gallery::Gallery`] and the signals that follow from its changes; `edits` has
//! what users do to it, `labelling` what concerns labels, `pointing` and `keys` how images are selected, `query` how an image becomes the query, `answers` what the engine sends, interpreted by [`intake`];
//! the rest are components, one per file.

pub mod counts;
pub mod factor_store;
pub mod intake;
pub mod kind;
#[cfg(any(feature = "evaluation", feature = "page"))]
pub mod label_files;
pub mod lost_queries;
pub mod on_screen;
pub mod previews;
pub mod selection;
pub mod sentence;

#[cfg(feature = "page")]
mod announcer;
#[cfg(feature = "page")]
mod answers;
#[cfg(feature = "page")]
mod area;
#[cfg(feature = "page")]
mod drop_zone;
#[cfg(feature = "page")]
mod edits;
#[cfg(feature = "page")]
mod factors;
#[cfg(feature = "page")]
mod failure;
#[cfg(feature = "page")]
pub mod files;
#[cfg(feature = "page")]
mod focus;
#[cfg(feature = "page")]
mod foreign;
#[cfg(feature = "page")]
mod grid;
#[cfg(feature = "page")]
mod inspector;
#[cfg(feature = "page")]
mod keeping;
#[cfg(feature = "page")]
mod keys;
#[cfg(feature = "page")]
mod label_panel;
#[cfg(feature = "page")]
mod label_reports;
#[cfg(feature = "page")]
mod labelling;
#[cfg(feature = "page")]
mod looked;
#[cfg(feature = "page")]
mod marks;
#[cfg(feature = "page")]
mod picture;
#[cfg(feature = "page")]
mod pointing;
#[cfg(feature = "page")]
mod problems;
#[cfg(feature = "page")]
mod progress;
#[cfg(feature = "page")]
mod query;
#[cfg(feature = "page")]
mod restore;
#[cfg(feature = "page")]
mod selection_bar;
#[cfg(feature = "page")]
mod shown;
#[cfg(feature = "page")]
mod standing;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod status;
#[cfg(feature = "page")]
mod thumbnails;
#[cfg(feature = "page")]
mod visible;

#[cfg(feature = "page")]
pub use announcer::Announcer;
#[cfg(feature = "page")]
pub use area::GalleryArea;
#[cfg(feature = "page")]
pub use factors::FactorsHeld;
#[cfg(feature = "page")]
pub use keeping::{Given, Returning};
#[cfg(feature = "page")]
pub use looked::{Looked, RankedBy};
#[cfg(feature = "page")]
pub use restore::Complete;
#[cfg(feature = "page")]
pub use shown::Completeness;
#[cfg(feature = "page")]
pub use state::GalleryState;
