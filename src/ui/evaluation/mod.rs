//! The Evaluation tab: what features are worth on a person's own labels. It reads the gallery, and asks the worker that
//! evaluates.
//!
//! [`labelled`] is what can be evaluated, [`lines`] the table's lines, [`naming`] their words; they need no browser. `state`
//! asks and keeps what is answered; the rest are components, one per file.

pub mod labelled;
pub mod lines;
pub mod map;
pub mod naming;

#[cfg(feature = "page")]
mod best;
#[cfg(feature = "page")]
mod changed;
#[cfg(feature = "page")]
mod confusion;
#[cfg(feature = "page")]
mod duplicates;
#[cfg(feature = "page")]
mod maps;
#[cfg(feature = "page")]
mod pair;
#[cfg(feature = "page")]
mod questions;
#[cfg(feature = "page")]
mod row;
#[cfg(feature = "page")]
mod run;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod suspects;
#[cfg(feature = "page")]
mod tab;
#[cfg(feature = "page")]
mod table;
#[cfg(feature = "page")]
mod thumb;

#[cfg(feature = "page")]
pub use state::EvaluationState;
#[cfg(feature = "page")]
pub use tab::Evaluation;
