//! FUNGI: features from self-supervised gradients of a frozen vision transformer (arXiv 2407.10964).

mod features;
mod settings;

#[cfg(feature = "engine")]
pub mod exact;
#[cfg(feature = "engine")]
pub mod heads;
#[cfg(feature = "engine")]
mod norm;
#[cfg(feature = "engine")]
pub mod objectives;
#[cfg(feature = "engine")]
pub mod projection;
#[cfg(feature = "engine")]
pub mod signs;
#[cfg(feature = "engine")]
pub mod tail;

pub use features::{Features, Part};
pub use settings::{DinoSettings, KlSettings, Projection, Settings, SimclrSettings};
