//! How well clusters agree with labels.

use std::collections::BTreeMap;

use super::matching::best_matching;

/// How many images each pair of a label and a cluster has.
struct Table {
    cells: BTreeMap<(usize, usize), u64>,
    labels: BTreeMap<usize, u64>,
    clusters: BTreeMap<usize, u64>,
    count: u64,
}

impl Table {
    fn new(labels: &[usize], clusters: &[usize]) -> Self {
        let mut table = Self { cells: BTreeMap::new(), labels: BTreeMap::new(), clusters: BTreeMap::new(), count: 0 };
        for (&label, &cluster) in labels.iter().zip(clusters) {
            *table.cells.entry((label, cluster)).or_default() += 1;
            *table.labels.entry(label).or_default() += 1;
            *table.clusters.entry(cluster).or_default() += 1;
            table.count += 1;
        }
        table
    }
}

/// Mutual information of labels and clusters, over the mean of their entropies: 0 where they know nothing of each other, 1
/// where they are the same but for names. As scikit-learn's `normalized_mutual_info_score`: 1 if both have a single class.
pub fn normalized_mutual_information(labels: &[usize], clusters: &[usize]) -> f64 {
    let Table { cells, labels, clusters, count } = Table::new(labels, clusters);
    if labels.len() == clusters.len() && labels.len() <= 1 {
        return 1.0;
    }
    let share = |part: u64| part as f64 / count as f64;
    let entropy =
        |sizes: &BTreeMap<usize, u64>| -sizes.values().map(|&size| share(size) * share(size).ln()).sum::<f64>();
    let of_cell = |(&(label, cluster), &cell): (&(usize, usize), &u64)| {
        share(cell) * (share(cell) / (share(labels[&label]) * share(clusters[&cluster]))).ln()
    };
    let information: f64 = cells.iter().map(of_cell).sum();
    if information <= f64::EPSILON {
        return 0.0;
    }
    information / ((entropy(&labels) + entropy(&clusters)) / 2.0)
}

/// The adjusted Rand index (Hubert and Arabie 1985): how many pairs of images are together in both or apart in both, 0 for
/// what chance gives, 1 for the same partition. As scikit-learn's `adjusted_rand_score`.
pub fn adjusted_rand_index(labels: &[usize], clusters: &[usize]) -> f64 {
    let Table { cells, labels, clusters, count } = Table::new(labels, clusters);
    let squares = |sizes: &mut dyn Iterator<Item = u64>| sizes.map(|size| (size * size) as f64).sum::<f64>();
    let both = squares(&mut cells.values().copied());
    let (by_label, by_cluster) = (squares(&mut labels.values().copied()), squares(&mut clusters.values().copied()));
    // Ordered pairs of different images: together in both, only by label, only by cluster, apart in both.
    let (together, label) = (both - count as f64, by_label - both);
    let cluster = by_cluster - both;
    let apart = (count * count) as f64 - both - label - cluster;
    if label == 0.0 && cluster == 0.0 {
        return 1.0;
    }
    2.0 * (together * apart - label * cluster)
        / ((together + label) * (label + apart) + (together + cluster) * (cluster + apart))
}

/// Share of the images whose cluster stands for their label, under the best one-to-one matching of clusters and labels.
/// `None` without images.
pub fn matched_accuracy(labels: &[usize], clusters: &[usize]) -> Option<f64> {
    let Table { cells, labels, clusters, count } = Table::new(labels, clusters);
    let (labels, clusters): (Vec<usize>, Vec<usize>) = (labels.into_keys().collect(), clusters.into_keys().collect());
    let value = |row: usize, column: usize| {
        let pair = labels.get(row).zip(clusters.get(column)).map(|(label, cluster)| (*label, *cluster));
        pair.and_then(|pair| cells.get(&pair)).map_or(0, |cell| *cell as i64)
    };
    let matching = best_matching(labels.len().max(clusters.len()), value);
    let matched: i64 = matching.iter().enumerate().map(|(row, &column)| value(row, column)).sum();
    (count > 0).then(|| matched as f64 / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_partition_under_other_names_agrees_fully() {
        let (labels, clusters) = ([0, 0, 1, 1, 2], [5, 5, 0, 0, 1]);
        assert!((normalized_mutual_information(&labels, &clusters) - 1.0).abs() < 1e-12);
        assert_eq!(adjusted_rand_index(&labels, &clusters), 1.0);
        assert_eq!(matched_accuracy(&labels, &clusters), Some(1.0));
    }

    #[test]
    fn by_hand() {
        // Each cluster has one of each label.
        let (labels, clusters) = ([0, 0, 1, 1], [0, 1, 0, 1]);
        assert_eq!(normalized_mutual_information(&labels, &clusters), 0.0);
        assert_eq!(adjusted_rand_index(&labels, &clusters), -0.5);
        assert_eq!(matched_accuracy(&labels, &clusters), Some(0.5));
        // More clusters than labels: the third cluster stands for nothing.
        assert_eq!(matched_accuracy(&[0, 0, 0, 1], &[0, 0, 2, 1]), Some(0.75));
    }

    #[test]
    fn one_class_and_nothing_at_all() {
        assert_eq!(normalized_mutual_information(&[1, 1], &[0, 0]), 1.0);
        assert_eq!(normalized_mutual_information(&[1, 1], &[0, 1]), 0.0);
        assert_eq!(adjusted_rand_index(&[1, 1], &[0, 0]), 1.0);
        assert_eq!((adjusted_rand_index(&[], &[]), matched_accuracy(&[], &[])), (1.0, None));
    }
}
