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
    /// `[B, R, M]`.
    pub e: Tensor<3>,
    pub saved: Saved,
}

impl Pass {
    /// Runs the views of all images through the backbone together, and their rows through the tail: on a GPU together as
    /// well, on the CPU image by image. Nothing there gets faster by more rows, and so an image's numbers are the same, to
    /// the bit, whatever it shares the pass with.
    pub(super) fn run(
        vit: &ViT,
        layout: &Layout,
        limits: &Limits,
        group: Vec<Views>,
    ) -> Result<Vec<Self>, ExtractError> {
        let ViTConfig { dim, image: side, .. } = *vit.config();
        let expected = layout.views * 3 * side * side;
        if let Some(other) = group.iter().find(|views| views.values().len() != expected) {
            return Err(ExtractError::Views { found: other.values().len(), expected });
        }
        let images_each = if *vit.device() == Device::flex() { 1 } else { group.len() };
        let passes = group.len() / images_each;
        let mut images = group.into_iter().map(Views::into_values);
        let mut values = images.next().unwrap_or_default();
        images.for_each(|image| values.extend(image));
        let (u, x) = forward(vit, limits, values);
        let rows = images_each * layout.views;
        let of = |i: usize| {
            let part = |all: &Tensor<2>| all.clone().slice([i * rows..(i + 1) * rows, 0..dim]);
            let u = layout.copied(part(&u));
            let (e, saved) = vit.tail().forward(u.clone(), layout.copied(part(&x)));
            let [rows, embedding] = [layout.rows, vit.config().embedding()];
            Self { u: u.reshape([images_each, rows, dim]), e: e.reshape([images_each, rows, embedding]), saved }
        };
        Ok((0..passes).map(of).collect())
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
