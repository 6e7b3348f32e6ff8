//! FUNGI: features from self-supervised gradients of a frozen vision transformer (arXiv 2407.10964).

mod features;
mod settings;

pub use features::{Features, Part};
pub use settings::{DinoSettings, KlSettings, Projection, Settings, SimclrSettings};
