//! What `mycoscope evaluate --json` prints.

use std::collections::BTreeMap;

use serde::Serialize;

use super::input::Input;
use super::seeds::OverSeeds;
use crate::cli::output::Failed;
use crate::fungi::Settings;
use crate::retrieval::{AtK, Difference, Evaluator, Metric, Row, Samples, Value, per_class};

/// Values for k = 1, 2, ...
type ByK<T> = BTreeMap<usize, T>;

/// Everything that is known at the end.
#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub images: usize,
    pub labels: &'a [String],
    /// Share of the most frequent label: what always naming it would reach.
    pub chance: f64,
    /// Images left out since they lie in no folder.
    pub unlabelled: usize,
    /// Files left out since an earlier one has the same content.
    pub repeated: usize,
    pub model: &'a str,
    pub sha256: &'a str,
    pub settings: &'a Settings,
    pub neighbourhood: Neighbourhood,
    /// Whether features were reduced to their principal components.
    pub pca: bool,
    /// Whether gradients were compared without projection.
    pub exact: bool,
    /// Of how many images the numbers are.
    pub samples: Samples,
    pub results: Vec<Set>,
    /// How many seeds `over_seeds` is over.
    pub seeds: u32,
    pub seconds: Seconds,
    pub failed: &'a [Failed],
}

/// Which k are shown, and whether the labels have images enough for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Neighbourhood {
    pub shown: Vec<usize>,
    /// The k that is compared with the embedding.
    pub main: usize,
    /// The largest k up to 20 for which every label has neighbours enough.
    pub fair: usize,
    /// Labels with `main` images or fewer: there, not all neighbours can be right.
    pub too_small: usize,
}

#[derive(Serialize)]
pub(super) struct Seconds {
    /// Computing the features; absent where they were saved before.
    pub features: Option<f64>,
    pub evaluation: f64,
}

/// One feature set.
#[derive(Serialize)]
pub(super) struct Set {
    pub features: String,
    pub centred: bool,
    /// Whether a gradient is among its parts.
    pub gradients: bool,
    /// Accuracy of the majority vote.
    pub accuracy: ByK<f64>,
    /// Accuracy of the softmax-weighted vote.
    pub weighted_accuracy: ByK<f64>,
    /// Share of queries with an image of their label among the k nearest.
    pub recall: ByK<f64>,
    pub map: Option<f64>,
    pub r_precision: Option<f64>,
    pub few_shot: Option<f64>,
    pub linear_probe: Option<f64>,
    pub nmi: Option<f64>,
    pub ari: Option<f64>,
    pub cluster_accuracy: Option<f64>,
    /// Standard deviations of those that have draws or starts.
    pub deviations: BTreeMap<&'static str, f64>,
    /// What is above the embedding, as it is, and by how much; absent for the embedding itself.
    pub against_embedding: Option<Against>,
    /// Accuracy at the main k by label, in the labels' order; absent for a label of which no image was a query.
    pub per_label: Vec<Option<f64>>,
    pub over_seeds: Option<OverSeeds>,
}

/// Differences, each with its 95 % interval and what that says.
#[derive(Serialize)]
pub(super) struct Against {
    pub accuracy: ByK<Judged>,
    pub weighted_accuracy: ByK<Judged>,
    pub recall: ByK<Judged>,
    /// The measures that do not depend on k.
    #[serde(flatten)]
    pub others: BTreeMap<&'static str, Judged>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Judged {
    #[serde(flatten)]
    pub difference: Difference,
    pub verdict: &'static str,
}

impl From<Difference> for Judged {
    fn from(difference: Difference) -> Self {
        Self { difference, verdict: difference.verdict().words() }
    }
}

impl<'a> Report<'a> {
    pub(super) fn new(
        input: &'a Input,
        evaluator: &Evaluator,
        neighbourhood: Neighbourhood,
        largest: usize,
        (pca, seconds): (bool, f64),
        (seeds, spread): (u32, Vec<OverSeeds>),
    ) -> Self {
        let rows = evaluator.rows();
        let set = |(place, row): (usize, &Row)| {
            let votes = evaluator.votes(place, neighbourhood.main);
            let right =
                |(vote, label): (&Option<usize>, &usize)| vote.map(|vote| if vote == *label { 1.0 } else { 0.0 });
            let right: Vec<Option<f64>> = votes.iter().zip(&input.labels).map(right).collect();
            let per_label = per_class(&right, &input.labels, input.names.len());
            Set::new(row, per_label, spread.get(place).copied())
        };
        Self {
            images: input.labels.len(),
            labels: &input.names,
            chance: largest as f64 / input.labels.len() as f64,
            unlabelled: input.unlabelled,
            repeated: input.repeated,
            model: &input.provenance.model,
            sha256: &input.provenance.sha256,
            settings: &input.provenance.settings,
            pca,
            exact: input.factors.is_some(),
            samples: evaluator.samples(),
            results: rows.iter().enumerate().map(set).collect(),
            neighbourhood,
            seeds,
            seconds: Seconds { features: input.seconds, evaluation: seconds },
            failed: &input.failed,
        }
    }
}

/// A measure that does not depend on k, by its name.
const NAMED: [(Metric, &str); 7] = [
    (Metric::Map, "map"),
    (Metric::RPrecision, "r_precision"),
    (Metric::FewShot, "few_shot"),
    (Metric::LinearProbe, "linear_probe"),
    (Metric::Nmi, "nmi"),
    (Metric::Ari, "ari"),
    (Metric::ClusterAccuracy, "cluster_accuracy"),
];

impl Set {
    fn new(row: &Row, per_label: Vec<Option<f64>>, over_seeds: Option<OverSeeds>) -> Self {
        let by_k = |of: fn(&AtK) -> Value| (1..).zip(row.at_k.iter().map(move |at| of(at).value)).collect();
        let value = |metric| Some(row.value(metric, 1)?.value);
        let deviation = |(metric, name)| Some((name, row.value(metric, 1)?.deviation?));
        Self {
            features: row.set.name.clone(),
            centred: row.set.centred,
            gradients: row.set.has_gradients(),
            accuracy: by_k(|at| at.knn),
            weighted_accuracy: by_k(|at| at.weighted_knn),
            recall: by_k(|at| at.recall),
            map: value(Metric::Map),
            r_precision: value(Metric::RPrecision),
            few_shot: value(Metric::FewShot),
            linear_probe: value(Metric::LinearProbe),
            nmi: value(Metric::Nmi),
            ari: value(Metric::Ari),
            cluster_accuracy: value(Metric::ClusterAccuracy),
            deviations: NAMED.into_iter().filter_map(deviation).collect(),
            against_embedding: Against::new(row),
            per_label,
            over_seeds,
        }
    }
}

impl Against {
    fn new(row: &Row) -> Option<Self> {
        let by_k = |of: fn(&AtK) -> Value| -> ByK<Judged> {
            (1..).zip(&row.at_k).filter_map(|(k, at)| Some((k, of(at).against_embedding?.into()))).collect()
        };
        let other = |(metric, name)| Some((name, row.value(metric, 1)?.against_embedding?.into()));
        let against = Self {
            accuracy: by_k(|at| at.knn),
            weighted_accuracy: by_k(|at| at.weighted_knn),
            recall: by_k(|at| at.recall),
            others: NAMED.into_iter().filter_map(other).collect(),
        };
        (!against.accuracy.is_empty() || !against.others.is_empty()).then_some(against)
    }
}
