//! Numbers in words.

use crate::retrieval::{Difference, Metric, Value, Verdict};

/// A share in percent, with one decimal; a dash where there is none.
pub fn percent(share: Option<f64>) -> String {
    share
        .filter(|share| share.is_finite())
        .map_or_else(|| "\u{2013}".to_owned(), |share| format!("{:.1}", 100.0 * share))
}

/// A number of things.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

/// A measure's heading.
pub fn heading(metric: Metric, k: usize) -> String {
    match metric {
        Metric::Knn => format!("k-NN, k = {k}"),
        Metric::WeightedKnn => format!("k-NN, softmax-weighted, k = {k}"),
        Metric::Map => "mAP".to_owned(),
        Metric::Recall => format!("Recall at {k}"),
        Metric::RPrecision => "R-precision".to_owned(),
        Metric::FewShot => "5-shot".to_owned(),
        Metric::LinearProbe => "Linear probe".to_owned(),
        Metric::Nmi => "k-means, NMI".to_owned(),
        Metric::Ari => "k-means, ARI".to_owned(),
        Metric::ClusterAccuracy => "k-means, accuracy".to_owned(),
    }
}

/// A difference with its interval, in points.
pub fn points(difference: &Difference) -> String {
    let Difference { mean, low, high, .. } = difference;
    format!("{:+.1} ({:+.1} to {:+.1})", 100.0 * mean, 100.0 * low, 100.0 * high).replace('-', "\u{2212}")
}

/// What its interval says, and a class for its colour.
pub fn verdict(difference: &Difference) -> (&'static str, &'static str) {
    let verdict = difference.verdict();
    let class = match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::NotDistinguishable => "same",
    };
    (verdict.words(), class)
}

/// A measure's value, with its spread where it has one.
pub fn value(value: Option<Value>) -> String {
    let spread = value.and_then(|value| value.deviation).map(|spread| format!(" \u{b1} {}", percent(Some(spread))));
    format!("{}{}", percent(value.map(|value| value.value)), spread.unwrap_or_default())
}
