//! Contrast between windows of one image and fixed negatives (section 3.1; Chen et al. 2020, "SimCLR").

use std::ops::Range;

use burn::prelude::*;
use burn::tensor::activation::softmax;

use super::log_sum_exp;
use crate::fungi::heads::Head;
use crate::fungi::norm::Unit;

/// A similarity that no exponential survives: how a view is kept from being its own negative.
const NEVER: f32 = -1e9;

/// Mean over an image's views i of `logsumexp over k != i of s_ik / T' - mean over j != i of s_ij / T`, with `s` the cosine
/// of two latents, j the image's other views, k those and the negatives. `T' = T`, or 1 in the authors' library.
#[derive(Debug, Clone)]
pub struct Simclr {
    /// The head.
    pub head: Head,
    /// Latents of the negatives.
    pub negatives: NegativeLatents,
    /// T.
    pub temperature: f32,
    /// Whether T' is 1 instead of T.
    pub library: bool,
}

/// L2-normalised latents to be told apart from.
#[derive(Debug, Clone)]
pub enum NegativeLatents {
    /// The same for every view: `[M, L]`.
    Shared(Tensor<2>),
    /// A set for each view of one image: `[V, M, L]`.
    Each(Tensor<3>),
}

impl NegativeLatents {
    /// Shared negatives from latents `[M, L]` of any length.
    pub fn shared(latents: Tensor<2>) -> Self {
        Self::Shared(Unit::new(latents).rows)
    }

    /// NegativeLatents for each view from latents `[V, M, L]` of any length.
    pub fn each(latents: Tensor<3>) -> Self {
        let shape @ [views, count, latent] = latents.dims();
        Self::Each(Unit::new(latents.reshape([views * count, latent])).rows.reshape(shape))
    }

    /// How many negatives a view has.
    pub fn count(&self) -> usize {
        match self {
            Self::Shared(latents) => latents.dims()[0],
            Self::Each(latents) => latents.dims()[1],
        }
    }

    /// The negatives of the views `range` alone.
    fn of(&self, range: Range<usize>) -> Self {
        match self {
            Self::Shared(latents) => Self::Shared(latents.clone()),
            Self::Each(latents) => Self::Each(latents.clone().slice(range)),
        }
    }

    /// Cosines `[B, V, M]` with unit latents `[B, V, L]`.
    fn similarities(&self, unit: Tensor<3>) -> Tensor<3> {
        let [images, views, latent] = unit.dims();
        match self {
            Self::Shared(latents) => {
                let flat = unit.reshape([images * views, latent]).matmul(latents.clone().transpose());
                flat.reshape([images, views, latents.dims()[0]])
            }
            Self::Each(latents) => {
                let each = latents.clone().matmul(unit.reshape([views, latent, 1]));
                each.reshape([images, views, latents.dims()[1]])
            }
        }
    }

    /// Sums of negatives weighted by `[B, V, M]`: `[B, V, L]`.
    fn weighted(&self, weights: Tensor<3>) -> Tensor<3> {
        let [images, views, count] = weights.dims();
        match self {
            Self::Shared(latents) => {
                let flat = weights.reshape([images * views, count]).matmul(latents.clone());
                flat.reshape([images, views, latents.dims()[1]])
            }
            Self::Each(latents) => {
                let each = weights.reshape([views, 1, count]).matmul(latents.clone());
                each.reshape([images, views, latents.dims()[2]])
            }
        }
    }
}

/// The objective at given embeddings.
#[derive(Debug, Clone)]
pub struct SimclrState<'a> {
    objective: &'a Simclr,
    /// Latents' directions, `[B V, L]`.
    unit: Unit,
    /// Cosines between an image's views, `[B, V, V]`.
    own: Tensor<3>,
    /// `s_ik / T'` over own views, then negatives, `[B, V, V + M]`; never for k = i.
    logits: Tensor<3>,
    shape: [usize; 3],
}

impl Simclr {
    /// T', the temperature of the log-sum-exp.
    fn contrast(&self) -> f32 {
        if self.library { 1.0 } else { self.temperature }
    }

