//! The link to the engine: which workers run, which requests they get, what happens when one crashes. It depends on no
//! tab and no gallery: answers go to the sender of the request, images' answers to the one [`ImageSource`].
//!
//! `state` is the link as other modules see it; `answers` takes in what the engine sends, `images` sends it images,
//! `life` starts and ends workers, `breakdown` replaces them, `switch` prepares another model. [`inbox`], [`requests`], [`queue`], [`pool`] and [`recovery`] decide, and need no browser.

pub mod inbox;
mod phase;
pub mod pool;
pub mod queue;
pub mod recovery;
pub mod requests;

#[cfg(feature = "page")]
mod answers;
#[cfg(feature = "page")]
mod breakdown;
#[cfg(feature = "page")]
mod files;
#[cfg(feature = "page")]
mod images;
#[cfg(feature = "page")]
mod life;
#[cfg(feature = "page")]
mod probe;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod switch;
#[cfg(feature = "page")]
mod worker;

#[cfg(feature = "page")]
pub use images::{ImageSource, QueueState};
pub use phase::{Phase, describe};
#[cfg(feature = "page")]
pub use state::{Link, Reply};
#[cfg(feature = "page")]
pub use switch::{Switch, SwitchStep};
