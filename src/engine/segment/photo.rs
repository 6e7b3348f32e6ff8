//! One photo: its tokens, its gradients, its labels.

use std::sync::Arc;

use burn::prelude::*;

use super::{
    Resemblance, SegmentError,
    features::{Against, read},
};
use crate::{
    engine::MAP_SIDE,
    fungi::{Dense, Extractor, Settings},
    segmentation::{Mask, Patches, Rows, SoftLabels},
    vit::ViT,
};

/// A photo that is open.
pub(super) struct Photo {
    /// Which opening it came with.
    pub opening: u64,
    /// Upright size of the file.
    pub own: (u32, u32),
    /// Size of its maps.
    pub size: (u32, u32),
    /// Patches a side.
    pub grid: usize,
    /// What the gradients need, on the device.
    pub dense: Dense,
    /// Tokens as they are, class token first; `[T, E]`.
    pub raw: Rows,
    /// The same, L2-normalised.
    pub with_class: Rows,
    /// The same without the class token; `[T - 1, E]`.
    pub tokens: Rows,
    /// Labels of its patches.
    pub labels: SoftLabels,
    gradients: Option<Gradients>,
    vit: Arc<ViT>,
}

/// Projected dense gradients, and what they depend on.
struct Gradients {
    rows: Rows,
    against: Against,
    settings: Settings,
}

impl Photo {
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
        let raw = read(dense.embeddings()).await?;
        let with_class = raw.clone().normalised();
        let tokens = Rows::new(raw.dim(), with_class.data()[raw.dim()..].to_vec());
        let grid = side / vit.config().patch;
        let labels = SoftLabels::new();
        Ok(Self {
            opening,
            own,
            size: map_size(own),
            grid,
            dense,
            raw,
            with_class,
            tokens,
            labels,
            gradients: None,
            vit,
        })
    }

    /// Whether its tokens are this extractor's model's.
    pub fn is_of(&self, extractor: &Extractor) -> bool {
        Arc::ptr_eq(&self.vit, extractor.vit())
    }

    /// Whether its gradients are there and up to date.
    pub fn has_gradients(&self, against: &Against, settings: &Settings) -> bool {
        self.gradients.as_ref().is_some_and(|g| g.against == *against && g.settings == *settings)
    }

    /// Keeps gradients, `[T - 1, D]`, each L2-normalised.
    pub fn set_gradients(&mut self, rows: Rows, against: Against, settings: Settings) {
        self.gradients = Some(Gradients { rows, against, settings });
    }

    /// Tokens and gradients; without gradients these are empty.
    pub fn patches(&self) -> Patches {
        let gradients = self.gradients.as_ref().map_or_else(|| Rows::empty(1), |gradients| gradients.rows.clone());
        Patches { tokens: self.tokens.clone(), gradients }
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

    /// A mask of the photo's own size or of its maps', at its maps' size.
    pub fn fit(&self, mask: Mask) -> Result<Mask, SegmentError> {
        if mask.check_size(self.size.0, self.size.1).is_err() {
            mask.check_size(self.own.0, self.own.1)?;
        }
        Ok(mask.resized(self.size.0, self.size.1))
    }

    /// Cosines of one of its patches with every patch of another photo.
    pub fn resemblance(&self, patch: usize, id: u32, other: &Self) -> Resemblance {
        let embedding = cosines(self.tokens.row(patch), &other.tokens);
        let fungi = match (&self.gradients, &other.gradients) {
            (Some(own), Some(others)) if own.settings == others.settings => {
                let gradients = cosines(own.rows.row(patch), &others.rows);
                embedding.iter().zip(gradients).map(|(a, b)| (a + b) / 2.0).collect()
            }
            _ => Vec::new(),
        };
        Resemblance { id, grid: other.grid, embedding, fungi }
    }
}

fn cosines(row: &[f32], rows: &Rows) -> Vec<f32> {
    (0..rows.len()).map(|i| row.iter().zip(rows.row(i)).map(|(a, b)| a * b).sum()).collect()
}

/// The photo's size, brought down to [`MAP_SIDE`] on its longer side.
fn map_size((width, height): (u32, u32)) -> (u32, u32) {
    let longer = width.max(height);
    if longer <= MAP_SIDE {
        return (width, height);
    }
    let scaled =
        |x: u32| ((u64::from(x) * u64::from(MAP_SIDE) + u64::from(longer) / 2) / u64::from(longer)).max(1) as u32;
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_are_bounded_and_keep_their_shape() {
        assert_eq!(map_size((256, 384)), (256, 384));
        assert_eq!(map_size((4000, 3000)), (1024, 768));
        assert_eq!(map_size((100_000, 3)), (1024, 1));
    }
}
