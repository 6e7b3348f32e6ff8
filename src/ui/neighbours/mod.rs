//! The Neighbours tab: a query, its nearest images by the embedding and by FUNGI, side by side. It reads the gallery.

pub mod exact;
pub mod found;
pub mod made_of;
pub mod verdict;

#[cfg(feature = "page")]
mod columns;
#[cfg(feature = "page")]
mod looks;
#[cfg(feature = "page")]
mod presets;
#[cfg(feature = "page")]
mod query;
#[cfg(feature = "page")]
mod ranking;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod survey;
#[cfg(feature = "page")]
mod survey_view;
#[cfg(feature = "page")]
mod tab;
#[cfg(feature = "page")]
mod threads;
#[cfg(feature = "page")]
mod weights;
#[cfg(feature = "page")]
mod welcome;

#[cfg(feature = "page")]
pub use state::NeighboursState;
#[cfg(feature = "page")]
pub use tab::Neighbours;
