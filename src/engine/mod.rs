//! The one owner of device and model. [`Engine`] has a method for each kind of request. The command line calls these
//! methods directly; a browser's worker gets [`protocol`]'s messages, which `serve` turns into the same calls.

mod backend;
#[cfg(feature = "engine")]
mod cut_cache;
#[cfg(feature = "engine")]
pub mod device;
#[cfg(feature = "engine")]
mod embed;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
mod fetch;
#[cfg(feature = "engine")]
mod golden;
#[cfg(any(test, all(target_arch = "wasm32", feature = "worker")))]
mod inbox;
#[cfg(feature = "engine")]
mod load;
pub mod memory;
mod model_files;
#[cfg(feature = "engine")]
pub mod parity;
pub mod protocol;
#[cfg(feature = "engine")]
mod provenance;
#[cfg(feature = "engine")]
mod random_model;
#[cfg(feature = "engine")]
mod sample;
#[cfg(feature = "engine")]
pub mod segment;
#[cfg(feature = "engine")]
mod sentence;
#[cfg(feature = "engine")]
mod serve;
#[cfg(feature = "engine")]
mod session;
#[cfg(any(all(test, feature = "engine"), all(target_arch = "wasm32", feature = "worker")))]
mod store;
#[cfg(feature = "engine")]
mod why;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub mod worker;

pub use backend::{Backend, is_software};
pub use model_files::ModelFiles;
#[cfg(feature = "engine")]
pub use {
    embed::Prepared,
    error::EngineError,
    random_model::random_weights,
    sample::{NEGATIVES_SEED, sample},
    session::Engine,
};
