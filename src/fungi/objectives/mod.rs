//! The self-supervised objectives: losses of an image's embeddings with their gradients, worked out by hand.
//!
//! Each objective is a function of the embeddings `e` `[B, V, E]` of `B` images with `V` views each. It gives one loss an
//! image, `[B]`, and the losses' gradient with respect to `e`, `[B, V, E]`. Images never see each other.

mod dino;
mod kl;
mod simclr;

pub use dino::{Dino, DinoState};
pub use kl::{Kl, KlState};
pub use simclr::{NegativeLatents, Simclr, SimclrState};

use burn::prelude::*;

/// `log(sum(exp(x)))` along the last axis, kept with length one: stable for any finite x.
pub(crate) fn log_sum_exp<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let largest = x.clone().max_dim(D - 1);
    (x - largest.clone()).exp().sum_dim(D - 1).log() + largest
}
