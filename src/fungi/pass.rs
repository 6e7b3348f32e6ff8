//! The forward pass: views in batches that every device can hold, through the backbone and the last block's tail.

use std::ops::Range;

use burn::prelude::*;

use super::layout::Layout;
use super::{ExtractError, Limits, Views};
use crate::vit::{Saved, ViT, ViTConfig};

/// The class tokens of some images' rows before and after the last block's tail.
pub(super) struct Pass {
    /// `[B, R, E]`.
    pub u: Tensor<3>,
    /// `[B, R, E]`.
    pub e: Tensor<3>,
    pub saved: Saved,
}

impl Pass {
    /// Runs the views of each image through the backbone, and their rows through the tail.
    pub(super) fn run(vit: &ViT, layout: &Layout, limits: &Limits, group: Vec<Views>) -> Result<Self, ExtractError> {
        let ViTConfig { dim, image: side, .. } = *vit.config();
        let expected = layout.views * 3 * side * side;
        if let Some(other) = group.iter().find(|views| views.values().len() != expected) {
            return Err(ExtractError::Views { found: other.values().len(), expected });
        }
        let shape = [group.len(), layout.rows, dim];
        let mut images = group.into_iter().map(Views::into_values);
        let mut values = images.next().unwrap_or_default();
        images.for_each(|image| values.extend(image));
        let (u, x) = forward(vit, limits, values);
        let u = layout.copied(u);
        let (e, saved) = vit.tail().forward(u.clone(), layout.copied(x));
        Ok(Self { u: u.reshape(shape), e: e.reshape(shape), saved })
    }

    /// Embeddings of some rows of every image.
    pub(super) fn of(&self, rows: &Range<usize>) -> Tensor<3> {
        self.e.clone().slice([0..self.e.dims()[0], rows.clone()])
    }
}

/// Runs views of a model's input size, `[V, 3, S, S]`, up to the last block's heads: `u` and `x`, `[V, E]`.
pub(super) fn forward(vit: &ViT, limits: &Limits, values: Vec<f32>) -> (Tensor<2>, Tensor<2>) {
    let side = vit.config().image;
    let view = 3 * side * side;
    let pass = |values: Vec<f32>| {
        let shape = [values.len() / view, 3, side, side];
        let state = vit.class(Tensor::from_data(TensorData::new(values, shape), vit.device()));
        (state.u, state.x)
    };
    let count = values.len() / view;
    let passes = count.div_ceil(limits.batch(vit.config()));
    if passes <= 1 {
        return pass(values);
    }
    // Equal shares: a small last batch would run as slowly as a full one, and compile kernels of its own.
    let share = count.div_ceil(passes);
    let (u, x): (Vec<_>, Vec<_>) = values.chunks(share * view).map(|values| pass(values.to_vec())).unzip();
    (Tensor::cat(u, 0), Tensor::cat(x, 0))
}
