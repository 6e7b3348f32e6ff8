//! What passes between the page and its workers: a message and its number. Both kinds of workers and the page share it.

#[cfg(all(target_arch = "wasm32", any(feature = "worker", feature = "analysis")))]
pub mod scope;

use serde::{Deserialize, Serialize};

/// A message, and the number of the request that it belongs to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message<T> {
    /// Chosen by the caller, above 0, each used once; an answer carries the number of its request.
    pub seq: u32,
    /// The content.
    pub body: T,
}
