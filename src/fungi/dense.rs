//! Dense features for in-context segmentation: each patch has a token, and a gradient of its own (section 3.4).
//!
//! Behind the last block's heads tokens no longer mix, so the gradient that token t sends to the projection is
//! `G_t = d_t (x) [u_t; 1]` with `d_t = dL/dz_t`: the same tail as for images, with tokens in the place of views.

use std::sync::Arc;

use burn::prelude::*;

use super::ExtractError;
use super::norm::Unit;
use super::objectives::{Simclr, SimclrState};
use super::projection::Projector;
use super::tail::{self, Saved};
use crate::vit::ViT;

/// Cosines of all tokens with each other may take this many bytes: small GPUs bind 128 MiB.
const LARGEST: usize = 128 << 20;

/// All tokens of one picture, the class token first.
pub struct Dense {
    vit: Arc<ViT>,
    u: Tensor<2>,
    embeddings: Tensor<2>,
    saved: Saved,
}

impl Dense {
    /// Runs a picture `[1, 3, height, width]` in 0..1, both sides multiples of the patch.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Tokens`] where the picture has too many patches to compare each with each.
    pub fn new(vit: Arc<ViT>, picture: Tensor<4>) -> Result<Self, ExtractError> {
        let [_, _, height, width] = picture.dims();
        let patch = vit.config().patch;
        let tokens = 1 + (height / patch) * (width / patch);
        let limit = (LARGEST / 4).isqrt();
        if tokens > limit {
            return Err(ExtractError::Tokens { tokens, limit });
        }
        let state = vit.tokens(picture);
        let [_, tokens, dim] = state.u.dims();
        let u = state.u.reshape([tokens, dim]);
        let (embeddings, saved) = tail::forward(vit.tail(), u.clone(), state.x.reshape([tokens, dim]));
        Ok(Self { vit, u, embeddings, saved })
    }

    /// Tokens after the final norm, `[T, E]`, the class token first, not normalised.
    pub fn embeddings(&self) -> Tensor<2> {
        self.embeddings.clone()
    }

    fn state<'b>(&self, objective: &'b Simclr) -> SimclrState<'b> {
        objective.forward(self.embeddings.clone().unsqueeze_dim(0))
    }

    /// The SimCLR loss with all tokens as positives of each other, `[1]`.
    pub fn loss(&self, objective: &Simclr) -> Tensor<1> {
        self.state(objective).loss()
    }

    /// `dL/dz` of each token, `[T, E]`.
    pub fn gradients(&self, objective: &Simclr) -> Tensor<2> {
        let gradient = self.state(objective).gradient().squeeze_dim(0);
        tail::backward(self.vit.tail(), &self.saved, gradient)
    }

    /// Each patch's gradient, projected and L2-normalised: `[T - 1, D]`, the class token left out.
    pub fn features(&self, objective: &Simclr, projector: &Projector) -> Tensor<2> {
        let tokens = self.u.dims()[0];
        let d = self.gradients(objective).slice(1..tokens).unsqueeze_dim(1);
        let u = self.u.clone().slice(1..tokens).unsqueeze_dim(1);
        Unit::new(projector.project(d, u)).rows
    }

    /// Each patch's token, L2-normalised: `[T - 1, E]`, the class token left out.
    pub fn tokens(&self) -> Tensor<2> {
        Unit::new(self.embeddings.clone().slice(1..self.embeddings.dims()[0])).rows
    }
}
