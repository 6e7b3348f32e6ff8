//! How far results lie apart when only the seed differs: heads, crops and signs are drawn anew, the images are the same.

use serde::Serialize;

use super::Evaluate;
use super::input::Input;
use super::labels::Table;
use crate::cli::CliError;
use crate::cli::compute::start;
use crate::cli::streams::say;
use crate::engine::Engine;
use crate::retrieval::{Metric, Row};

/// One measure over several seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct Spread {
    pub mean: f64,
    /// Standard deviation (of a sample).
    pub deviation: f64,
    pub lowest: f64,
    pub highest: f64,
}

/// One feature set over several seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(super) struct OverSeeds {
    /// Accuracy at the k that is compared in full.
    pub accuracy: Option<Spread>,
    pub map: Option<Spread>,
}

/// Computes and evaluates everything again with the seeds that follow; a spread for each of `first`, the rows of the first
/// seed. Accuracy is at `k`.
pub(super) fn spread(
    evaluate: &Evaluate,
    engine: Engine,
    table: Option<&Table>,
    first: &[Row],
    k: usize,
) -> Result<Vec<OverSeeds>, CliError> {
    let settings = engine.extractor()?.settings().clone();
    // One model at a time.
    drop(engine);
    let mut rows = vec![first.to_vec()];
    for more in 1..u64::from(evaluate.seeds) {
        let mut settings = settings.clone();
        settings.seed = settings.seed.wrapping_add(more);
        say(&format!("Seed {} ({} of {}).", settings.seed, more + 1, evaluate.seeds))?;
        let engine = start(&evaluate.common.model, settings)?;
        rows.push(
            evaluate.evaluate(&Input::of_folder(&engine, &evaluate.source, table, evaluate.exact)?, true)?.rows(),
        );
    }
    let over = |set: usize, metric: Metric| {
        let value = |rows: &Vec<Row>| Some(rows.get(set)?.value(metric, k)?.value);
        Spread::of(&rows.iter().filter_map(value).collect::<Vec<_>>())
    };
    Ok((0..first.len())
        .map(|set| OverSeeds { accuracy: over(set, Metric::Knn), map: over(set, Metric::Map) })
        .collect())
}

impl Spread {
    fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Self {
            mean,
            deviation: (squares / (count - 1.0).max(1.0)).sqrt(),
            lowest: values.iter().copied().min_by(f64::total_cmp)?,
            highest: values.iter().copied().max_by(f64::total_cmp)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_by_hand() {
        let spread = Spread::of(&[0.5, 0.7, 0.6]).unwrap();
        assert!((spread.mean - 0.6).abs() < 1e-12 && (spread.deviation - 0.1).abs() < 1e-12);
        assert_eq!((spread.lowest, spread.highest), (0.5, 0.7));
        assert_eq!(Spread::of(&[]), None);
    }
}
