//! From images to features: one forward pass over all views, three gradients, one projection, one vector back.

use std::sync::Arc;

use burn::prelude::*;

use super::dense::Dense;
use super::given::Given;
use super::heads::{Head, Heads};
use super::layout::Layout;
use super::objectives::{Dino, Kl, NegativeLatents, Simclr};
use super::pass::Pass;
use super::projection::Projector;
use super::tail;
use super::{ExtractError, Features, Negatives, Part, Settings, Views};
use crate::image::Rgb;
use crate::vit::{ViT, ViTConfig};

/// Computes the features of images by a frozen backbone.
pub struct Extractor {
    vit: Arc<ViT>,
    settings: Settings,
    negatives: Negatives,
    layout: Layout,
    kl: Option<Kl>,
    dino: Option<Dino>,
    simclr: Option<Simclr>,
    head: Head,
    projector: Projector,
    /// For each objective that is on, 1 at its views: `[1, K, V]`.
    masks: Option<Tensor<3>>,
    /// For each mean, one over its number of views there: `[1, P, V]`.
    means: Option<Tensor<3>>,
}

/// An objective at one image, for tests and parity: features never need it on this side of the device.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The loss.
    pub loss: f32,
    /// `dL/dz` of each view, `[V, E]`.
    pub d: Vec<f32>,
    /// Concatenated heads of each view, `[V, E]`. The gradient is `sum over v of d_v (x) [u_v; 1]`: [`super::exact::gradient`].
    pub u: Vec<f32>,
}

impl Extractor {
    /// An extractor with heads and projection drawn from the settings' seed.
    ///
    /// # Errors
    ///
    /// An [`ExtractError`] where a setting is out of range or the negatives do not fit.
    pub fn new(vit: impl Into<Arc<ViT>>, settings: Settings, negatives: Negatives) -> Result<Self, ExtractError> {
        let vit = vit.into();
        settings.check(vit.config().image)?;
        let (dim, device) = (vit.config().dim, vit.device());
        let heads = Heads::draw(&settings, dim, device);
        let projector = Projector::draw(&settings, dim, device);
        let latents = match &settings.simclr {
            Some(_) => Some(heads.simclr.forward(negatives.tensor(dim, device)?)),
            None => None,
        };
        let given = Given { heads, projector, negatives: latents };
        Ok(Self { negatives, ..Self::with_given(vit, settings, given)? })
    }

    /// An extractor with heads, projection and negatives' latents that were made elsewhere.
    ///
    /// # Errors
    ///
    /// An [`ExtractError`] where a setting is out of range or something given does not fit.
    pub fn with_given(vit: impl Into<Arc<ViT>>, settings: Settings, given: Given) -> Result<Self, ExtractError> {
        let vit = vit.into();
        let ViTConfig { dim, image: side, .. } = *vit.config();
        settings.check(side)?;
        given.check(&settings, dim)?;
        let Given { heads, projector, negatives } = given;
        let head = heads.simclr.clone();
        let kl = settings.kl.as_ref().map(|s| Kl { head: heads.kl, temperature: s.temperature });
        let dino = settings.dino.as_ref().map(|s| Dino {
            student: heads.dino_student,
            teacher: heads.dino_teacher,
            student_temperature: s.student_temperature,
            teacher_temperature: s.teacher_temperature,
            global: s.global,
        });
        let simclr = match &settings.simclr {
            Some(s) => Some(Simclr {
                head: heads.simclr,
                negatives: NegativeLatents::shared(negatives.ok_or(ExtractError::NoNegatives)?),
                temperature: s.temperature,
                library: s.library,
            }),
            None => None,
        };
        let layout = Layout::new(&settings, side);
        let masks = layout.rows(&layout.objectives(), |_| 1.0, vit.device());
        let means = layout.rows(&layout.means(), |views| 1.0 / views as f32, vit.device());
        let negatives = Negatives::default();
        Ok(Self { vit, settings, negatives, layout, kl, dino, simclr, head, projector, masks, means })
    }

