//! Keeps the engine in sync with what is shown.
//!
//! [`plan`] compares the two and says what has to be sent; it needs no browser. `update` runs it whenever one of them
//! changes, and sends what it says; `answers` handles what comes back. The same rule brings a new engine up to date and
//! turns a stroke into a map.

mod kept;
mod known;
mod plan;
mod shown;
mod step;

#[cfg(feature = "page")]
mod answers;
#[cfg(feature = "page")]
mod engine_sync;
#[cfg(feature = "page")]
mod requests;
#[cfg(feature = "page")]
mod similarity;
#[cfg(feature = "page")]
mod snapshot;
#[cfg(feature = "page")]
mod update;

#[cfg(feature = "page")]
pub use engine_sync::EngineSync;
pub use kept::Kept;
pub use known::{Crash, Known};
pub use plan::plan;
pub use shown::{Shown, ShownPhoto, Wanted};
pub use step::Step;
