//! The backbone: a pre-norm vision transformer (Dosovitskiy et al., ICLR 2021, arXiv 2010.11929) of any size, frozen.
//!
//! Registers, a distillation token, a norm before the first block, LayerScale, the MLP's activation and what becomes the
//! embedding are values of [`ViTConfig`], most of them read off the weights.
//!
//! Constant factors are folded into the weights once, at load, in f64: the pixels' mean and standard deviation into the
//! patch embedding, each norm's scale and shift into the linear layer after it, attention's `1 / sqrt(head size)` into the
//! queries' weights, LayerScale into the layer before it.

#[cfg(feature = "engine")]
mod block;
#[cfg(feature = "engine")]
pub mod catalogue;
mod config;
#[cfg(feature = "engine")]
mod error;
#[cfg(feature = "engine")]
mod fold;
#[cfg(feature = "engine")]
mod load;
#[cfg(feature = "engine")]
mod model;
#[cfg(feature = "engine")]
mod names;
#[cfg(feature = "engine")]
mod norm;
#[cfg(feature = "engine")]
mod pool;
#[cfg(feature = "engine")]
mod positions;
#[cfg(feature = "engine")]
mod recognise;
#[cfg(feature = "engine")]
mod rotary;
#[cfg(feature = "engine")]
mod shape;
#[cfg(feature = "engine")]
mod slope;
#[cfg(feature = "engine")]
mod tail;
#[cfg(feature = "engine")]
mod tensors;

pub use config::{LoadOptions, Output, ViTConfig};
#[cfg(feature = "engine")]
pub use error::LoadError;
#[cfg(feature = "engine")]
pub use fold::Linear;
#[cfg(feature = "engine")]
pub use model::{ClassState, TokenState, ViT};
#[cfg(feature = "engine")]
pub use norm::{Norm, Standard};
#[cfg(feature = "engine")]
pub use recognise::recognise;
#[cfg(feature = "engine")]
pub use tail::{LastBlock, Readout, Saved};

pub use crate::kernels::Activation;
