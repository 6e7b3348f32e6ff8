//! The link to the engine: which worker runs, what it is asked, what follows when it breaks down. It knows no tab and no
//! gallery: requests are answered to whoever asked, images to the one [`ImageSource`].
//!
//! `state` is the link as others see it; `answers` takes in what the engine says, `images` feeds it with images, `life`
//! starts and replaces workers. [`requests`], [`queue`] and [`recovery`] decide, and need no browser.

pub mod queue;
pub mod recovery;
pub mod requests;

#[cfg(feature = "page")]
mod answers;
#[cfg(feature = "page")]
mod images;
#[cfg(feature = "page")]
mod life;
#[cfg(feature = "page")]
mod probe;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod transport;
#[cfg(feature = "page")]
mod worker;

#[cfg(feature = "page")]
pub use images::{ImageSource, QueueState};
#[cfg(feature = "page")]
pub use state::{Link, Phase, Reply};
