//! k-means (Lloyd's algorithm, linfa's), one seeded start at a time.

use linfa::DatasetBase;
use linfa::traits::{Fit, Predict};
use linfa_clustering::{KMeans, KMeansInit};
use ndarray::Array2;

use super::chance::{Draw, Source};
use super::{adjusted_rand_index, matched_accuracy, normalized_mutual_information};

/// How often k-means starts anew.
pub(super) const STARTS: usize = 10;

/// How well the clusters of one start agree with the labels: NMI, ARI, matched accuracy.
pub(super) type Agreement = [f64; 3];

/// Clusters the rows of `features` into as many clusters as there are labels, and holds them against the labels. The first
/// centres are drawn as k-means++ draws them (Arthur and Vassilvitskii 2007). `None` where k-means fails.
pub(super) fn cluster(features: &Array2<f64>, labels: &[usize], seed: u64, start: usize) -> Option<Agreement> {
    let mut classes = labels.to_vec();
    classes.sort_unstable();
    classes.dedup();
    if labels.is_empty() || features.ncols() == 0 || features.nrows() != labels.len() {
        return None;
    }
    let source = Source(Draw::Start(start as u32).stream(seed));
    let data = DatasetBase::from(features.view());
    let model = KMeans::params_with_rng(classes.len(), source)
        .init_method(KMeansInit::KMeansPlusPlus)
        .n_runs(1)
        .max_n_iterations(300)
        .tolerance(1e-4)
        .fit(&data)
        .ok()?;
    let clusters: Vec<usize> = model.predict(&data).to_vec();
    Some([
        normalized_mutual_information(labels, &clusters),
        adjusted_rand_index(labels, &clusters),
        matched_accuracy(labels, &clusters)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    #[test]
    fn groups_far_apart_are_found_and_starts_are_repeatable() {
        let mut stream = Stream::new(4, Purpose::Bootstrap, 0);
        let labels: Vec<usize> = (0..60).map(|i| i % 3).collect();
        let features = Array2::from_shape_fn((60, 4), |(i, j)| {
            f64::from(stream.uniform()) * 0.1 + if j == i % 3 { 1.0 } else { 0.0 }
        });
        let best =
            (0..STARTS).filter_map(|start| cluster(&features, &labels, 0, start)).fold(0.0, |a: f64, b| a.max(b[2]));
        assert!((best - 1.0).abs() < 1e-12);
        assert_eq!(cluster(&features, &labels, 7, 2), cluster(&features, &labels, 7, 2));
    }

    #[test]
    fn equal_images_and_none_are_no_panic() {
        let same = Array2::from_elem((5, 2), 0.5);
        assert!(cluster(&same, &[0, 1, 2, 3, 4], 0, 0).is_some());
        assert_eq!(cluster(&Array2::zeros((0, 0)), &[], 0, 0), None);
    }
}
