//! Nearest neighbours, votes and metrics. Plain Rust on slices: fast enough for the page to run within a frame, with no
//! sorting on a GPU.

mod centring;
mod classes;
mod confusion;
mod feature_set;
mod knn;
mod map_method;
mod metrics;
mod neighbours;
mod question;
mod share;
pub mod summary;
mod survey;
mod table;

#[cfg(feature = "evaluation")]
mod chance;
#[cfg(feature = "evaluation")]
mod clustering;
#[cfg(feature = "evaluation")]
mod columns;
#[cfg(feature = "evaluation")]
mod evaluator;
#[cfg(feature = "evaluation")]
mod exact;
#[cfg(feature = "evaluation")]
mod feature_table;
#[cfg(feature = "evaluation")]
mod few_shot;
#[cfg(feature = "evaluation")]
mod linear_probe;
#[cfg(feature = "evaluation")]
mod matching;
#[cfg(feature = "evaluation")]
mod outcome;
#[cfg(feature = "evaluation")]
mod partition;
#[cfg(feature = "evaluation")]
mod principal_components;
#[cfg(feature = "evaluation")]
mod resampling;
#[cfg(feature = "evaluation")]
mod sampled;
#[cfg(feature = "evaluation")]
mod shifted;
#[cfg(feature = "evaluation")]
mod spaces;
#[cfg(feature = "evaluation")]
mod stages;
#[cfg(feature = "evaluation")]
mod tsne;

pub use centring::Centring;
pub use classes::Classes;
pub use confusion::{Confusion, Turned};
pub use feature_set::FeatureSet;
pub use knn::{majority, softmax_weighted};
pub use map_method::MapMethod;
pub use metrics::{Difference, average_precision, mean, per_class};
pub use neighbours::{Comparison, Cosines, Neighbour, Weights};
pub use question::{Effort, Question, Samples, components};
pub use share::Share;
pub use survey::{Survey, Tally};
pub use table::{AtK, LARGEST_K, Metric, Row, Value, Verdict};

#[cfg(feature = "evaluation")]
pub use {
    clustering::k_means,
    evaluator::Evaluator,
    exact::{ExactCentring, ExactMeans, Gram, exact_cosines, exact_features, exact_features_bytes},
    feature_table::FeatureTable,
    linear_probe::{linear_probe, stratified_folds},
    partition::{adjusted_rand_index, matched_accuracy, normalized_mutual_information},
    principal_components::{NotFinite, PrincipalComponents},
    resampling::mean_difference,
    tsne::{EPOCHS, principal_plane, tsne},
};
