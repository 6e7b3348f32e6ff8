//! KL divergence between the uniform distribution and the head's (section 3.1).

use burn::prelude::*;
use burn::tensor::activation::softmax;

use super::total;
use crate::fungi::heads::Head;
use crate::fungi::norm::Unit;
use crate::fungi::{ExtractError, Given, KlSettings};
use crate::random::Purpose;

/// `KL(uniform, softmax(h / T)) = logsumexp(h / T) - mean(h / T) - log L`, with `h` the head's latent of the L2-normalised
/// embedding; summed over an image's views, of which the paper has one.
#[derive(Debug, Clone)]
pub struct Kl {
    /// The head.
    pub head: Head,
    /// T.
    pub temperature: f32,
}

/// The objective at given embeddings.
#[derive(Debug, Clone)]
pub struct KlState<'a> {
    objective: &'a Kl,
    unit: Unit,
    /// `h / T` minus its mean, `[B V, L]`.
    centred: Tensor<2>,
    shape: [usize; 3],
}

impl Kl {
    /// The objective with a head of `given`.
    pub(super) fn with_given(settings: &KlSettings, given: &Given) -> Result<Self, ExtractError> {
        let head = given.heads.get(Purpose::HeadKl, settings.latent)?;
        Ok(Self { head, temperature: settings.temperature })
    }

    /// Runs the head on `e` `[B, V, E]`.
    pub fn forward(&self, e: Tensor<3>) -> KlState<'_> {
        let shape @ [images, views, dim] = e.dims();
        let unit = Unit::new(e.reshape([images * views, dim]));
        let latents = self.head.forward(unit.rows.clone()) / self.temperature;
        // The divergence is tiny compared with log L; subtracting the mean keeps it from being lost in rounding.
        let centred = latents.clone() - latents.mean_dim(1);
        KlState { objective: self, unit, centred, shape }
    }
}

impl KlState<'_> {
    /// What each view adds to its image's loss, `[B, V]`.
    pub fn losses(&self) -> Tensor<2> {
        let largest = self.centred.clone().max_dim(1);
        let losses = (self.centred.clone() - largest.clone()).exp().mean_dim(1).log() + largest;
        losses.reshape([self.shape[0], self.shape[1]])
    }

    /// One loss per image, `[B]`.
    pub fn loss(&self) -> Tensor<1> {
        total(self.losses())
    }

    /// The gradient with respect to the embeddings, `[B, V, E]`: `(softmax(h / T) - 1 / L) / T` through head and norm.
    pub fn gradient(&self) -> Tensor<3> {
        let uniform = 1.0 / self.objective.head.latent() as f32;
        let latents = (softmax(self.centred.clone(), 1) - uniform) / self.objective.temperature;
        self.unit.backward(self.objective.head.backward(latents)).reshape(self.shape)
    }
}
