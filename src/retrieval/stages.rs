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
    rounds: Vec<Round>,
    done: usize,
}

/// Some of a stage's units, and how many of them make a step.
#[derive(Debug)]
struct Round {
    stage: Stage,
    units: Range<usize>,
    step: usize,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub images: usize,
    /// Queries of the first round, at least, and all of them.
    pub queries: (usize, usize),
    pub sets: usize,
    /// Whether there are images to name from a few others.
    pub few_shot: bool,
    pub several_classes: bool,
}

impl Stages {
    /// Nothing done. All columns come after the first round of queries; then those that come from neighbours once more, of all.
    pub(super) fn new(Extent { images, queries: (first, all), sets, few_shot, several_classes }: Extent) -> Self {
        // Enough rows for a fast product, not too many for memory: with 10,000 images, 50 rows of 16 spaces are 32 MB.
        let block = (500_000 / images.max(1)).clamp(16, 64);
        let (cores, sets) = (cores::count(), if images > 0 { sets } else { 0 });
        let when = |condition: bool, units: Range<usize>| if condition && sets > 0 { units } else { 0..0 };
        let several = several_classes && images > 0;
        let (first, all) = (first.min(all).div_ceil(block), all.div_ceil(block));
        let rounds = [
            (Stage::Neighbours, when(true, 0..first), cores),
            (Stage::Columns, 0..sets, 1),
            (Stage::FewShot, when(few_shot && several, 0..DRAWS), 1),
            (Stage::Clusters, when(several, 0..sets), cores),
            (Stage::Probe, when(several, 0..sets), cores),
            (Stage::Neighbours, when(true, first..all), cores),
            (Stage::Columns, when(first < all, 0..sets), 1),
        ];
        let rounds = rounds.map(|(stage, units, step)| Round { stage, units, step }).into();
        Self { block, rounds, done: 0 }
    }

    /// Queries in a block.
    pub(super) fn block(&self) -> usize {
        self.block
    }

    /// The next step's work, which counts as done from now on; `None` if all is done.
    pub(super) fn next(&mut self) -> Option<(Stage, Range<usize>)> {
        let mut before = 0;
        for Round { stage, units, step } in &self.rounds {
            let from = units.start + self.done - before;
            if from < units.end {
                let to = (from + step).min(units.end);
                self.done = before + to - units.start;
                return Some((*stage, from..to));
            }
            before += units.len();
        }
        None
    }

    /// Units that are done, and all.
    pub(super) fn progress(&self) -> (usize, usize) {
        (self.done, self.rounds.iter().map(|round| round.units.len()).sum())
    }

    /// Whether the first round of a stage and all before it are done.
    pub(super) fn past(&self, stage: Stage) -> bool {
        let last = self.rounds.iter().position(|round| round.stage == stage).map_or(0, |place| place + 1);
        self.done >= self.rounds[..last].iter().map(|round| round.units.len()).sum::<usize>()
    }

    pub(super) fn done(&self) -> bool {
        let (done, all) = self.progress();
        done == all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(images: usize, queries: (usize, usize), sets: usize) -> Extent {
        Extent { images, queries, sets, few_shot: true, several_classes: true }
    }

    fn all(stages: &mut Stages) -> Vec<(Stage, usize)> {
        std::iter::from_fn(|| stages.next()).flat_map(|(stage, units)| units.map(move |unit| (stage, unit))).collect()
    }

    #[test]
    fn every_unit_comes_once_in_order() {
        let mut stages = Stages::new(extent(100, (90, 90), 3));
        assert!(!stages.past(Stage::Columns));
        let seen = all(&mut stages);
        assert!(stages.done() && stages.past(Stage::Columns));
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
    fn neighbours_of_the_other_queries_come_last() {
        // Blocks of 64.
        let seen = all(&mut Stages::new(extent(1_000, (100, 300), 2)));
        let of = |stage| seen.iter().filter(|(of, _)| *of == stage).map(|(_, unit)| *unit).collect::<Vec<_>>();
        assert_eq!(of(Stage::Neighbours), [0, 1, 2, 3, 4]);
        assert_eq!((of(Stage::Columns), of(Stage::Probe)), (vec![0, 1, 0, 1], vec![0, 1]));
        let place = |wanted| seen.iter().position(|unit| *unit == wanted).unwrap();
        assert!(place((Stage::Neighbours, 1)) < place((Stage::Columns, 0)));
        assert!(place((Stage::Probe, 1)) < place((Stage::Neighbours, 2)));
        assert_eq!(seen.last(), Some(&(Stage::Columns, 1)));
    }

    #[test]
    fn without_images_or_classes_there_is_less_to_do() {
        let none = Extent { few_shot: false, several_classes: false, ..extent(0, (0, 0), 3) };
        assert!(Stages::new(none).done());
        assert_eq!(Stages::new(Extent { images: 5, queries: (5, 5), sets: 2, ..none }).progress(), (0, 3));
    }
}
