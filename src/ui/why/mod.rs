//! The panel Why: two images side by side, and which of their views make them alike, part by part.

pub mod facet;
pub mod mark;
pub mod moved;
pub mod walk;
pub mod words;

#[cfg(feature = "page")]
mod ask;
#[cfg(feature = "page")]
mod by_view;
#[cfg(feature = "page")]
mod dialog;
#[cfg(feature = "page")]
mod facets;
#[cfg(feature = "page")]
mod movement;
#[cfg(feature = "page")]
mod picture;
#[cfg(feature = "page")]
mod question;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod strongest;

#[cfg(feature = "page")]
pub use dialog::{Ranked, Why};
#[cfg(feature = "page")]
pub use state::WhyState;
