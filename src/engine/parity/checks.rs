//! Compares golden tensors with the extractor that computes features, given golden heads, signs and negatives.

use burn::prelude::*;

use super::ParityError;
use super::cut::{Cut, inference};
use super::golden::Golden;
use super::measure::{FEATURE, LOOSE, Limit, Measures, VALUE, VIEW, compare};
use super::method::Method;
use crate::fungi::extractor::read;
use crate::fungi::objectives::{NegativeLatents, Simclr};
use crate::fungi::{ExtractError, Extractor, Features, Part, SimclrSettings, exact};

/// The parts of the paper's feature, which golden tensors have.
const PAPER: [Part; 4] = [Part::Embedding, Part::Kl, Part::Dino, Part::Simclr];

/// Golden tensors, and the program's own computation to compare with them.
pub(super) struct Checks<'a> {
    golden: &'a Golden<'a>,
    method: Method,
    /// Limit of features.
    feature: Limit,
}

impl<'a> Checks<'a> {
    pub(super) fn new(golden: &'a Golden<'a>, device: &Device, gpu: bool) -> Result<Self, ParityError> {
        let feature = if gpu { LOOSE } else { FEATURE };
        Ok(Self { golden, method: Method::new(golden, device)?, feature })
    }

    /// Compares all golden tensors of image `i`; `covered` gains the names of the tensors that were compared.
    pub(super) async fn image(
        &self,
        i: usize,
        measures: &mut Measures,
        covered: &mut Vec<String>,
    ) -> Result<(), ParityError> {
        let mut check = |quantity: &str, got: &[f32], width: usize, limit: Limit| -> Result<(), ParityError> {
            let name = format!("image{i}.{quantity}");
            if let Some(golden) = self.golden.floats(&name)? {
                compare(measures, quantity, got, &golden.data, width, limit);
                covered.push(name);
            }
            Ok(())
        };
        let Method { vit, paper, library, signs, .. } = &self.method;
        let (side, dim) = (vit.config().image, vit.config().embedding());
        let own = Cut::own(self.golden, i, side)?;
        let views = [("inference.view", &own.inference), ("dino.views", &own.dino), ("simclr.views", &own.simclr)];
        for (quantity, views) in views.into_iter().filter(|(_, views)| !views.is_empty()) {
            check(quantity, views, self.view(), VIEW)?;
        }
        let (own_views, has_crops) = (own.views(paper.settings()), !own.dino.is_empty());
        let given = own.golden(self.golden, i)?;
        check("embedding", &self.embedding(&given.inference).await?, dim, VALUE)?;
        check("tokens", &read(self.tokens(&given.inference)?).await?, dim, VALUE)?;
        let features = self.objectives(paper, &given, "simclr", &mut check).await?;
        if let Some(library) = library {
            self.objectives(library, &given, "simclr_library", &mut check).await?;
        }
        if *signs && PAPER.iter().all(|&part| features.get(part).is_some()) {
            let ours = features.concatenated(&PAPER);
            check("fungi", &ours, ours.len(), self.feature)?;
            let golden = self.golden.floats(&format!("image{i}.fungi"))?;
            if let Some(golden) = golden.filter(|_| has_crops) {
                let own = paper.compute(own_views).await?.concatenated(&PAPER);
                compare(measures, "fungi, with views of its own", &own, &golden.data, own.len(), self.feature);
            }
        }
        self.dense(i, measures, covered).await
    }

