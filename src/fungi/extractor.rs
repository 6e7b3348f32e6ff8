//! From images to features: one forward pass over all views, one gradient per objective, one projection, one vector
//! back.

use std::sync::Arc;

use burn::prelude::*;

use super::dense::Dense;
use super::given::Given;
use super::heads::Head;
use super::layout::Layout;
use super::objectives::Term;
use super::pass::Pass;
use super::projection::Projector;
use super::tail;
use super::{Cuts, ExtractError, Factors, Features, Limits, Negatives, Part, Settings, ViewRows, ViewSet, Views};
use crate::image::Rgb;
use crate::random::Purpose;
use crate::vit::ViT;

/// Computes the features of images by a frozen backbone.
pub struct Extractor {
    vit: Arc<ViT>,
    settings: Settings,
    negatives: Negatives,
    limits: Limits,
    /// The views that an image is cut into.
    sets: Vec<ViewSet>,
    /// The objectives that use them; `layout` has the rows of each.
    terms: Vec<Term>,
    layout: Layout,
    head: Head,
    projector: Projector,
    /// For each objective, 1 at its rows: `[1, K, R]`.
    masks: Option<Tensor<3>>,
    /// For each objective whose views are averaged, one over its number of rows there: `[1, P, R]`.
    means: Option<Tensor<3>>,
}

/// An objective's values for one image: features never need them outside the device, but explanations do.
#[derive(Debug, Clone)]
pub struct Trace {
    /// What each view adds to the loss, `[V]`.
    pub losses: Vec<f32>,
    /// `dL/dz` of each view, `[V, E]`.
    pub d: Vec<f32>,
    /// Concatenated heads of each view, `[V, E]`. The gradient is `sum over v of d_v (x) [u_v; 1]`:
    /// [`super::exact::gradient`].
    pub u: Vec<f32>,
    /// Embedding of each view, `[V, M]`.
    pub e: Vec<f32>,
}

impl Trace {
    /// The loss.
    pub fn loss(&self) -> f64 {
        self.losses.iter().map(|loss| f64::from(*loss)).sum()
    }

    /// The rows that the gradient is a sum of, for a backbone of width `dim`.
    pub fn rows(&self, dim: usize) -> ViewRows<'_> {
        ViewRows { u: &self.u, d: &self.d, dim }
    }
}

impl Extractor {
    /// An extractor with heads and projection drawn from the settings' seed.
    ///
    /// # Errors
    ///
    /// An [`ExtractError`] if a setting is out of range or the negatives do not fit.
    pub fn new(vit: impl Into<Arc<ViT>>, settings: Settings, negatives: Negatives) -> Result<Self, ExtractError> {
        let vit = vit.into();
        settings.check(vit.config().image)?;
        let given = Given::draw(&settings, negatives, Limits::default(), vit.config(), vit.device());
        Self::with_given(vit, settings, given)
    }

    /// An extractor with the caller's own heads, projection, negatives or limits.
    ///
    /// # Errors
    ///
    /// An [`ExtractError`] if a setting is out of range or something given does not fit.
    pub fn with_given(vit: impl Into<Arc<ViT>>, settings: Settings, given: Given) -> Result<Self, ExtractError> {
        let vit = vit.into();
        settings.check(vit.config().image)?;
        let terms =
            settings.objectives.iter().map(|objective| Term::new(objective, &given)).collect::<Result<_, _>>()?;
        Self::with_terms(vit, settings, given, terms)
    }

    fn with_terms(vit: Arc<ViT>, settings: Settings, given: Given, terms: Vec<Term>) -> Result<Self, ExtractError> {
        ExtractError::given("projection", given.projector.dim(), vit.config().dim)?;
        let head = given.heads.get(Purpose::HeadSimclr, settings.simclr().cloned().unwrap_or_default().latent)?;
        let sets = ViewSet::distinct(terms.iter().map(|term| term.views));
        let Given { projector, negatives, limits, .. } = given;
        let (layout, masks, means) = Self::lay_out(&vit, &sets, &terms);
        Ok(Self { vit, settings, negatives, limits, sets, terms, layout, head, projector, masks, means })
    }

    /// The same for one set of views alone: computes the parts that come from it ([`Settings::parts_of`]). The parts of
    /// all sets together are those computed at once.
    pub fn only(&self, set: ViewSet) -> Self {
        let sets = vec![set];
        let terms: Vec<Term> = self.terms.iter().filter(|term| term.views == set).cloned().collect();
        let (layout, masks, means) = Self::lay_out(&self.vit, &sets, &terms);
        let (vit, settings, negatives) = (self.vit.clone(), self.settings.clone(), self.negatives.clone());
        let (limits, head, projector) = (self.limits, self.head.clone(), self.projector.clone());
        Self { vit, settings, negatives, limits, sets, terms, layout, head, projector, masks, means }
    }

