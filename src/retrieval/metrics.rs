//! Measures of a feature's quality.

use serde::{Deserialize, Serialize};

use crate::random::{Purpose, Stream};

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

/// Mean of `b - a` over paired values (accuracy: 1 where right, else 0) with its 95 % confidence interval: percentiles
/// of 2,000 bootstrap means, each over as many images drawn with replacement (Efron 1979). The same seed gives the same
/// interval everywhere. `None` without values, or if the two differ in length.
pub fn paired_difference(a: &[f64], b: &[f64], seed: u64) -> Option<Difference> {
    const RESAMPLES: usize = 2_000;
    let count = u32::try_from(a.len()).ok().filter(|&n| n > 0 && a.len() == b.len())?;
    let differences: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
    let mut stream = Stream::new(seed, Purpose::Bootstrap, 0);
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| (0..count).map(|_| differences[stream.below(count) as usize]).sum::<f64>() / f64::from(count))
        .collect();
    means.sort_unstable_by(f64::total_cmp);
    let mean = differences.iter().sum::<f64>() / f64::from(count);
    Some(Difference { mean, low: means[RESAMPLES / 40], high: means[RESAMPLES - 1 - RESAMPLES / 40] })
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

    #[test]
    fn the_interval_holds_the_mean_and_has_the_normal_width() {
        // 30 of 100 images gained, 10 lost: mean 0.2, standard error sqrt(0.4 - 0.04) / 10 = 0.06.
        let a: Vec<f64> = (0..100).map(|i| if i < 10 { 1.0 } else { 0.0 }).collect();
        let b: Vec<f64> = (0..100).map(|i| if (10..40).contains(&i) { 1.0 } else { 0.0 }).collect();
        let difference = paired_difference(&a, &b, 1).unwrap();
        assert!((difference.mean - 0.2).abs() < 1e-12);
        assert!((difference.low - (0.2 - 1.96 * 0.06)).abs() < 0.02, "{difference:?}");
        assert!((difference.high - (0.2 + 1.96 * 0.06)).abs() < 0.02, "{difference:?}");
        assert_eq!(paired_difference(&a, &b, 1), Some(difference));
    }

    #[test]
    fn equal_features_differ_by_nothing() {
        let a = [1.0, 0.0, 1.0];
        assert_eq!(paired_difference(&a, &a, 0), Some(Difference { mean: 0.0, low: 0.0, high: 0.0 }));
        assert_eq!(paired_difference(&[], &[], 0), None);
        assert_eq!(paired_difference(&a, &a[..2], 0), None);
    }
}
