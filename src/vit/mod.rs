//! The backbone: a pre-norm vision transformer (Dosovitskiy et al., ICLR 2021, arXiv 2010.11929) of any size, frozen.
//!
//! Registers, a distillation token, a norm before the first block, LayerScale and the MLP's activation are values of
//! [`ViTConfig`], most of them read off the weights.
//!
//! Constant factors are folded into the weights once, at load, in f64: the pixels' mean and standard deviation into the
//! patch embedding, each norm's scale and shift into the linear layer after it, attention's `1 / sqrt(head size)` into the
//! queries' weights, LayerScale into the layer before it.

mod block;
pub mod catalogue;
mod config;
mod error;
mod fold;
mod load;
mod model;
mod names;
mod norm;
mod positions;
mod shape;
mod slope;
mod tail;
mod tensors;

pub use config::{LoadOptions, ViTConfig};
pub use error::LoadError;
pub use fold::Linear;
pub use model::{ClassState, TokenState, ViT};
pub use norm::{Norm, Standard};
pub use tail::{LastBlock, Saved};

pub use crate::kernels::Activation;
