//! Results taken away in one file, and brought back: the button, and what follows from a dropped archive. The worker that
//! evaluates packs and opens; [`follow`] says what model and settings an archive asks for, and needs no browser.

pub mod follow;
pub mod words;

#[cfg(feature = "page")]
mod button;
#[cfg(feature = "page")]
mod open;
#[cfg(feature = "page")]
mod pack;
#[cfg(feature = "page")]
mod state;

#[cfg(feature = "page")]
pub use button::TakeAway;
#[cfg(feature = "page")]
pub use state::Archives;