    /// The rows of an image, and the constants that address them.
    fn lay_out(vit: &ViT, sets: &[ViewSet], terms: &[Term]) -> (Layout, Option<Tensor<3>>, Option<Tensor<3>>) {
        let device = vit.device();
        let wanted: Vec<ViewSet> = terms.iter().map(|term| term.views).collect();
        let layout = Layout::new(sets, &wanted, vit.config().image);
        let masks = layout.lines(&layout.objectives, |_| 1.0, device);
        let averaged = terms.iter().zip(&layout.objectives).filter(|(term, _)| term.means.is_some());
        let averaged: Vec<_> = averaged.map(|(_, rows)| rows.clone()).collect();
        let means = layout.lines(&averaged, |rows| 1.0 / rows as f32, device);
        (layout, masks, means)
    }

    /// The same backbone, negatives and limits with other settings; heads and projection are drawn anew.
    ///
    /// # Errors
    ///
    /// As [`Extractor::new`].
    pub fn with_settings(&self, settings: Settings) -> Result<Self, ExtractError> {
        let (vit, negatives) = (self.vit.clone(), self.negatives.clone());
        settings.check(vit.config().image)?;
        let given = Given::draw(&settings, negatives, self.limits, vit.config(), vit.device());
        Self::with_given(vit, settings, given)
    }

    /// The same features, computed with other limits on batches.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The limits on what is computed at once.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The backbone.
    pub fn vit(&self) -> &Arc<ViT> {
        &self.vit
    }

    /// The projection of gradients.
    pub fn projector(&self) -> &Projector {
        &self.projector
    }

    /// The SimCLR head; it exists even if the objective is off, since dense gradients use it too.
    pub fn simclr_head(&self) -> &Head {
        &self.head
    }

    /// Cuts an image's views, on the CPU.
    pub fn views(&self, image: &Rgb) -> Views {
        self.views_of(&self.cuts(image))
    }

    /// What an image's views are made of, for all sets of the settings.
    pub fn cuts(&self, image: &Rgb) -> Cuts {
        Cuts::new(image, &self.settings, self.vit.config().image)
    }

    /// The views that this extractor computes with.
    pub fn views_of(&self, cuts: &Cuts) -> Views {
        cuts.views(&self.sets)
    }

    /// How many images share a forward pass.
    pub fn share(&self) -> usize {
        self.limits.images(self.vit.config(), self.layout.views)
    }

    /// Features of one image from its views.
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn compute(&self, views: Views) -> Result<Features, ExtractError> {
        Ok(self.compute_all([views]).await?.pop().unwrap_or_default())
    }

    /// Features of images from their views, in order. Images with few views share a forward pass. The iterator is
    /// advanced only as views are needed, so it may cut them lazily.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Views`] if views were cut with other settings; [`ExtractError::Device`] or
    /// [`ExtractError::NotFinite`] if the device fails, [`ExtractError::Overflow`] if the model does.
    pub async fn compute_all(&self, images: impl IntoIterator<Item = Views>) -> Result<Vec<Features>, ExtractError> {
        let computed = self.compute_rows(images, false).await?;
        Ok(computed.into_iter().map(|(features, _)| features).collect())
    }

    /// The same, with what the images' exact gradients are kept as.
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn compute_exact(
        &self,
        images: impl IntoIterator<Item = Views>,
    ) -> Result<Vec<(Features, Factors)>, ExtractError> {
        self.compute_rows(images, true).await
    }

    async fn compute_rows(
        &self,
        images: impl IntoIterator<Item = Views>,
        exact: bool,
    ) -> Result<Vec<(Features, Factors)>, ExtractError> {
        let share = self.share();
        let mut images = images.into_iter();
        let mut computed = Vec::with_capacity(images.size_hint().0);
        loop {
            let group: Vec<Views> = images.by_ref().take(share).collect();
            if group.is_empty() {
                return Ok(computed);
            }
            for pass in Pass::run(&self.vit, &self.layout, &self.limits, group)? {
                let d = self.masks.is_some().then(|| self.gradient(&pass));
                let rows = self.rows(pass, d, exact);
                let width = rows.dims()[1];
                let values = read(rows).await?;
                computed.extend(values.chunks_exact(width).map(|row| self.split(row)));
            }
        }
    }

    /// Splits a row of [`Extractor::rows`] into its parts; no factors if it has none.
    fn split(&self, mut row: &[f32]) -> (Features, Factors) {
        let (embedding, dim, size) = (self.vit.config().embedding(), self.vit.config().dim, self.projector.size());
        let gradients = self.terms.iter().map(|term| (term.part, size));
        let means = || self.terms.iter().filter_map(|term| term.means);
        let means = means().map(|of| (of.heads, dim)).chain(means().map(|of| (of.embedding, embedding)));
        let mut features = Features::new();
        for (part, length) in self.embedding().map(|part| (part, embedding)).chain(gradients).chain(means) {
            let (vector, rest) = row.split_at(length);
            features.set(part, vector.to_vec());
            row = rest;
        }
        let (d, u) = row.split_at(row.len() / 2);
        let objectives = self.terms.iter().zip(&self.layout.objectives).filter(|_| !row.is_empty());
        let factors = objectives.map(|(term, rows)| {
            let of = rows.start * dim..rows.end * dim;
            (term.part, ViewRows { u: &u[of.clone()], d: &d[of], dim })
        });
        (features, factors.collect())
    }

