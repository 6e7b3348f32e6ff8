//! What is inside one projected gradient: the views that it comes from, and the gradient itself, as a picture.

#[cfg(feature = "engine")]
mod take;

use serde::{Deserialize, Serialize};

use super::{Part, Region, ViewSet};

/// Rows and columns of a gradient's picture at most, the bias apart.
pub const CELLS: usize = 64;

/// One objective's gradient of an image, and what it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gradient {
    /// The part of the feature that it becomes.
    pub part: Part,
    /// The views that it looks at, `V` of them.
    pub views: ViewSet,
    /// Where each lies in the image, `[V]`.
    pub regions: Vec<Region>,
    /// What each adds to the loss, `[V]`.
    pub losses: Vec<f32>,
    /// The Euclidean length of each one's part of the gradient, `|d_v| sqrt(|u_v|^2 + 1)`: `[V]`.
    pub lengths: Vec<f64>,
    /// The loss: the sum of `losses`.
    pub loss: f64,
    /// The length of the whole gradient. Parts of different directions cancel out: it is at most the sum of `lengths`.
    pub length: f64,
    /// The gradient, `[E, E + 1]`, as a picture.
    pub picture: Cells,
    /// What the projection makes of it: a unit vector, `[D]` (section 3.2).
    pub projected: Vec<f32>,
}

/// A gradient in few cells: each is the mean of a block of its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cells {
    /// Outputs of the layer, E.
    pub dim: usize,
    /// Rows of cells, R, at most [`CELLS`]; as many columns hold the weight's gradient, and one more the bias's.
    pub rows: usize,
    /// Row-major, `[R, R + 1]`.
    pub values: Vec<f32>,
}

impl Cells {
    /// The smallest and the largest value; both 0 where there is none.
    pub fn range(&self) -> [f32; 2] {
        let least = self.values.iter().copied().reduce(f32::min).unwrap_or_default();
        let most = self.values.iter().copied().reduce(f32::max).unwrap_or_default();
        [least, most]
    }

    /// The largest absolute value.
    pub fn largest(&self) -> f32 {
        self.values.iter().fold(0.0, |most, value| most.max(value.abs()))
    }

    /// How many of the gradient's numbers a cell of the weight stands for, along either side: this many, or one more.
    pub fn block(&self) -> usize {
        self.dim / self.rows.max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_that_of_the_values() {
        let cells = |values: &[f32]| Cells { dim: 6, rows: 2, values: values.to_vec() };
        let some = cells(&[0.5, -2.0, 0.0, 1.0, 0.25, 0.0]);
        assert_eq!((some.range(), some.largest(), some.block()), ([-2.0, 1.0], 2.0, 3));
        let none = cells(&[]);
        assert_eq!((none.range(), none.largest()), ([0.0, 0.0], 0.0));
    }
}
