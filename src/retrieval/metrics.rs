//! Measures of a feature's quality.

use serde::{Deserialize, Serialize};

/// Average precision of one ranked list, where `relevant` says for each rank whether its item has the query's label:
/// the mean, over the relevant items, of the share of relevant items among those up to and including its rank. All
/// relevant items must be in the list. `None` if there are none. Its mean over the queries is mAP.
pub fn average_precision(relevant: impl IntoIterator<Item = bool>) -> Option<f64> {
    let (mut found, mut sum) = (0_usize, 0.0);
    for (i, _) in relevant.into_iter().enumerate().filter(|(_, relevant)| *relevant) {
        found += 1;
        sum += found as f64 / (i + 1) as f64;
    }
    (found > 0).then(|| sum / found as f64)
}

/// The mean of the values that are `Some`; `None` if there are none.
pub fn mean(values: impl IntoIterator<Item = Option<f64>>) -> Option<f64> {
    let (count, sum) = values.into_iter().flatten().fold((0_usize, 0.0), |(n, sum), value| (n + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}

/// The mean of `values` within each of `classes` classes; `labels` gives the class of each value.
pub fn per_class(values: &[Option<f64>], labels: &[usize], classes: usize) -> Vec<Option<f64>> {
    let of = |class| values.iter().zip(labels).filter(move |(_, label)| **label == class).map(|(value, _)| *value);
    (0..classes).map(|class| mean(of(class))).collect()
}

/// How much better one feature is than another, on the same images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Mean of b minus mean of a.
    pub mean: f64,
    /// Lower end of the 95 % confidence interval.
    pub low: f64,
    /// Upper end of the 95 % confidence interval.
    pub high: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn average_precision_by_hand() {
        // (1/1 + 2/3 + 3/6) / 3.
        let ap = average_precision([true, false, true, false, false, true]).unwrap();
        assert!((ap - (1.0 + 2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-12);
        assert_eq!(average_precision([true, true]), Some(1.0));
        assert_eq!(average_precision([false, true]), Some(0.5));
        assert_eq!(average_precision([false, false]), None);
    }

    #[test]
    fn means_leave_out_what_is_absent() {
        assert_eq!(mean([Some(1.0), None, Some(0.0)]), Some(0.5));
        assert_eq!(mean([None]), None);
        let values = [Some(1.0), Some(0.0), Some(1.0), None];
        assert_eq!(per_class(&values, &[0, 0, 1, 2], 4), [Some(0.5), Some(1.0), None, None]);
    }
}
