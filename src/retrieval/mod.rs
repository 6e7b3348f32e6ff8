//! What features are for: neighbours, votes, metrics. Plain Rust on slices, so that the page can do it within a frame
//! and a GPU is never asked to sort.

mod centring;
mod evaluation;
mod knn;
mod metrics;
mod neighbours;

pub use centring::Centring;
pub use evaluation::{Evaluation, FeatureSet, Outcome, evaluate};
pub use knn::{majority, softmax_weighted};
pub use metrics::{Difference, average_precision, mean, paired_difference, per_class};
pub use neighbours::{Comparison, Cosines, Neighbour, Weights};

/// Inner product of two vectors of one length; eight running sums, which compilers turn into SIMD.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}
