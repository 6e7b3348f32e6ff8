//! Nearest neighbours, votes and metrics. Plain Rust on slices: fast enough for the page to run within a frame, with no
//! sorting on a GPU.

mod centring;
mod confusion;
mod evaluation;
mod knn;
mod map_method;
mod metrics;
mod neighbours;
#[cfg(feature = "evaluation")]
mod principal_components;
mod share;
pub mod summary;
mod survey;
mod table;
#[cfg(feature = "evaluation")]
mod tsne;

pub use centring::Centring;
pub use confusion::{Confusion, Turned};
pub use evaluation::{Evaluation, FeatureSet, Outcome, evaluate};
pub use knn::{majority, softmax_weighted};
pub use map_method::MapMethod;
pub use metrics::{Difference, average_precision, mean, paired_difference, per_class};
pub use neighbours::{Comparison, Cosines, Neighbour, Weights};
#[cfg(feature = "evaluation")]
pub use principal_components::{NotFinite, PrincipalComponents};
pub use share::Share;
pub use survey::{Survey, Tally};
pub use table::{AtK, LARGEST_K, Metric, Row, Value, Verdict};
#[cfg(feature = "evaluation")]
pub use tsne::{EPOCHS, principal_plane, tsne};
