//! One image taken apart: everything behind its features, view by view and patch by patch.

use burn::prelude::*;

use super::extractor::read;
use super::views::{inference, regions};
use super::{
    Contributions, Dense, Explanation, ExtractError, Extractor, Features, Part, Region, Settings, Trace, ViewRows,
    ViewSet, projection_noise,
};
use crate::arithmetic::dot_f64;
use crate::image::Rgb;

/// What an image's features are made of.
#[derive(Debug, Clone)]
pub struct Dissection {
    /// The picture's width and height.
    pub size: (usize, usize),
    /// Its features, as they are everywhere else.
    pub features: Features,
    /// The views behind each gradient, by the part that it becomes.
    pub traces: Vec<(Part, Trace)>,
    /// The patches of the view that the embedding comes from.
    pub patches: Patches,
    /// Side of the model's input in pixels.
    side: usize,
    /// Width of `d` and `u`: the model's.
    pub(super) dim: usize,
    /// Width of an embedding.
    embedding: usize,
}

/// The patches of a view, row by row.
#[derive(Debug, Clone)]
pub struct Patches {
    /// Rows and columns.
    pub grid: [usize; 2],
    /// Their tokens, L2-normalised, `[P, M]`.
    pub tokens: Vec<f32>,
    /// How much the class token attends to each in the last block, mean over heads: `[P]`.
    pub attention: Vec<f32>,
}

impl Extractor {
    /// Takes an image apart.
    ///
    /// # Errors
    ///
    /// As [`Extractor::compute_all`].
    pub async fn dissect(&self, image: &Rgb) -> Result<Dissection, ExtractError> {
        let (features, traces) = self.compute_traced(self.views(image)).await?;
        let (vit, config) = (self.vit(), self.vit().config());
        let side = config.image;
        let view = TensorData::new(inference(image, side), [1, 3, side, side]);
        let view = Tensor::<4>::from_data(view, vit.device());
        let attention = read(vit.class_weights(view.clone())).await?;
        let tokens = read(Dense::new(vit.clone(), view).tokens()).await?;
        let patches = Patches { grid: [side / config.patch; 2], tokens, attention };
        let (dim, embedding) = (config.dim, config.embedding());
        Ok(Dissection { size: (image.width, image.height), features, traces, patches, side, dim, embedding })
    }
}

impl Dissection {
    /// The losses and gradients behind `part`, if it is a gradient's.
    pub fn trace(&self, part: Part) -> Option<&Trace> {
        self.traces.iter().find(|(of, _)| *of == part).map(|(_, trace)| trace)
    }

    /// Why this image and another are as alike as they are: each part that both have, in order. Both must come from the
    /// extractor with these `settings`.
    pub fn explain(&self, other: &Self, settings: &Settings) -> Vec<Explanation> {
        let explanation = |part: Part| {
            let (a, b) = (self.features.get(part)?, other.features.get(part)?);
            let source = settings.objectives.iter().find(|o| o.part() == part || o.averages_to(part));
            let pairs = match part {
                Part::Embedding => self.patch_pairs(other),
                _ => self.contributions(other, part)?,
            };
            let gradient = settings.objective(part).is_some();
            let noise = gradient.then(|| projection_noise(pairs.cosine, a.len()));
            let views = source.map_or(ViewSet::Inference, |objective| objective.views());
            let regions = [self, other].map(|of| of.regions(part, views, settings));
            Some(Explanation { part, views, regions, cosine: dot_f64(a, b), noise, pairs })
        };
        Part::ALL.into_iter().filter_map(explanation).collect()
    }

    /// Where the views of a part lie in the picture; for the embedding, its view's patches.
    pub fn regions(&self, part: Part, views: ViewSet, settings: &Settings) -> Vec<Region> {
        let views = regions(views, self.size, settings, self.side);
        match (part, &views[..]) {
            (Part::Embedding, [view]) => view.grid(self.patches.grid),
            _ => views,
        }
    }

    /// A guide to what the two embeddings have in common: [`Contributions::of_patches`].
    pub fn patch_pairs(&self, other: &Self) -> Contributions {
        let (a, b) = (&self.patches, &other.patches);
        Contributions::of_patches((&a.tokens, &a.attention), (&b.tokens, &b.attention))
    }

    /// How the cosine of `part` with another image's is made up of pairs of views: exactly, as if gradients were not
    /// projected. `None` for the embedding, which comes from one view ([`Self::patch_pairs`]), and for what either lacks.
    pub fn contributions(&self, other: &Self, part: Part) -> Option<Contributions> {
        let pair = |of: Part| Some((self.trace(of)?, other.trace(of)?));
        let of_heads = |of: Part| {
            let (a, b) = pair(of)?;
            Some(Contributions::of_means(a.rows(self.dim), b.rows(self.dim)))
        };
        let of_embeddings = |of: Part| {
            let (a, b) = pair(of)?;
            Some(Contributions::of_means(embeddings(a, self.embedding), embeddings(b, self.embedding)))
        };
        match part {
            Part::Embedding => None,
            Part::Kl | Part::Dino | Part::Simclr => {
                let (a, b) = pair(part)?;
                Some(Contributions::of_gradients(a.rows(self.dim), b.rows(self.dim)))
            }
            Part::MeanDino => of_heads(Part::Dino),
            Part::MeanSimclr => of_heads(Part::Simclr),
            Part::EmbeddingDino => of_embeddings(Part::Dino),
            Part::EmbeddingSimclr => of_embeddings(Part::Simclr),
        }
    }
}

fn embeddings(trace: &Trace, dim: usize) -> ViewRows<'_> {
    ViewRows { u: &trace.e, d: &[], dim }
}
