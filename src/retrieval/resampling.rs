//! Confidence intervals by the bootstrap (Efron 1979), fast for many measures: the images of each draw are drawn once, and
//! what a draw makes of all measures is then one matrix product.

use super::Difference;
use crate::cores;
use crate::kernels::product::{Matrix, product};
use crate::random::{Purpose, Stream};

/// How often images are drawn anew.
const DRAWS: usize = 1_000;

/// As many images as there are, drawn with replacement, [`DRAWS`] times.
#[derive(Debug, Clone)]
pub(super) struct Resampling {
    count: usize,
    /// `[DRAWS, count]`: how often a draw has each image. Whole numbers, so that sums of 0, 1 and -1 are exact.
    times: Vec<f32>,
}

impl Resampling {
    /// Draws from `count` images. The same seed and lane give the same draws everywhere.
    pub(super) fn new(count: usize, seed: u64, lane: u32) -> Self {
        let mut stream = Stream::new(seed, Purpose::Bootstrap, lane);
        let mut times = vec![0.0; DRAWS * count];
        // `chunks_exact_mut` knows no chunks of nothing.
        for draw in times.chunks_exact_mut(count.max(1)) {
            for _ in 0..count {
                draw[stream.below(count as u32) as usize] += 1.0;
            }
        }
        Self { count, times }
    }

    /// The mean of each column of `differences` (`[images, columns]`: b minus a for each image) with its 95 % interval:
    /// percentiles of the draws' means. With `counted`, means are over the images that it says; the others must be 0.
    pub(super) fn intervals(
        &self,
        differences: &[f32],
        columns: usize,
        counted: Option<&[bool]>,
    ) -> Vec<Option<Difference>> {
        if self.count == 0 || columns == 0 || differences.len() != self.count * columns {
            return vec![None; columns];
        }
        let mut sums = vec![0.0; DRAWS * columns];
        let draws = DRAWS.div_ceil(cores::count());
        let tasks = sums.chunks_mut(draws * columns).zip(self.times.chunks(draws * self.count));
        cores::each(tasks, |(sums, times)| {
            let (times, differences) = (Matrix::new(times, self.count), Matrix::new(differences, columns));
            product(sums, columns, times, differences, false);
        });
        let every = vec![true; if counted.is_none() { self.count } else { 0 }];
        let counted = counted.unwrap_or(&every);
        let all = counted.iter().filter(|counted| **counted).count() as f64;
        if all == 0.0 {
            return vec![None; columns];
        }
        let drawn = |times: &[f32]| {
            times.iter().zip(counted).map(|(t, counted)| if *counted { f64::from(*t) } else { 0.0 }).sum()
        };
        let drawn: Vec<f64> = self.times.chunks_exact(self.count).map(drawn).collect();
        let interval = |column: usize| {
            let of_draw = |(sums, drawn): (&[f32], &f64)| (*drawn > 0.0).then(|| f64::from(sums[column]) / drawn);
            let mut means: Vec<f64> = sums.chunks_exact(columns).zip(&drawn).filter_map(of_draw).collect();
            means.sort_unstable_by(f64::total_cmp);
            let mean = differences.iter().skip(column).step_by(columns).map(|&d| f64::from(d)).sum::<f64>() / all;
            let low = *means.get(means.len() / 40)?;
            Some(Difference { mean, low, high: means[means.len() - 1 - means.len() / 40] })
        };
        (0..columns).map(interval).collect()
    }
}

/// The mean of what each image gains from one feature set to another, with its 95 % interval over images; `None` without
/// images.
pub fn mean_difference(gained: &[f32], seed: u64) -> Option<Difference> {
    Resampling::new(gained.len(), seed, 0).intervals(gained, 1, None).pop().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_holds_the_mean_and_has_the_normal_width() {
        // Of 100 images, 30 gained and 10 lost: mean 0.2, standard error sqrt(0.4 - 0.04) / 10 = 0.06. The second column is
        // nothing but 0.
        let gain = |i| {
            if i < 30 {
                1.0
            } else if i < 40 {
                -1.0
            } else {
                0.0
            }
        };
        let differences: Vec<f32> = (0..100).flat_map(|i| [gain(i), 0.0]).collect();
        let resampling = Resampling::new(100, 1, 0);
        let found = resampling.intervals(&differences, 2, None);
        let Difference { mean, low, high } = found[0].unwrap();
        assert!((mean - 0.2).abs() < 1e-12);
        assert!((low - (0.2 - 1.96 * 0.06)).abs() < 0.02 && (high - (0.2 + 1.96 * 0.06)).abs() < 0.02, "{low} {high}");
        assert_eq!(found[1], Some(Difference { mean: 0.0, low: 0.0, high: 0.0 }));
        assert_eq!(Resampling::new(100, 1, 0).intervals(&differences, 2, None), found);
        assert_ne!(Resampling::new(100, 2, 0).times, resampling.times);
        assert_ne!(Resampling::new(100, 1, 1).times, resampling.times);
    }

    #[test]
    fn every_draw_has_as_many_images_as_there_are() {
        let Resampling { count, times } = Resampling::new(7, 3, 1);
        assert!(times.chunks_exact(count).all(|draw| draw.iter().sum::<f32>() == 7.0));
    }

    #[test]
    fn images_that_do_not_count_change_nothing_but_the_number() {
        let resampling = Resampling::new(4, 0, 0);
        let counted = resampling.intervals(&[1.0, 1.0, 0.0, 0.0], 1, Some(&[true, true, false, false]));
        assert_eq!(counted, [Some(Difference { mean: 1.0, low: 1.0, high: 1.0 })]);
        assert_eq!(resampling.intervals(&[0.0; 4], 1, Some(&[false; 4])), [None]);
        assert_eq!(Resampling::new(0, 0, 0).intervals(&[], 2, None), [None, None]);
    }
}
