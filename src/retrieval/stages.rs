//! The order of an evaluation's work, counted in units.

use std::ops::Range;

use super::few_shot::DRAWS;
use crate::cores;

/// A kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Blocks of queries, under all sets.
    Neighbours,
    /// Sets.
    Columns,
    /// Draws, under all sets.
    FewShot,
    /// Sets, with all starts of k-means.
    Clusters,
    /// Sets, with all folds of the linear probe.
    Probe,
}

/// Which units are done.
#[derive(Debug)]
pub(super) struct Stages {
    block: usize,
    /// Each stage, how many units it has, and how many make a step.
    stages: [(Stage, usize, usize); 5],
    done: usize,
}

impl Stages {
    /// Nothing done, of `sets` and of `queries` among `images`.
    pub(super) fn new(images: usize, queries: usize, sets: usize, few_shot: bool, several_classes: bool) -> Self {
        // Enough rows for a fast product, not too many for memory: with 10,000 images, 50 rows of 16 spaces are 32 MB.
        let block = (500_000 / images.max(1)).clamp(16, 64);
        let (cores, sets) = (cores::count(), if images > 0 { sets } else { 0 });
        let when = |condition: bool, units: usize| if condition && sets > 0 { units } else { 0 };
        let several = several_classes && images > 0;
        let stages = [
            (Stage::Neighbours, when(true, queries.div_ceil(block)), cores),
            (Stage::Columns, sets, 1),
            (Stage::FewShot, when(few_shot && several, DRAWS), 1),
            (Stage::Clusters, when(several, sets), cores),
            (Stage::Probe, when(several, sets), cores),
        ];
        Self { block, stages, done: 0 }
    }

    /// Queries in a block.
    pub(super) fn block(&self) -> usize {
        self.block
    }

    /// The next step's work, which counts as done from now on; `None` if all is done.
    pub(super) fn next(&mut self) -> Option<(Stage, Range<usize>)> {
        let mut before = 0;
        for (stage, units, step) in self.stages {
            let from = self.done - before;
            if from < units {
                let to = (from + step).min(units);
                self.done = before + to;
                return Some((stage, from..to));
            }
            before += units;
        }
        None
    }

    /// Units that are done, and all.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.done, self.stages.iter().map(|(_, units, _)| units).sum())
    }

    /// Whether a stage and those before it are done.
    pub(super) fn past(&self, stage: Stage) -> bool {
        let last = self.stages.iter().position(|(of, ..)| *of == stage).map_or(0, |place| place + 1);
        self.done >= self.stages[..last].iter().map(|(_, units, _)| units).sum::<usize>()
    }

    pub(super) fn done(&self) -> bool {
        let (done, all) = self.progress();
        done == all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_comes_once_in_order() {
        let mut stages = Stages::new(100, 90, 3, true, true);
        let mut seen: Vec<(Stage, usize)> = Vec::new();
        while let Some((stage, units)) = stages.next() {
            assert_eq!(stages.past(Stage::Columns), seen.len() + units.len() >= 5, "2 blocks and 3 sets");
            seen.extend(units.map(|unit| (stage, unit)));
        }
        assert!(stages.done());
        let expected = [
            (Stage::Neighbours, 2),
            (Stage::Columns, 3),
            (Stage::FewShot, DRAWS),
            (Stage::Clusters, 3),
            (Stage::Probe, 3),
        ];
        assert!(seen.into_iter().eq(expected.into_iter().flat_map(|(stage, n)| (0..n).map(move |unit| (stage, unit)))));
    }

    #[test]
    fn without_images_or_classes_there_is_less_to_do() {
        assert!(Stages::new(0, 0, 3, false, false).done());
        assert_eq!(Stages::new(5, 5, 2, false, false).progress(), (0, 3));
    }
}
