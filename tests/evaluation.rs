//! The evaluation's numbers are scikit-learn's, on the features and numbers of `fixtures/evaluation`.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::sync::Arc;

use mycoscope::fungi::{Features, Part};
use mycoscope::retrieval::{
    Evaluator, FeatureSet, FeatureTable, Metric, Question, adjusted_rand_index, linear_probe, matched_accuracy,
    normalized_mutual_information,
};
use ndarray::Array2;
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
    let table = Arc::new(FeatureTable::from_features(&expected.features()));
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
    let table = FeatureTable::from_features(&expected.features());
    for set in &expected.sets {
        let table = if set.centred { table.centred() } else { table.clone() };
        let (rows, width) = table.concatenated(&set.set());
        let total: f32 = set.weights.values().sum();
        let features = Array2::from_shape_fn((rows.len() / width, width), |(image, i)| {
            f64::from(rows[image * width + i]) / f64::from(total).sqrt()
        });
        for (c, wanted) in &set.probe {
            let fold = |fold| linear_probe(&features, &expected.labels, &expected.folds, fold, c.parse().unwrap());
            let named: BTreeMap<usize, usize> = (0..5).flat_map(fold).collect();
            assert_eq!(named.len(), wanted.len());
            for (image, wanted) in wanted.iter().enumerate().filter_map(|(image, wanted)| Some((image, (*wanted)?))) {
                assert_eq!(named[&image], wanted, "image {image}, C = {c}");
            }
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
