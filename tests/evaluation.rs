//! The evaluation's numbers are scikit-learn's, on the features and numbers of `fixtures/evaluation`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use faer::Mat;
use mycoscope::fungi::{Features, Part};
use mycoscope::retrieval::{
    Evaluator, FeatureSet, FeatureTable, Metric, Question, adjusted_rand_index, k_means, linear_probe,
    matched_accuracy, normalized_mutual_information,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Expected {
    labels: Vec<usize>,
    parts: BTreeMap<String, Vec<Vec<f32>>>,
    folds: Vec<usize>,
    sets: Vec<Set>,
    partitions: Vec<Partition>,
}

#[derive(Deserialize)]
struct Set {
    weights: BTreeMap<String, f32>,
    centred: bool,
    neighbours: Neighbours,
    /// By C: the class of each image; none where two are as likely.
    probe: BTreeMap<String, Vec<Option<usize>>>,
    /// The same where there are two classes: even and odd labels.
    probe_of_two: BTreeMap<String, Vec<Option<usize>>>,
    k_means: Vec<Clusters>,
}

/// Where k-means began, and where it ended.
#[derive(Deserialize)]
struct Clusters {
    centres: Vec<usize>,
    clusters: Vec<usize>,
}

#[derive(Deserialize)]
struct Neighbours {
    accuracy: BTreeMap<usize, f64>,
    weighted_accuracy: BTreeMap<usize, f64>,
    recall: BTreeMap<usize, f64>,
    map: f64,
    r_precision: f64,
}

#[derive(Deserialize)]
struct Partition {
    clusters: Vec<usize>,
    nmi: f64,
    ari: f64,
    matched: f64,
}

fn expected() -> Expected {
    serde_json::from_str(include_str!("fixtures/evaluation/expected.json")).unwrap()
}

fn part(key: &str) -> Part {
    Part::of_key(key).unwrap()
}

impl Expected {
    fn features(&self) -> Vec<Features> {
        let features = |image: usize| {
            let mut features = Features::new();
            self.parts.iter().for_each(|(key, rows)| features.set(part(key), rows[image].clone()));
            features
        };
        (0..self.labels.len()).map(features).collect()
    }
}

impl Expected {
    /// The images' features under a set, `[images, width]`, and the width.
    fn rows(&self, set: &Set) -> (Vec<f32>, usize) {
        let table = FeatureTable::from_features(&self.features());
        let table = if set.centred { table.centred() } else { table };
        let (rows, width) = table.concatenated(&set.set());
        let total: f32 = set.weights.values().sum();
        (rows.iter().map(|x| x / total.sqrt()).collect(), width)
    }
}

impl Set {
    fn set(&self) -> FeatureSet {
        let parts: Vec<Part> = self.weights.keys().map(|key| part(key)).collect();
        let mut set = FeatureSet { centred: self.centred, ..FeatureSet::of(&parts) };
        self.weights.iter().for_each(|(key, &weight)| set.weights.set(part(key), weight));
        set
    }
}

#[test]
fn neighbours_votes_and_precisions_are_scikit_learns() {
    let expected = expected();
    let table = FeatureTable::from_features(&expected.features());
    let sets = expected.sets.iter().map(Set::set).collect();
    let mut evaluator = Evaluator::new(table, Question::new(sets, expected.labels.clone(), 5, 0));
    while !evaluator.step() {}
    for (row, Set { neighbours, .. }) in evaluator.rows().iter().zip(&expected.sets) {
        let close = |metric, k, wanted: f64| {
            let found = row.value(metric, k).unwrap().value;
            assert!((found - wanted).abs() < 1e-6, "{} {metric:?} k = {k}: {found}, not {wanted}", row.set.name);
        };
        neighbours.accuracy.iter().for_each(|(&k, &wanted)| close(Metric::Knn, k, wanted));
        neighbours.weighted_accuracy.iter().for_each(|(&k, &wanted)| close(Metric::WeightedKnn, k, wanted));
        neighbours.recall.iter().for_each(|(&k, &wanted)| close(Metric::Recall, k, wanted));
        close(Metric::Map, 1, neighbours.map);
        close(Metric::RPrecision, 1, neighbours.r_precision);
    }
}

#[test]
fn the_linear_probe_names_what_scikit_learns_does() {
    let expected = expected();
    let two: Vec<usize> = expected.labels.iter().map(|label| label % 2).collect();
    for set in &expected.sets {
        let (features, width) = expected.rows(set);
        for (labels, probes) in [(&expected.labels, &set.probe), (&two, &set.probe_of_two)] {
            for (c, wanted) in probes {
                let named = linear_probe(&features, width, labels, &expected.folds, c.parse().unwrap());
                assert_eq!(named.len(), wanted.len());
                for (image, (named, wanted)) in named.iter().zip(wanted).enumerate() {
                    assert!(wanted.is_none() || named == wanted, "image {image}, C = {c}");
                }
            }
        }
    }
}

#[test]
fn k_means_ends_where_scikit_learns_does() {
    let expected = expected();
    for set in &expected.sets {
        let (rows, width) = expected.rows(set);
        let columns = Mat::from_fn(width, expected.labels.len(), |i, image| f64::from(rows[image * width + i]));
        let products = columns.transpose() * &columns;
        for Clusters { centres, clusters } in &set.k_means {
            assert_eq!(k_means(&products, centres), *clusters);
        }
    }
}

#[test]
fn agreement_of_clusters_with_labels_is_scikit_learns() {
    let expected = expected();
    for Partition { clusters, nmi, ari, matched } in &expected.partitions {
        let found = [
            (normalized_mutual_information(&expected.labels, clusters), nmi),
            (adjusted_rand_index(&expected.labels, clusters), ari),
            (matched_accuracy(&expected.labels, clusters).unwrap(), matched),
        ];
        assert!(found.iter().all(|(found, wanted)| (found - *wanted).abs() < 1e-12), "{found:?}");
    }
}
