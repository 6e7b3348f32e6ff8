//! What an evaluation says: a row for each feature set, a value for each measure.

use serde::{Deserialize, Serialize};

use super::{Difference, FeatureSet};

/// The largest neighbourhood that is evaluated.
pub const LARGEST_K: usize = 50;

/// A measure of how well images of one label are found together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Leave-one-out accuracy of the k nearest neighbours' majority.
    Knn,
    /// The same with votes weighted by exp(similarity / 0.07), as DINO's evaluation weighs them.
    WeightedKnn,
    /// Mean average precision.
    Map,
    /// Share of the queries with an image of their own label among the k nearest.
    Recall,
    /// Precision among the R nearest, where R images have the query's label.
    RPrecision,
    /// Accuracy of the nearest neighbour from 5 images a class, mean over 20 draws.
    FewShot,
    /// Accuracy of multinomial logistic regression, 5-fold.
    LinearProbe,
    /// Normalised mutual information of labels and k-means clusters, mean over 10 starts.
    Nmi,
    /// Adjusted Rand index of the same.
    Ari,
    /// Accuracy of the same, each cluster standing for the label that the best one-to-one matching gives it.
    ClusterAccuracy,
}

impl Metric {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Knn,
        Self::WeightedKnn,
        Self::Map,
        Self::Recall,
        Self::RPrecision,
        Self::FewShot,
        Self::LinearProbe,
        Self::Nmi,
        Self::Ari,
        Self::ClusterAccuracy,
    ];

    /// Whether it depends on the size of the neighbourhood.
    pub const fn depends_on_k(self) -> bool {
        matches!(self, Self::Knn | Self::WeightedKnn | Self::Recall)
    }
}

/// One measure of one feature set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// The measure, as a share: 0 to 1 (an adjusted Rand index may be below 0).
    pub value: f64,
    /// Standard deviation over draws or starts, where the measure has some.
    pub deviation: Option<f64>,
    /// How much above the embedding, as it is, with a 95 % interval; absent for the embedding itself.
    pub against_embedding: Option<Difference>,
}

/// The measures that depend on k, at one k.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AtK {
    /// See [`Metric::Knn`].
    pub knn: Value,
    /// See [`Metric::WeightedKnn`].
    pub weighted_knn: Value,
    /// See [`Metric::Recall`].
    pub recall: Value,
}

/// One feature set's measures, as far as they have been computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The feature set.
    pub set: FeatureSet,
    /// For k = 1, 2, ... up to [`LARGEST_K`] or the number of other images; empty until computed.
    pub at_k: Vec<AtK>,
    /// The measures that do not depend on k.
    pub values: Vec<(Metric, Value)>,
}

impl Row {
    /// One of its measures, if it has been computed and makes sense for these labels.
    pub fn value(&self, metric: Metric, k: usize) -> Option<Value> {
        let at = || self.at_k.get(k.checked_sub(1)?.min(self.at_k.len().checked_sub(1)?));
        match metric {
            Metric::Knn => Some(at()?.knn),
            Metric::WeightedKnn => Some(at()?.weighted_knn),
            Metric::Recall => Some(at()?.recall),
            _ => self.values.iter().find(|(of, _)| *of == metric).map(|(_, value)| *value),
        }
    }
}

/// What an interval says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// All of the interval is above zero.
    Better,
    /// All of it is below zero.
    Worse,
    /// It holds zero.
    NotDistinguishable,
}

impl Verdict {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NotDistinguishable => "not distinguishable",
        }
    }
}

impl Difference {
    /// What its interval says.
    pub fn verdict(&self) -> Verdict {
        if self.low > 0.0 {
            Verdict::Better
        } else if self.high < 0.0 {
            Verdict::Worse
        } else {
            Verdict::NotDistinguishable
        }
    }
}