    /// The embedding, if its view is among the sets.
    fn embedding(&self) -> impl Iterator<Item = Part> {
        self.sets.contains(&ViewSet::Inference).then_some(Part::Embedding).into_iter()
    }

    /// Everything read back from the device, one row per image: embedding, projected gradients, means of heads, means of
    /// embeddings; `exact`: also d and u of every row.
    fn rows(&self, pass: Pass, d: Option<Tensor<3>>, exact: bool) -> Tensor<2> {
        let [images, rows, dim] = pass.u.dims();
        let first = || pass.e.clone().slice([0..images, 0..1]).flatten(1, 2);
        let mut columns: Vec<Tensor<2>> = self.embedding().map(|_| first()).collect();
        let factors: Vec<Tensor<2>> = match &d {
            Some(d) if exact => [d, &pass.u].map(|x| x.clone().reshape([images, rows * dim])).into(),
            _ => Vec::new(),
        };
        if let (Some(masks), Some(d)) = (&self.masks, d) {
            // All objectives in one projection: each gets every row, with the others' rows masked out.
            let count = masks.dims()[1];
            let shape = [images * count, rows, dim];
            let d = d.unsqueeze_dim::<4>(1) * masks.clone().unsqueeze_dim::<4>(3);
            let u = pass.u.clone().unsqueeze_dim::<4>(1).expand([images, count, rows, dim]);
            let projected = self.projector.project(d.reshape(shape), u.reshape(shape));
            columns.push(projected.reshape([images, count * self.projector.size()]));
        }
        if let Some(means) = &self.means {
            let count = means.dims()[1];
            for x in [pass.u, pass.e] {
                let width = x.dims()[2];
                columns.push(means.clone().expand([images, count, rows]).matmul(x).reshape([images, count * width]));
            }
        }
        columns.extend(factors);
        Tensor::cat(columns, 1)
    }

    /// `dL/dz` of every row, `[B, R, E]`, each by its own objective's loss; zero for rows without an objective.
    fn gradient(&self, pass: &Pass) -> Tensor<3> {
        let [images, rows, embedding] = pass.e.dims();
        let terms = self.terms.iter().zip(&self.layout.objectives);
        let mut gradients: Vec<_> = terms.map(|(term, rows)| (rows.start, term.loss.gradient(pass.of(rows)))).collect();
        // Only the embedding's row can be without an objective.
        if gradients.iter().all(|(start, _)| *start != 0) {
            gradients.push((0, Tensor::zeros([images, 1, embedding], self.vit.device())));
        }
        gradients.sort_by_key(|(start, _)| *start);
        let gradient = Tensor::cat(gradients.into_iter().map(|(_, gradient)| gradient).collect(), 1);
        let gradient = gradient.reshape([images * rows, embedding]);
        let d = tail::backward(self.vit.tail(), &pass.saved, gradient);
        d.reshape([images, rows, self.vit.config().dim])
    }

    /// The losses and gradients behind one image's features, in the order of the settings' objectives.
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn trace(&self, views: Views) -> Result<Vec<(Part, Trace)>, ExtractError> {
        Ok(self.compute_traced(views).await?.1)
    }

    /// One image's features, and the losses and gradients behind them, from one forward pass.
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn compute_traced(&self, views: Views) -> Result<(Features, Vec<(Part, Trace)>), ExtractError> {
        let mut passes = Pass::run(&self.vit, &self.layout, &self.limits, vec![views])?;
        let pass = passes.remove(0);
        let gradient = self.gradient(&pass);
        let (d, u) = (read(gradient.clone()).await?, read(pass.u.clone()).await?);
        let e = read(pass.e.clone()).await?;
        let (dim, embedding) = (self.vit.config().dim, self.vit.config().embedding());
        let mut traces = Vec::with_capacity(self.terms.len());
        for (term, rows) in self.terms.iter().zip(&self.layout.objectives) {
            let losses = read(term.loss.losses(pass.of(rows))).await?;
            let of = |all: &[f32], width: usize| all[rows.start * width..rows.end * width].to_vec();
            traces.push((term.part, Trace { losses, d: of(&d, dim), u: of(&u, dim), e: of(&e, embedding) }));
        }
        let row = read(self.rows(pass, Some(gradient), false)).await?;
        Ok((self.split(&row).0, traces))
    }

    /// The tokens of one picture `[1, 3, height, width]` in 0..1, both sides multiples of the patch, for dense
    /// features.
    pub fn dense(&self, picture: Tensor<4>) -> Dense {
        Dense::new(self.vit.clone(), picture)
    }
}

/// Reads numbers from the device, asynchronously, since a browser cannot block.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, ExtractError> {
    let cpu = tensor.device() == Device::flex();
    let data = tensor.into_data_async().await.map_err(ExtractError::device)?;
    let values: Vec<f32> = data.try_to_vec().map_err(ExtractError::device)?;
    match values.iter().all(|x| x.is_finite()) {
        true => Ok(values),
        false if cpu => Err(ExtractError::Overflow),
        false => Err(ExtractError::NotFinite),
    }
}

#[cfg(test)]
mod tests;
