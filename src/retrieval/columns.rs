//! From outcomes of single queries to a table's cells: means, and differences against the embedding with their intervals.

use super::outcome::Outcome;
use super::resampling::Resampling;
use super::{AtK, Difference, Metric, Value};

/// The measures of one set that come from neighbours.
#[derive(Debug)]
pub(super) struct Columns {
    pub at_k: Vec<AtK>,
    pub values: Vec<(Metric, Value)>,
}

/// A value without a deviation.
pub(super) fn value(value: f64, against_embedding: Option<Difference>) -> Value {
    Value { value, deviation: None, against_embedding }
}

/// Mean and standard deviation (of a sample: over n - 1); `None` without values.
pub(super) fn mean_and_deviation(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (!values.is_empty()).then(|| (mean, (squares / (count - 1.0).max(1.0)).sqrt()))
}

impl Columns {
    /// Of the outcomes of all queries, for k up to `depth`. `judged` says for which queries another image has their label:
    /// recall, precision and R-precision are over those. `embedding` has the outcomes to compare with.
    pub(super) fn new(
        outcomes: &[Outcome],
        embedding: Option<&[Outcome]>,
        judged: &[bool],
        depth: usize,
        resampling: &Resampling,
    ) -> Self {
        let judged_count = judged.iter().filter(|judged| **judged).count();
        let over = |count: usize, sum: f64| if count > 0 { sum / count as f64 } else { 0.0 };
        let share = |word: fn(&Outcome) -> u64, place: usize, count: usize| {
            let right = outcomes.iter().filter(|outcome| word(outcome) >> place & 1 == 1).count();
            over(count, right as f64)
        };
        // Votes are over all queries; what follows over those that can be judged.
        let (mut votes, mut ranks) = (Vec::new(), Vec::new());
        for (mine, other) in outcomes.iter().zip(embedding.unwrap_or_default()) {
            let bit = |word: u64, place: usize| (word >> place & 1) as f32;
            let differ = |word: fn(&Outcome) -> u64| {
                let (mine, other) = (word(mine), word(other));
                (0..depth).map(move |place| bit(mine, place) - bit(other, place))
            };
            votes.extend(differ(|outcome| outcome.right).chain(differ(|outcome| outcome.weighted)));
            ranks.extend(differ(|outcome| outcome.found));
            ranks.push(mine.average_precision - other.average_precision);
            ranks.push(mine.r_precision - other.r_precision);
        }
        let votes = resampling.intervals(&votes, 2 * depth, None);
        let ranks = resampling.intervals(&ranks, depth + 2, Some(judged));
        let at = |place: usize| AtK {
            knn: value(share(|outcome| outcome.right, place, outcomes.len()), votes[place]),
            weighted_knn: value(share(|outcome| outcome.weighted, place, outcomes.len()), votes[depth + place]),
            recall: value(share(|outcome| outcome.found, place, judged_count), ranks[place]),
        };
        let precision =
            |of: fn(&Outcome) -> f32| over(judged_count, outcomes.iter().map(|outcome| f64::from(of(outcome))).sum());
        let map = value(precision(|outcome| outcome.average_precision), ranks[depth]);
        let r_precision = value(precision(|outcome| outcome.r_precision), ranks[depth + 1]);
        Self {
            at_k: (0..depth).map(at).collect(),
            values: if judged_count > 0 {
                vec![(Metric::Map, map), (Metric::RPrecision, r_precision)]
            } else {
                Vec::new()
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        assert_eq!(mean_and_deviation(&[1.0, 3.0]), Some((2.0, 2.0_f64.sqrt())));
        assert_eq!(mean_and_deviation(&[0.5]), Some((0.5, 0.0)));
        assert_eq!(mean_and_deviation(&[]), None);
    }
}
