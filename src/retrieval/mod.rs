//! Nearest neighbours, votes and metrics. Plain Rust on slices: fast enough for the page to run within a frame, with no
//! sorting on a GPU.

mod centring;
mod confusion;
mod evaluation;
mod knn;
mod metrics;
mod neighbours;
mod share;
pub mod summary;
mod survey;
mod table;

pub use centring::Centring;
pub use confusion::{Confusion, Turned};
pub use evaluation::{Evaluation, FeatureSet, Outcome, evaluate};
pub use knn::{majority, softmax_weighted};
pub use metrics::{Difference, average_precision, mean, paired_difference, per_class};
pub use neighbours::{Comparison, Cosines, Neighbour, Weights};
pub use share::Share;
pub use survey::{Survey, Tally};
pub use table::{AtK, LARGEST_K, Metric, Row, Value, Verdict};
