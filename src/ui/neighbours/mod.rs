//! The Neighbours tab: a query, its nearest images by the embedding and by FUNGI, side by side. It reads the gallery.

mod columns;
mod query;
mod ranking;
mod state;
mod tab;
mod threads;
mod weights;
mod welcome;

pub use state::NeighboursState;
pub use tab::Neighbours;
