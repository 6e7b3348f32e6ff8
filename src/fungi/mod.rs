//! FUNGI: features from self-supervised gradients of a frozen vision transformer (arXiv 2407.10964).
//!
//! For each image, gradients of self-supervised losses with respect to the last block's attention projection, brought
//! down to a few numbers and L2-normalised, stand beside the embedding. The losses look at the class token alone, so a
//! view's gradient is the outer product of two vectors: nothing before the projection needs a gradient, and no gradient
//! is ever stored.
//!
//! [`Extractor`] does it all; [`heads`], [`objectives`], [`tail`] and [`projection`] are its steps, [`dense`] their use for
//! the patches of one picture, [`exact`] what they are held against.

mod features;
mod settings;

#[cfg(feature = "engine")]
mod check;
#[cfg(feature = "engine")]
pub mod dense;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
pub mod exact;
#[cfg(feature = "engine")]
pub(crate) mod extractor;
#[cfg(feature = "engine")]
mod given;
#[cfg(feature = "engine")]
pub mod heads;
#[cfg(feature = "engine")]
mod layout;
#[cfg(feature = "engine")]
pub mod negatives;
#[cfg(feature = "engine")]
mod norm;
#[cfg(feature = "engine")]
pub mod objectives;
#[cfg(feature = "engine")]
mod pass;
#[cfg(feature = "engine")]
pub mod projection;
#[cfg(feature = "engine")]
mod self_test;
#[cfg(feature = "engine")]
pub mod signs;
#[cfg(feature = "engine")]
pub mod tail;
#[cfg(feature = "engine")]
pub mod views;

pub use features::{Features, Part};
pub use settings::{DinoSettings, KlSettings, Projection, Settings, SimclrSettings};

#[cfg(feature = "engine")]
pub use {
    dense::Dense,
    error::{ExtractError, NegativesError},
    extractor::{Extractor, Trace},
    given::Given,
    negatives::Negatives,
    self_test::{SelfTestError, self_test},
    views::Views,
};
