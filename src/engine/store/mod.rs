//! The models of a browser: those that come with the page, those that were downloaded, and a person's own files. Weights
//! are kept in the browser's private file system, each with a [`record::Record`] beside it, and given out as files:
//! every worker reads the same one, and nothing is whole in memory before a model is loaded.

mod error;
mod record;

#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub(super) mod blob;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod download;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod folder;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod header;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod http;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod kept;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod serve;

#[cfg(all(target_arch = "wasm32", feature = "worker"))]
use error::StoreError;
#[cfg(all(target_arch = "wasm32", feature = "worker"))]
pub(super) use serve::{is_mine, serve};
