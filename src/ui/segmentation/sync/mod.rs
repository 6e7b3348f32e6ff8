//! What the engine has of the tab, against what is shown.
//!
//! [`plan`] compares the two and says what has to be sent; it needs no browser. `update` runs it whenever one of them
//! changes, sends what it says, and `answers` takes in what comes back. So a new engine is brought to where the last one
//! was by the same rule by which a stroke becomes a map.

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
pub use known::Known;
pub use plan::plan;
pub use shown::{Shown, ShownPhoto, Wanted};
pub use step::Step;
