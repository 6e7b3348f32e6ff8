//! The page's side of the worker that evaluates: it starts with the first request, is told of features that it lacks, and
//! is replaced when it crashes. It knows no area: whoever asks hands in the features.
//!
//! [`calls`] keeps requests by number, [`known`] says what the worker lacks; both need no browser.

pub mod calls;
pub mod known;

#[cfg(feature = "page")]
mod give;
#[cfg(feature = "page")]
mod state;

#[cfg(feature = "page")]
pub use state::{Analysis, Reply, Standing};
