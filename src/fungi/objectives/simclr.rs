//! Contrast between windows of one image and fixed negatives (section 3.1; Chen et al. 2020, "SimCLR").

use burn::prelude::*;
use burn::tensor::activation::softmax;

use super::{log_sum_exp, total};
use crate::fungi::heads::Head;
use crate::fungi::norm::Unit;
use crate::fungi::{ExtractError, Given, SimclrSettings};
use crate::random::Purpose;

/// A similarity whose exponential is 0: it keeps a view from being its own negative.
const NEVER: f32 = -1e9;

/// Mean over an image's views i of `logsumexp over k != i of s_ik / T' - mean over j != i of s_ij / T`, with `s` the
/// cosine of two latents, j the image's other views, k those and the negatives. `T' = T`, or 1 in the authors' library.
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

/// Latents of the negatives, L2-normalised: `[M, L]`.
#[derive(Debug, Clone)]
pub struct NegativeLatents(Tensor<2>);

impl NegativeLatents {
    /// Normalises latents `[M, L]`.
    pub fn new(latents: Tensor<2>) -> Self {
        Self(Unit::new(latents).rows)
    }

    /// Number of negatives, M.
    pub fn count(&self) -> usize {
        self.0.dims()[0]
    }

    /// Cosines `[N, M]` with unit latents `[N, L]`.
    fn similarities(&self, unit: Tensor<2>) -> Tensor<2> {
        unit.matmul(self.0.clone().transpose())
    }

    /// Sums of the latents weighted by `[N, M]`: `[N, L]`.
    fn weighted(&self, weights: Tensor<2>) -> Tensor<2> {
        weights.matmul(self.0.clone())
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
    /// `s_ik / T'` over own views, then negatives, `[B, V, V + M]`; hugely negative for k = i.
    logits: Tensor<3>,
    shape: [usize; 3],
}

impl Simclr {
    /// The objective with head and negatives of `given`.
    pub(super) fn with_given(settings: &SimclrSettings, given: &Given) -> Result<Self, ExtractError> {
        let head = given.heads.get(Purpose::HeadSimclr, settings.latent)?;
        let latents = match &given.latents {
            Some(latents) => latents.clone(),
            None => head.forward(given.negatives.tensor(head.dim(), given.heads.device())?),
        };
        ExtractError::given("table of negatives", latents.dims()[1], settings.latent)?;
        let negatives = NegativeLatents::new(latents);
        Ok(Self { head, negatives, temperature: settings.temperature, library: settings.library })
    }

    /// T', the temperature of the log-sum-exp.
    fn contrast(&self) -> f32 {
        if self.library { 1.0 } else { self.temperature }
    }

    /// Runs the head on `e` `[B, V, E]`; V must be at least 2.
    pub fn forward(&self, e: Tensor<3>) -> SimclrState<'_> {
        let shape @ [images, views, dim] = e.dims();
        let unit = Unit::new(self.head.forward(e.reshape([images * views, dim])));
        let rows = unit.rows.clone().reshape([images, views, self.head.latent()]);
        let own = rows.clone().matmul(rows.transpose());
        let diagonal = Tensor::<2>::eye(views, &own.device()).unsqueeze::<3>() * NEVER;
        let negatives = self.negatives.similarities(unit.rows.clone());
        let negatives = negatives.reshape([images, views, self.negatives.count()]);
        let logits = Tensor::cat(vec![own.clone() + diagonal, negatives], 2) / self.contrast();
        SimclrState { objective: self, unit, own, logits, shape }
    }

    /// The gradient of one image's loss with respect to its many embeddings `e` `[V, E]`, V at least 2: the numbers of
    /// [`SimclrState::gradient`], taking the cosines of `rows` views with all others at a time, so that memory grows
    /// with V and not with its square.
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
            let others = self.negatives.similarities(some.clone());
            let weights = softmax(Tensor::cat(vec![own, others], 1) / self.contrast(), 1) / scale;
            let own = weights.clone().slice([0..end - start, 0..views]) - attraction;
            let others = weights.slice([0..end - start, views..views + self.negatives.count()]);
            back = back + own.clone().transpose().matmul(some);
            parts.push(own.matmul(all.clone()) + self.negatives.weighted(others));
        }
        self.head.backward(unit.backward(Tensor::cat(parts, 0) + back))
    }
}

impl SimclrState<'_> {
    /// What each view adds to its image's loss, `[B, V]`: its term of the mean over views.
    pub fn losses(&self) -> Tensor<2> {
        let [images, views, _] = self.shape;
        let contrast = log_sum_exp(self.logits.clone()).reshape([images, views]);
        // A view's cosine with itself is 1.
        let positive = self.own.clone().sum_dim(2).reshape([images, views]) - 1.0;
        let scale = self.objective.temperature * (views - 1) as f32;
        (contrast - positive / scale) / views as f32
    }

    /// One loss per image, `[B]`.
    pub fn loss(&self) -> Tensor<1> {
        total(self.losses())
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
        // On the diagonal the constant adds a multiple of the direction itself, which the norm's backward pass removes.
        let own = own.clone() + own.transpose() - 2.0 * attraction;
        let rows = unit.rows.clone().reshape([images, views, latent]);
        let others = weights.slice([0..images, 0..views, views..all]).reshape([images * views, all - views]);
        let negatives = objective.negatives.weighted(others).reshape([images, views, latent]);
        let directions = own.matmul(rows) + negatives;
        let latents = unit.backward(directions.reshape([images * views, latent]));
        objective.head.backward(latents).reshape(self.shape)
    }
}
