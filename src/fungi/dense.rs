//! Dense features for in-context segmentation: each patch has a token, and a gradient of its own (section 3.4).
//!
//! After the last block's attention, tokens no longer mix, so token t contributes the gradient `G_t = d_t (x) [u_t; 1]`
//! with `d_t = dL/dz_t`: the same tail as for images, with tokens in place of views.

use std::sync::Arc;

use burn::prelude::*;

use super::norm::Unit;
use super::objectives::Simclr;
use super::projection::Projector;
use super::tail;
use crate::vit::{Saved, ViT};

/// Cosines of tokens with each other and with negatives held at once: 32 MB.
const COSINES: usize = 8 << 20;

/// The class token and the patches of one picture, the class token first.
pub struct Dense {
    vit: Arc<ViT>,
    u: Tensor<2>,
    embeddings: Tensor<2>,
    saved: Saved,
}

impl Dense {
    /// Runs a picture `[1, 3, height, width]` in 0..1, both sides multiples of the patch. Memory grows with the number
    /// of patches T: about `30 T E` bytes, and as much again while it runs.
    pub fn new(vit: Arc<ViT>, picture: Tensor<4>) -> Self {
        let state = vit.tokens(picture);
        let [_, tokens, dim] = state.u.dims();
        let u = state.u.reshape([tokens, dim]);
        let (embeddings, saved) = vit.tail().forward(u.clone(), state.x.reshape([tokens, dim]));
        Self { vit, u, embeddings, saved }
    }

    /// The tokens' embeddings, `[T, M]`, the class token first, not normalised.
    pub fn embeddings(&self) -> Tensor<2> {
        self.embeddings.clone()
    }

    /// The SimCLR loss with all tokens as positives of each other, `[1]`. All of their cosines are in memory at once.
    pub fn loss(&self, objective: &Simclr) -> Tensor<1> {
        objective.forward(self.embeddings.clone().unsqueeze_dim(0)).loss()
    }

    /// `dL/dz` of each token, `[T, E]`.
    pub fn gradients(&self, objective: &Simclr) -> Tensor<2> {
        let rows = COSINES / (self.embeddings.dims()[0] + objective.negatives.count());
        let gradient = objective.gradient_by_rows(self.embeddings.clone(), rows);
        tail::backward(self.vit.tail(), &self.saved, gradient)
    }

    /// Each patch's gradient, projected and L2-normalised: `[T - 1, D]`, without the class token.
    pub fn features(&self, objective: &Simclr, projector: &Projector) -> Tensor<2> {
        let tokens = self.u.dims()[0];
        let d = self.gradients(objective).slice(1..tokens).unsqueeze_dim(1);
        let u = self.u.clone().slice(1..tokens).unsqueeze_dim(1);
        Unit::new(projector.project(d, u)).rows
    }

    /// Each patch's token, L2-normalised: `[T - 1, E]`, without the class token.
    pub fn tokens(&self) -> Tensor<2> {
        Unit::new(self.embeddings.clone().slice(1..self.embeddings.dims()[0])).rows
    }
}
