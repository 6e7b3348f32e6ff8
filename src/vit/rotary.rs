//! Rotary position embeddings (Su et al., arXiv 2104.09864) as DINOv3 has them (Siméoni et al., arXiv 2508.10104): queries and
//! keys are turned by angles that grow with a patch's place, instead of positions that are added to the tokens.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::sync::{Mutex, PoisonError};

use burn::prelude::*;

/// Cosines and sines for a grid, each `[1, T, 1, 1, head / 2]`.
type Turn = [Tensor<5>; 2];

/// The turns of queries and keys.
pub(super) struct Rotary {
    head: usize,
    prefix: usize,
    cache: Mutex<BTreeMap<[usize; 2], Turn>>,
}

impl Rotary {
    /// For heads of `head` numbers, a multiple of four. The `prefix` tokens before the patches are not turned.
    pub(super) fn new(head: usize, prefix: usize) -> Self {
        Self { head, prefix, cache: Mutex::default() }
    }

    /// Turns queries or keys `[V, T, heads * head]` of views with this `grid` of patches. In each head the first half of the
    /// numbers makes pairs with the second.
    pub(super) fn turned(&self, x: Tensor<3>, grid: [usize; 2]) -> Tensor<3> {
        let [cos, sin] = self.turn(grid, &x.device());
        let [views, tokens, width] = x.dims();
        let x = x.reshape([views, tokens, width / self.head, 2, self.head / 2]);
        let (a, b) = (x.clone().narrow(3, 0, 1), x.narrow(3, 1, 1));
        let (turned_a, turned_b) = (a.clone() * cos.clone() - b.clone() * sin.clone(), b * cos + a * sin);
        Tensor::cat(vec![turned_a, turned_b], 3).reshape([views, tokens, width])
    }

    fn turn(&self, grid: [usize; 2], device: &Device) -> Turn {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.entry(grid).or_insert_with(|| self.make(grid, device)).clone()
    }

    fn make(&self, [rows, columns]: [usize; 2], device: &Device) -> Turn {
        let half = self.head / 2;
        let mut angles = vec![0.0; self.prefix * half];
        for patch in 0..rows * columns {
            angles.extend(angles_at(centre(patch / columns, rows), half / 2));
            angles.extend(angles_at(centre(patch % columns, columns), half / 2));
        }
        let tokens = self.prefix + rows * columns;
        [f64::cos, f64::sin].map(|of| {
            let values: Vec<f32> = angles.iter().map(|&angle| of(angle) as f32).collect();
            Tensor::from_data(TensorData::new(values, [1, tokens, 1, 1, half]), device)
        })
    }
}

/// Where the middle of place `index` among `count` is, between -1 and 1.
fn centre(index: usize, count: usize) -> f64 {
    (2 * index + 1) as f64 / count as f64 - 1.0
}

/// `count` angles at a place: a turn over periods from 1 to 100, in equal ratios.
fn angles_at(place: f64, count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |i| TAU * place / 100f64.powf(i as f64 / count as f64))
}
