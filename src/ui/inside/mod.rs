//! Inside one image: the views that its gradients come from, with losses and lengths, the gradients as pictures, and what
//! the projection makes of them.
//!
//! [`asking`] decides what the engine is asked for, [`about`] and [`words`] say what is shown, [`pointing`] which view is
//! meant, [`colours`] how numbers look; they need no browser. `state` owns the requests; the rest are components.

pub mod about;
pub mod asking;
pub mod colours;
pub mod pointing;
pub mod words;

#[cfg(feature = "page")]
mod cuts;
#[cfg(feature = "page")]
mod dialog;
#[cfg(feature = "page")]
mod matrix;
#[cfg(feature = "page")]
mod objective;
#[cfg(feature = "page")]
mod picture;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod table;
#[cfg(feature = "page")]
mod vector;
#[cfg(feature = "page")]
mod views;

#[cfg(feature = "page")]
pub use dialog::InsideDialog;
#[cfg(feature = "page")]
pub use state::InsideState;

/// A gradient of `count` views for tests: view `i` has the loss `i + 1` and the length 0.01 (`i + 1`).
#[cfg(test)]
fn example(part: crate::fungi::Part, views: crate::fungi::ViewSet, count: usize) -> crate::fungi::Gradient {
    use crate::fungi::{Cells, Gradient, Region};
    let losses: Vec<f32> = (1..=count).map(|i| i as f32).collect();
    let lengths: Vec<f64> = (1..=count).map(|i| 0.01 * i as f64).collect();
    Gradient {
        part,
        views,
        regions: vec![Region { left: 0.1, top: 0.0, width: 0.25, height: 0.5 }; count],
        loss: losses.iter().map(|loss| f64::from(*loss)).sum(),
        length: lengths.iter().sum::<f64>() / 2.0,
        losses,
        lengths,
        picture: Cells { dim: 6, rows: 2, values: vec![0.5, -2.0, 0.0, 1.0, 0.25, 0.0] },
        projected: vec![-0.6, 0.8],
    }
}
