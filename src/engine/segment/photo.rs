//! One photo: its tokens, its gradients, its labels.

use std::sync::Arc;

use burn::prelude::*;

use super::{Resemblance, SegmentError, map_size};
use crate::{
    arithmetic::dot,
    fungi::{Dense, Extractor, Settings, extractor},
    segmentation::{Mask, Patches, Rows, RowsRef, SoftLabels},
    vit::ViT,
};

/// A photo that is open.
pub(super) struct OpenPhoto {
    /// Which opening it came with.
    pub opening: u64,
    /// Upright size of the file.
    pub own: (u32, u32),
    /// Size of its maps.
    pub size: (u32, u32),
    /// Patches a side.
    pub grid: usize,
    /// What the gradients need, on the device: the tokens as the backbone gives them among it.
    pub dense: Dense,
    /// Labels of its patches.
    pub labels: SoftLabels,
    /// True labels at the size of its maps, where they are known.
    pub truth: Option<Mask>,
    /// Tokens, each L2-normalised, class token first; `[T, E]`.
    tokens: Rows,
    gradients: Option<Gradients>,
    vit: Arc<ViT>,
}

/// What a photo's gradients depend on beside photo, model and settings: the other support photos' openings, in order.
pub(super) type Against = Vec<u64>;

/// Projected dense gradients, and what they depend on.
struct Gradients {
    rows: Rows,
    against: Against,
    settings: Settings,
}

impl OpenPhoto {
    /// Computes the tokens of a photo of size `own`, seen as `values` `[3, side, side]` in 0..1.
    pub async fn new(
        extractor: &Extractor,
        values: Vec<f32>,
        side: usize,
        own: (u32, u32),
        opening: u64,
    ) -> Result<Self, SegmentError> {
        let vit = extractor.vit().clone();
        let picture = Tensor::<4>::from_data(TensorData::new(values, [1, 3, side, side]), vit.device());
        let dense = extractor.dense(picture);
        Ok(Self {
            opening,
            own,
            size: map_size(own),
            grid: side / vit.config().patch,
            labels: SoftLabels::new(),
            truth: None,
            tokens: read_rows(dense.embeddings()).await?.normalised(),
            dense,
            gradients: None,
            vit,
        })
    }

    /// Whether its tokens are this extractor's model's.
    pub fn is_of(&self, extractor: &Extractor) -> bool {
        Arc::ptr_eq(&self.vit, extractor.vit())
    }

    /// All tokens, each L2-normalised, class token first; `[T, E]`.
    pub fn tokens(&self) -> RowsRef<'_> {
        self.tokens.view()
    }

    /// The patches' tokens, each L2-normalised; `[T - 1, E]`.
    pub fn patch_tokens(&self) -> RowsRef<'_> {
        self.tokens.view().skip(1)
    }

    /// Tokens and gradients; the gradients are empty until [`OpenPhoto::set_gradients`].
    pub fn patches(&self) -> Patches<'_> {
        let tokens = self.patch_tokens();
        Patches { tokens, gradients: self.gradients.as_ref().map_or(tokens.block(0, 0), |own| own.rows.view()) }
    }

    /// Whether its gradients are there and up to date.
    pub fn has_gradients(&self, against: &Against, settings: &Settings) -> bool {
        self.gradients.as_ref().is_some_and(|g| g.against == *against && g.settings == *settings)
    }

    /// Keeps gradients, `[T - 1, D]`, each L2-normalised.
    pub fn set_gradients(&mut self, rows: Rows, against: Against, settings: Settings) {
        self.gradients = Some(Gradients { rows, against, settings });
    }

    /// Whether any patch carries a label.
    pub fn is_labelled(&self) -> bool {
        self.labels.labelled().next().is_some()
    }

    /// Takes the labels of `mask`; tells how many patches carry one.
    pub fn paint(&mut self, mask: Mask) -> Result<usize, SegmentError> {
        self.labels = SoftLabels::of(&self.fit(mask)?, self.grid);
        Ok(self.labels.labelled().count())
    }

    /// Takes the true labels.
    pub fn set_truth(&mut self, mask: Option<Mask>) -> Result<(), SegmentError> {
        self.truth = mask.map(|mask| self.fit(mask)).transpose()?;
        Ok(())
    }

    /// A mask of the photo's own size or of its maps', at its maps' size.
    pub fn fit(&self, mask: Mask) -> Result<Mask, SegmentError> {
        if mask.check_size(self.size.0, self.size.1).is_ok() {
            return Ok(mask);
        }
        mask.check_size(self.own.0, self.own.1)?;
        Ok(mask.resized(self.size.0, self.size.1))
    }

    /// Cosines of one of its patches with every patch of another photo.
    pub fn resemblance(&self, patch: usize, id: u32, other: &Self) -> Resemblance {
        let embedding = cosines(self.patch_tokens().row(patch), other.patch_tokens());
        let fungi = match (&self.gradients, &other.gradients) {
            (Some(own), Some(others)) if own.settings == others.settings => {
                let gradients = cosines(own.rows.view().row(patch), others.rows.view());
                embedding.iter().zip(gradients).map(|(a, b)| (a + b) / 2.0).collect()
            }
            _ => Vec::new(),
        };
        Resemblance { id, grid: other.grid, embedding, fungi }
    }
}

/// Cosines of a unit vector with unit rows.
fn cosines(row: &[f32], rows: RowsRef<'_>) -> Vec<f32> {
    (0..rows.len()).map(|i| dot(row, rows.row(i))).collect()
}

/// Rows from the device: asynchronously, since a browser cannot wait.
pub(super) async fn read_rows(rows: Tensor<2>) -> Result<Rows, SegmentError> {
    let width = rows.dims()[1];
    Ok(Rows::new(width, extractor::read(rows).await?))
}