    /// Runs the head on `e` `[B, V, E]`; V must be at least 2, and B 1 where each view has negatives of its own.
    pub fn forward(&self, e: Tensor<3>) -> SimclrState<'_> {
        let shape @ [images, views, dim] = e.dims();
        let unit = Unit::new(self.head.forward(e.reshape([images * views, dim])));
        let rows = unit.rows.clone().reshape([images, views, self.head.latent()]);
        let own = rows.clone().matmul(rows.clone().transpose());
        let diagonal = Tensor::<2>::eye(views, &own.device()).unsqueeze::<3>() * NEVER;
        let negatives = self.negatives.similarities(rows);
        let logits = Tensor::cat(vec![own.clone() + diagonal, negatives], 2) / self.contrast();
        SimclrState { objective: self, unit, own, logits, shape }
    }

    /// The gradient of one image's loss with respect to its many embeddings `e` `[V, E]`, V at least 2: the numbers of
    /// [`SimclrState::gradient`], from cosines of `rows` views with all others at a time, so that memory grows with V
    /// and not with its square.
    pub fn gradient_by_rows(&self, e: Tensor<2>, rows: usize) -> Tensor<2> {
        let [views, _] = e.dims();
        let unit = Unit::new(self.head.forward(e));
        let (all, latent) = (unit.rows.clone(), self.head.latent());
        let scale = self.contrast() * views as f32;
        let attraction = 1.0 / ((views - 1) as f32 * self.temperature * views as f32);
        let mut parts = Vec::new();
        let mut back = Tensor::zeros([views, latent], &all.device());
        for start in (0..views).step_by(rows.max(1)) {
            let end = views.min(start + rows.max(1));
            let some = all.clone().slice(start..end);
            let own = some.clone().matmul(all.clone().transpose());
            let itself = own.clone().slice([0..end - start, start..end]);
            let never = itself + Tensor::<2>::eye(end - start, &all.device()) * NEVER;
            let own = own.slice_assign([0..end - start, start..end], never);
            let negatives = self.negatives.of(start..end);
            let others = negatives.similarities(some.clone().unsqueeze_dim(0)).squeeze_dim(0);
            let weights = softmax(Tensor::cat(vec![own, others], 1) / self.contrast(), 1) / scale;
            let own = weights.clone().slice([0..end - start, 0..views]) - attraction;
            let others = weights.slice([0..end - start, views..views + negatives.count()]).unsqueeze_dim(0);
            back = back + own.clone().transpose().matmul(some);
            parts.push(own.matmul(all.clone()) + negatives.weighted(others).squeeze_dim(0));
        }
        self.head.backward(unit.backward(Tensor::cat(parts, 0) + back))
    }
}

impl SimclrState<'_> {
    /// One loss an image, `[B]`.
    pub fn loss(&self) -> Tensor<1> {
        let [images, views, _] = self.shape;
        let contrast = log_sum_exp(self.logits.clone()).reshape([images, views]).mean_dim(1);
        // A view's cosine with itself is 1.
        let positive = self.own.clone().sum_dim(2).reshape([images, views]).mean_dim(1) - 1.0;
        let scale = self.objective.temperature * (views - 1) as f32;
        (contrast - positive / scale).reshape([images])
    }

    /// The gradient with respect to the embeddings, `[B, V, E]`. With p the softmax over k and
    /// `C_ij = p_ij / T' - 1 / ((V - 1) T)` off the diagonal, that of the directions is
    /// `(C + C^T) own + p / T' negatives`, over V.
    pub fn gradient(&self) -> Tensor<3> {
        let Self { objective, unit, shape: [images, views, _], .. } = self;
        let (images, views, latent) = (*images, *views, objective.head.latent());
        let all = views + objective.negatives.count();
        let weights = softmax(self.logits.clone(), 2) / (objective.contrast() * views as f32);
        let own = weights.clone().slice([0..images, 0..views, 0..views]);
        let attraction = 1.0 / ((views - 1) as f32 * objective.temperature * views as f32);
        // On the diagonal the constant adds a multiple of the direction itself, which the norm's way back removes.
        let own = own.clone() + own.transpose() - 2.0 * attraction;
        let rows = unit.rows.clone().reshape([images, views, latent]);
        let negatives = objective.negatives.weighted(weights.slice([0..images, 0..views, views..all]));
        let directions = own.matmul(rows) + negatives;
        let latents = unit.backward(directions.reshape([images * views, latent]));
        objective.head.backward(latents).reshape(self.shape)
    }
}
