//! What features are worth, away from the engine and from the page's thread: a worker of its own keeps a copy of the
//! features, and evaluates them in steps, so that a newer request arrives in time.
//!
//! [`protocol`] is all that the page knows of it. [`session`] owns the features and the work; `worker` moves bytes between
//! the page and a session.

pub mod parcels;
pub mod protocol;

#[cfg(all(target_arch = "wasm32", feature = "analysis"))]
mod blobs;
#[cfg(feature = "evaluation")]
mod duplicates;
#[cfg(feature = "evaluation")]
mod exact;
#[cfg(feature = "evaluation")]
mod mapping;
#[cfg(feature = "evaluation")]
pub mod packing;
#[cfg(feature = "evaluation")]
pub mod session;
#[cfg(feature = "evaluation")]
mod suspects;
#[cfg(feature = "evaluation")]
mod unpacking;
#[cfg(feature = "evaluation")]
mod work;
#[cfg(all(target_arch = "wasm32", feature = "analysis"))]
pub mod worker;
