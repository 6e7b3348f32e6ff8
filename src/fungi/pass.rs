//! The forward pass: views in batches that every device can hold, through the backbone and the last block's tail.

use std::ops::Range;

use burn::prelude::*;

use super::{ExtractError, Views};
use crate::vit::{Saved, ViT, ViTConfig};

/// No tensor of a forward pass exceeds this: small GPUs bind 128 MiB.
const LARGEST: usize = 128 << 20;
/// Views of several images share a pass up to this many; beyond it a larger batch gains nothing.
const BATCH: usize = 128;

/// The class tokens of some images' views before and behind the last block's tail.
pub(super) struct Pass {
    /// `[B, V, E]`.
    pub u: Tensor<3>,
    /// `[B, V, E]`.
    pub e: Tensor<3>,
    pub saved: Saved,
}

impl Pass {
    /// Runs `views` views of each image through the backbone and the tail.
    pub(super) fn run(vit: &ViT, views: usize, group: &[Views]) -> Result<Self, ExtractError> {
        let ViTConfig { dim, image: side, .. } = *vit.config();
        let expected = views * 3 * side * side;
        if let Some(other) = group.iter().find(|views| views.values().len() != expected) {
            return Err(ExtractError::Views { found: other.values().len(), expected });
        }
        let values: Vec<f32> = group.iter().flat_map(Views::values).copied().collect();
        let (u, x) = forward(vit, &values);
        let (e, saved) = vit.tail().forward(u.clone(), x);
        let shape = [group.len(), views, dim];
        Ok(Self { u: u.reshape(shape), e: e.reshape(shape), saved })
    }

    /// How many images of `views` views share a pass.
    pub(super) fn images(vit: &ViT, views: usize) -> usize {
        (batch(vit.config()).min(BATCH) / views).max(1)
    }

    /// Embeddings of some views of every image.
    pub(super) fn of(&self, views: Range<usize>) -> Tensor<3> {
        self.e.clone().slice([0..self.e.dims()[0], views])
    }
}

/// Views of a model's input size, `[3, S, S]` one behind the other, up to the last block's heads: `u` and `x`, `[V, E]`.
pub(super) fn forward(vit: &ViT, values: &[f32]) -> (Tensor<2>, Tensor<2>) {
    let side = vit.config().image;
    let view = 3 * side * side;
    let pass = |values: &[f32]| {
        let shape = [values.len() / view, 3, side, side];
        let state = vit.class(Tensor::from_data(TensorData::new(values.to_vec(), shape), vit.device()));
        (state.u, state.x)
    };
    // Equal shares: a small last batch would run as slowly as a full one, and compile kernels of its own.
    let count = values.len() / view;
    let share = count.div_ceil(count.div_ceil(batch(vit.config())).max(1)).max(1);
    let (mut u, mut x): (Vec<_>, Vec<_>) = values.chunks(share * view).map(pass).unzip();
    match (u.len(), u.pop(), x.pop()) {
        (1, Some(u), Some(x)) => (u, x),
        (_, last_u, last_x) => (
            Tensor::cat([u, last_u.into_iter().collect()].concat(), 0),
            Tensor::cat([x, last_x.into_iter().collect()].concat(), 0),
        ),
    }
}

/// Views that fit a pass without a tensor beyond [`LARGEST`], counting attention weights as if they were stored.
fn batch(config: &ViTConfig) -> usize {
    let ViTConfig { image, dim, heads, .. } = *config;
    let tokens = config.tokens();
    let view = (tokens * config.mlp_width().max(3 * dim).max(heads * tokens)).max(3 * image * image);
    (LARGEST / 4 / view).max(1)
}
