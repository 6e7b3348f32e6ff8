//! How measures and what they say are named on the page. Decisions only: no browser is needed.

use crate::retrieval::{Difference, Metric};
use crate::ui::numbers::fixed;

/// A column's heading.
pub fn heading(metric: Metric, k: usize) -> String {
    match metric {
        Metric::Knn => format!("k-NN, k = {k}"),
        Metric::WeightedKnn => format!("weighted k-NN, k = {k}"),
        Metric::Map => "mAP".into(),
        Metric::Recall => format!("recall at {k}"),
        Metric::RPrecision => "R-precision".into(),
        Metric::FewShot => "5-shot".into(),
        Metric::LinearProbe => "linear probe".into(),
        Metric::Nmi => "NMI".into(),
        Metric::Ari => "ARI".into(),
        Metric::ClusterAccuracy => "clusters".into(),
    }
}

/// What a measure is, as a sentence.
pub fn about(metric: Metric) -> &'static str {
    match metric {
        Metric::Knn => "How often the k nearest other images vote for an image's label.",
        Metric::WeightedKnn => "The same, with nearer images' votes weighing more (temperature 0.07).",
        Metric::Map => "Mean average precision: how far up all other images of the label stand in the ranking.",
        Metric::Recall => "How often an image of the same label is among the k nearest.",
        Metric::RPrecision => "The share of the label among as many nearest images as the label has others.",
        Metric::FewShot => "Accuracy with five labelled images a class, over 20 draws.",
        Metric::LinearProbe => {
            "Accuracy of logistic regression, trained on four fifths and tested on the rest, five times."
        }
        Metric::Nmi => "Normalised mutual information between labels and k-means clusters, over 10 starts.",
        Metric::Ari => "Adjusted Rand index between labels and k-means clusters; 0 is chance.",
        Metric::ClusterAccuracy => "Accuracy of k-means clusters, each taken for the label that fits best.",
    }
}

/// A share as a percentage with one digit, without the sign.
pub fn share(value: f64) -> String {
    fixed(100.0 * value, 1)
}

/// A share as points, with its sign.
pub fn points(value: f64) -> String {
    let text = share(value);
    if text.starts_with('-') || text == "0.0" { text } else { format!("+{text}") }
}

/// An interval in points: "+1.2 to +7.0".
pub fn interval(difference: &Difference) -> String {
    format!("{} to {}", points(difference.low), points(difference.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_carry_their_sign() {
        assert_eq!([0.0412, -0.0125, 0.0, -0.0001].map(points), ["+4.1", "-1.3", "0.0", "0.0"]);
        assert_eq!(interval(&Difference { mean: 0.0, low: -0.02, high: 0.051 }), "-2.0 to +5.1");
        let headings: std::collections::BTreeSet<String> = Metric::ALL.map(|metric| heading(metric, 5)).into();
        assert_eq!(headings.len(), Metric::ALL.len(), "no two columns have one name");
    }
}
