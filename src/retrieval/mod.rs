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
