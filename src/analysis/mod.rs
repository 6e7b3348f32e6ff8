//! What features are worth, away from the engine and from the page's thread. [`protocol`] is what the page and the worker
//! say to each other.

pub mod protocol;