    /// The same backbone and negatives with other settings; what was given is drawn anew.
    ///
    /// # Errors
    ///
    /// As [`Extractor::new`].
    pub fn with_settings(&self, settings: Settings) -> Result<Self, ExtractError> {
        Self::new(self.vit.clone(), settings, self.negatives.clone())
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

    /// The SimCLR head, there even where the objective is off: dense gradients use it too.
    pub fn simclr_head(&self) -> &Head {
        &self.head
    }

    /// Features of images, in order; several share a forward pass where their views are few.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Device`] or [`ExtractError::NotFinite`] where the device fails.
    pub async fn extract(&self, images: &[Rgb]) -> Result<Vec<Features>, ExtractError> {
        let mut features = Vec::with_capacity(images.len());
        for group in images.chunks(Pass::images(&self.vit, self.layout.views)) {
            let views: Vec<Views> = group.iter().map(|image| self.views(image)).collect();
            features.extend(self.compute_all(&views).await?);
        }
        Ok(features)
    }

    /// Cuts an image's views, on the CPU.
    pub fn views(&self, image: &Rgb) -> Views {
        Views::cut(image, &self.settings, self.vit.config().image)
    }

    /// Features of one image from its views.
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn compute(&self, views: &Views) -> Result<Features, ExtractError> {
        Ok(self.compute_all(std::slice::from_ref(views)).await?.pop().unwrap_or_default())
    }

    /// Features of images from their views.
    ///
    /// # Errors
    ///
    /// [`ExtractError::Views`] where views were cut with other settings; [`ExtractError::Device`] or
    /// [`ExtractError::NotFinite`] where the device fails.
    pub async fn compute_all(&self, images: &[Views]) -> Result<Vec<Features>, ExtractError> {
        let mut features = Vec::with_capacity(images.len());
        for group in images.chunks(Pass::images(&self.vit, self.layout.views)) {
            let rows = self.rows(group)?;
            let width = rows.dims()[1];
            let values = read(rows).await?;
            features.extend(values.chunks_exact(width).map(|row| self.split(row)));
        }
        Ok(features)
    }

    /// The projected gradients' and means' place in a vector that came back.
    fn split(&self, mut row: &[f32]) -> Features {
        let mut features = Features::new();
        let mut take = |part, length| {
            let (vector, rest) = row.split_at(length);
            features.set(part, vector.to_vec());
            row = rest;
        };
        let (dim, size) = (self.vit.config().dim, self.projector.size());
        take(Part::Embedding, dim);
        for (part, on) in
            [(Part::Kl, self.kl.is_some()), (Part::Dino, self.dino.is_some()), (Part::Simclr, self.simclr.is_some())]
        {
            if on {
                take(part, size);
            }
        }
        for (part, on) in [(Part::MeanDino, self.dino.is_some()), (Part::MeanSimclr, self.simclr.is_some())] {
            if on {
                take(part, dim);
            }
        }
        features
    }

    /// Everything that comes back, a row an image: embedding, projected gradients, means.
    fn rows(&self, group: &[Views]) -> Result<Tensor<2>, ExtractError> {
        let pass = Pass::run(&self.vit, self.layout.views, group)?;
        let [images, views, dim] = pass.e.dims();
        let mut rows = vec![pass.e.clone().slice([0..images, 0..1]).reshape([images, dim])];
        if let Some(masks) = &self.masks {
            let d = self.gradient(&pass);
            // All objectives in one projection: each sees every view, and its mask leaves it its own.
            let count = masks.dims()[1];
            let shape = [images * count, views, dim];
            let d = d.unsqueeze_dim::<4>(1) * masks.clone().unsqueeze_dim::<4>(3);
            let u = pass.u.clone().unsqueeze_dim::<4>(1).expand([images, count, views, dim]);
            let projected = self.projector.project(d.reshape(shape), u.reshape(shape));
            rows.push(projected.reshape([images, count * self.projector.size()]));
        }
        if let Some(means) = &self.means {
            let count = means.dims()[1];
            rows.push(means.clone().expand([images, count, views]).matmul(pass.u).reshape([images, count * dim]));
        }
        Ok(Tensor::cat(rows, 1))
    }

    /// `dL/dz` of every view, `[B, V, E]`, each by its own objective's loss.
    fn gradient(&self, pass: &Pass) -> Tensor<3> {
        let [images, views, dim] = pass.e.dims();
        let kl = match &self.kl {
            Some(kl) => kl.forward(pass.of(0..1)).gradient(),
            None => Tensor::zeros([images, 1, dim], self.vit.device()),
        };
        let mut parts = vec![kl];
        if let (Some(dino), Some(range)) = (&self.dino, &self.layout.dino) {
            parts.push(dino.forward(pass.of(range.clone())).gradient());
        }
        if let (Some(simclr), Some(range)) = (&self.simclr, &self.layout.simclr) {
            parts.push(simclr.forward(pass.of(range.clone())).gradient());
        }
        let gradient = Tensor::cat(parts, 1).reshape([images * views, dim]);
        tail::backward(self.vit.tail(), &pass.saved, gradient).reshape([images, views, dim])
    }

    /// The losses and gradients behind one image's features, for the objectives that are on, in order (KL, DINO, SimCLR).
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn trace(&self, views: &Views) -> Result<Vec<(Part, Trace)>, ExtractError> {
        let pass = Pass::run(&self.vit, self.layout.views, std::slice::from_ref(views))?;
        let losses = [
            (Part::Kl, self.kl.as_ref().map(|kl| kl.forward(pass.of(0..1)).loss())),
            (Part::Dino, self.dino.as_ref().zip(self.layout.dino.clone()).map(|(o, r)| o.forward(pass.of(r)).loss())),
            (
                Part::Simclr,
                self.simclr.as_ref().zip(self.layout.simclr.clone()).map(|(o, r)| o.forward(pass.of(r)).loss()),
            ),
        ];
        let d = read(self.gradient(&pass)).await?;
        let u = read(pass.u).await?;
        let dim = self.vit.config().dim;
        let mut traces = Vec::new();
        let on = losses.into_iter().filter_map(|(part, loss)| Some((part, loss?)));
        for ((part, loss), range) in on.zip(self.layout.objectives()) {
            let loss = read(loss).await?[0];
            let rows = range.start * dim..range.end * dim;
            traces.push((part, Trace { loss, d: d[rows.clone()].to_vec(), u: u[rows].to_vec() }));
        }
        Ok(traces)
    }

    /// The tokens of one picture `[1, 3, height, width]` in 0..1, both sides multiples of the patch, for dense features.
    pub fn dense(&self, picture: Tensor<4>) -> Dense {
        Dense::new(self.vit.clone(), picture)
    }
}

/// Numbers from the device: asynchronously, since a browser cannot wait.
pub(crate) async fn read<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, ExtractError> {
    let data = tensor.into_data_async().await.map_err(|error| ExtractError::Device(format!("{error:?}")))?;
    let values: Vec<f32> = data.try_to_vec().map_err(|error| ExtractError::Device(format!("{error:?}")))?;
    if values.iter().all(|x| x.is_finite()) { Ok(values) } else { Err(ExtractError::NotFinite) }
}
