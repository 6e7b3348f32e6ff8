//! Position embeddings, for the grid they were trained on and for any other.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use burn::prelude::*;

use super::fold::matrix;

/// The prefix tokens, and what is added to the embedded patches of a view.
pub(super) struct Positions {
    /// The prefix tokens with their positions, `[P, E]`.
    prefix: Vec<f64>,
    /// Positions of the trained grid, `[side, side, E]`.
    grid: Vec<f64>,
    side: usize,
    /// The patch embedding's bias, `[E]`.
    bias: Vec<f64>,
    cache: Mutex<BTreeMap<[usize; 2], Tensor<2>>>,
}

impl Positions {
    /// From the prefix tokens with their positions `[P, E]`, the patches' positions `[side * side, E]` and the patch
    /// embedding's bias `[E]`.
    pub(super) fn new(prefix: Vec<f64>, grid: Vec<f64>, bias: Vec<f64>) -> Self {
        let side = (grid.len() / bias.len()).isqrt();
        Self { prefix, grid, side, bias, cache: Mutex::default() }
    }

    /// For a grid of `rows` by `columns` patches, `[P + rows * columns, E]`: the prefix tokens with their positions,
    /// then position and bias of each patch. Cached for each grid.
    pub(super) fn of(&self, rows: usize, columns: usize, device: &Device) -> Tensor<2> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.entry([rows, columns]).or_insert_with(|| self.make(rows, columns, device)).clone()
    }

    fn make(&self, rows: usize, columns: usize, device: &Device) -> Tensor<2> {
        let width = self.bias.len();
        let grid = resize(&self.grid, [self.side; 2], [rows, columns], width);
        let patches = grid.chunks_exact(width).flat_map(|patch| patch.iter().zip(&self.bias).map(|(p, b)| p + b));
        let values: Vec<f32> = self.prefix.iter().copied().chain(patches).map(|x| x as f32).collect();
        let tokens = values.len() / width;
        matrix(values, [tokens, width], device)
    }
}

/// Resizes a grid `[rows, columns, width]` bicubically (Keys 1981, a = -0.75), without antialiasing, pixel centres at
/// halves (`align_corners = false`), borders repeated, as is usual for ViTs.
pub(super) fn resize(grid: &[f64], from: [usize; 2], to: [usize; 2], width: usize) -> Vec<f64> {
    if from == to {
        return grid.to_vec();
    }
    let (rows, columns) = (taps(from[0], to[0]), taps(from[1], to[1]));
    let mut out = Vec::with_capacity(to[0] * to[1] * width);
    for row in &rows {
        for column in &columns {
            let start = out.len();
            out.resize(start + width, 0.0);
            for (y, wy) in row {
                for (x, wx) in column {
                    let source = &grid[(y * from[1] + x) * width..][..width];
                    out[start..].iter_mut().zip(source).for_each(|(out, p)| *out += wy * wx * p);
                }
            }
        }
    }
    out
}

/// For each of `to` places, the four sources among `from` and their weights.
fn taps(from: usize, to: usize) -> Vec<[(usize, f64); 4]> {
    let scale = from as f64 / to as f64;
    (0..to)
        .map(|place| {
            let centre = (place as f64 + 0.5) * scale - 0.5;
            let floor = centre.floor();
            [-1.0, 0.0, 1.0, 2.0].map(|offset| {
                let source = (floor + offset).clamp(0.0, (from - 1) as f64);
                (source as usize, cubic(centre - floor - offset))
            })
        })
        .collect()
}

fn cubic(distance: f64) -> f64 {
    const A: f64 = -0.75;
    let x = distance.abs();
    if x <= 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        ((A * x - 5.0 * A) * x + 8.0 * A) * x - 4.0 * A
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_sum_to_one_and_an_equal_grid_is_unchanged() {
        for (from, to) in [(4, 7), (7, 4), (3, 12), (1, 5)] {
            for taps in taps(from, to) {
                assert!((taps.iter().map(|tap| tap.1).sum::<f64>() - 1.0).abs() < 1e-12);
            }
        }
        let grid: Vec<f64> = (0..18).map(f64::from).collect();
        assert_eq!(resize(&grid, [3, 3], [3, 3], 2), grid);
    }

    /// By hand: two places at distance 1 made four; centres fall at -0.25, 0.25, 0.75 and 1.25, and the kernel at
    /// 0.25, 0.75, 1.25 and 1.75 is 0.87890625, 0.26171875, -0.10546875 and -0.03515625.
    #[test]
    fn doubling_matches_weights_worked_out_by_hand() {
        let resized = resize(&[0.0, 1.0], [1, 2], [1, 4], 1);
        let inner = 0.261_718_75 - 0.035_156_25;
        let outer = -0.105_468_75;
        let expected = [outer, inner, 1.0 - inner, 1.0 - outer];
        for (found, expected) in resized.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{resized:?}");
        }
    }
}