    /// Losses, gradients and features of the extractor's objectives.
    async fn objectives(
        &self,
        extractor: &Extractor,
        cut: &Cut,
        simclr: &str,
        check: &mut impl FnMut(&str, &[f32], usize, Limit) -> Result<(), ParityError>,
    ) -> Result<Features, ParityError> {
        let views = cut.views(extractor.settings());
        let dim = self.method.vit.config().dim;
        for (part, trace) in extractor.trace(views.clone()).await? {
            let name = quantity(part, simclr);
            // Golden KL is a mean over the latents, ours their sum.
            let scale = if part == Part::Kl { 1.0 / self.method.kl_latent as f64 } else { 1.0 };
            let gradient = exact::gradient(&trace.d, &trace.u, dim);
            let gradient: Vec<f32> = gradient.into_iter().map(|x| (x * scale) as f32).collect();
            check(&format!("{name}.loss"), &[(trace.loss() * scale) as f32], 1, VALUE)?;
            check(&format!("{name}.gradient"), &gradient, dim * (dim + 1), VALUE)?;
        }
        let features = extractor.compute(views).await?;
        if self.method.signs {
            for part in [Part::Kl, Part::Dino, Part::Simclr] {
                if let Some(feature) = features.get(part) {
                    check(&format!("{}.feature", quantity(part, simclr)), feature, feature.len(), self.feature)?;
                }
            }
        }
        Ok(features)
    }

    /// Dense features: all tokens of the image are positives, all tokens of the next one negatives.
    async fn dense(&self, i: usize, measures: &mut Measures, covered: &mut Vec<String>) -> Result<(), ParityError> {
        for (quantity, library) in [("dense", false), ("dense_library", true)] {
            let names = ["loss", "feature"].map(|kind| (kind, format!("image{i}.{quantity}.{kind}")));
            if !names.iter().any(|(_, name)| self.golden.has(name)) || !self.golden.has("head.simclr.weight") {
                continue;
            }
            let next = self.inference((i + 1) % self.golden.images.len())?;
            let negatives = NegativeLatents::new(self.method.simclr.forward(self.tokens(&next)?));
            let temperature = SimclrSettings::default().temperature;
            let objective = Simclr { head: self.method.simclr.clone(), negatives, temperature, library };
            let inference = self.inference(i)?;
            let dense = self.method.paper.dense(self.picture(&inference));
            for (kind, name) in names {
                let (Some(golden), true) = (self.golden.floats(&name)?, kind == "loss" || self.method.signs) else {
                    continue;
                };
                let (got, limit) = match kind {
                    "loss" => (read(dense.loss(&objective)).await?, VALUE),
                    _ => (read(dense.features(&objective, &self.method.projector)).await?, LOOSE),
                };
                let width = golden.shape.last().copied().unwrap_or(1);
                compare(measures, &format!("{quantity}.{kind}"), &got, &golden.data, width, limit);
                covered.push(name);
            }
        }
        Ok(())
    }

    /// The numbers of one view.
    fn view(&self) -> usize {
        3 * self.method.vit.config().image.pow(2)
    }

    /// The golden inference view, or else the program's own.
    fn inference(&self, i: usize) -> Result<Vec<f32>, ParityError> {
        let golden = self.golden.floats(&format!("image{i}.inference.view"))?;
        let own = || inference(self.golden, i, self.method.vit.config().image);
        Ok(golden.map_or_else(own, |view| view.data))
    }

    fn picture(&self, view: &[f32]) -> Tensor<4> {
        let side = self.method.vit.config().image;
        Tensor::from_data(TensorData::new(view.to_vec(), [1, 3, side, side]), self.method.vit.device())
    }

    async fn embedding(&self, view: &[f32]) -> Result<Vec<f32>, ParityError> {
        self.sized(view)?;
        let state = self.method.vit.class(self.picture(view));
        Ok(read(self.method.vit.tail().forward(state.u, state.x).0).await?)
    }

    fn tokens(&self, view: &[f32]) -> Result<Tensor<2>, ParityError> {
        self.sized(view)?;
        Ok(self.method.paper.dense(self.picture(view)).embeddings())
    }

    fn sized(&self, view: &[f32]) -> Result<(), ParityError> {
        let (found, expected) = (view.len(), self.view());
        if found == expected { Ok(()) } else { Err(ExtractError::Views { found, expected }.into()) }
    }
}

fn quantity(part: Part, simclr: &str) -> &str {
    if part == Part::Simclr { simclr } else { part.key() }
}
