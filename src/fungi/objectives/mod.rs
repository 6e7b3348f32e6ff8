//! The self-supervised objectives: losses of an image's embeddings with their gradients, derived by hand.
//!
//! Each objective is a function of the embeddings `e` `[B, V, E]` of `B` images with `V` views each. It gives one loss
//! per image, `[B]`, as a sum over views, `[B, V]`, and the losses' gradient with respect to `e`, `[B, V, E]`. Images do
//! not affect each other.

mod dino;
mod kl;
mod simclr;

pub use dino::{Dino, DinoState};
pub use kl::{Kl, KlState};
pub use simclr::{NegativeLatents, Simclr, SimclrState};

use burn::prelude::*;

use super::{ExtractError, Given, Means, Objective, Part, ViewSet};

/// An objective with its heads, ready to run.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "an extractor has one of each at most")]
pub enum Loss {
    /// KL divergence between the uniform distribution and the head's.
    Kl(Kl),
    /// Self-distillation between crops.
    Dino(Dino),
    /// Contrast between windows and negatives.
    Simclr(Simclr),
}

impl Loss {
    /// The objective with heads and negatives of `given`.
    ///
    /// # Errors
    ///
    /// An [`ExtractError`] if something given does not fit or is missing.
    pub fn new(objective: &Objective, given: &Given) -> Result<Self, ExtractError> {
        Ok(match objective {
            Objective::Kl(settings) => Self::Kl(Kl::with_given(settings, given)?),
            Objective::Dino(settings) => Self::Dino(Dino::with_given(settings, given)?),
            Objective::Simclr(settings) => Self::Simclr(Simclr::with_given(settings, given)?),
        })
    }

    /// What each view adds to its image's loss, `[B, V]`, at embeddings `[B, V, E]`.
    pub fn losses(&self, e: Tensor<3>) -> Tensor<2> {
        match self {
            Self::Kl(kl) => kl.forward(e).losses(),
            Self::Dino(dino) => dino.forward(e).losses(),
            Self::Simclr(simclr) => simclr.forward(e).losses(),
        }
    }

    /// One loss per image, `[B]`, at embeddings `[B, V, E]`.
    pub fn loss(&self, e: Tensor<3>) -> Tensor<1> {
        total(self.losses(e))
    }

    /// The losses' gradient with respect to embeddings, `[B, V, E]`.
    pub fn gradient(&self, e: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Kl(kl) => kl.forward(e).gradient(),
            Self::Dino(dino) => dino.forward(e).gradient(),
            Self::Simclr(simclr) => simclr.forward(e).gradient(),
        }
    }
}

/// An objective in use: its loss, the views it uses, and the parts it produces.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub loss: Loss,
    pub views: ViewSet,
    /// What its projected gradient becomes.
    pub part: Part,
    /// What the means over its views become, if they are wanted.
    pub means: Option<Means>,
}

impl Term {
    pub fn new(objective: &Objective, given: &Given) -> Result<Self, ExtractError> {
        let loss = Loss::new(objective, given)?;
        Ok(Self { loss, views: objective.views(), part: objective.part(), means: objective.means() })
    }
}

/// The losses of images, `[B]`, from those of their views, `[B, V]`.
fn total(losses: Tensor<2>) -> Tensor<1> {
    losses.sum_dim(1).squeeze_dim(1)
}

/// `log(sum(exp(x)))` along the last axis, kept with length one: stable for any finite x.
fn log_sum_exp<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let largest = x.clone().max_dim(D - 1);
    (x - largest.clone()).exp().sum_dim(D - 1).log() + largest
}
