//! What an evaluation is asked, and of how much it answers.

use serde::{Deserialize, Serialize};

use super::FeatureSet;

/// What is to be evaluated on the images of a [`super::FeatureTable`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The feature sets. The others are compared with the first that [`FeatureSet::is_embedding`], if there is one.
    pub sets: Vec<FeatureSet>,
    /// The class of each image, in the table's order, counted from 0. Images without a label are left out of the table:
    /// see [`super::FeatureTable::select`].
    pub labels: Vec<usize>,
    /// How many classes there are.
    pub classes: usize,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Whether sets are reduced to their principal components, as in the paper: see [`components`].
    pub reduced: bool,
    /// How much is done where there are many images.
    pub effort: Effort,
}

impl Question {
    /// Asks for everything about `sets`, as they are, with the default effort.
    pub fn new(sets: Vec<FeatureSet>, labels: Vec<usize>, classes: usize, seed: u64) -> Self {
        Self { sets, labels, classes, seed, reduced: false, effort: Effort::default() }
    }
}

/// How much is done where there are many images. What is more is a seeded sample, and [`Samples`] says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Pairs of a query with an image: of n images, at most this over n are queries (but [`Effort::LEAST`] at least), each
    /// against all others.
    pub pairs: usize,
    /// Queries of a first round, at least: after it all columns are there, and those that come from neighbours become more exact.
    pub first: usize,
    /// Images that are named from five of each class, in each draw.
    pub few_shot: usize,
    /// Images that are clustered, and that the linear probe is trained and tested on.
    pub sampled: usize,
}

impl Effort {
    /// The fewest queries, if there are so many images.
    pub const LEAST: usize = 500;

    /// For one core of a browser: all columns within seconds, all of 4,000 images as queries in some more.
    pub const fn page() -> Self {
        Self { pairs: 20_000_000, first: Self::LEAST, few_shot: 1_000, sampled: 500 }
    }

    /// For the command line: all of 10,000 images are queries, in one round.
    pub const fn command_line() -> Self {
        Self { pairs: 100_000_000, first: usize::MAX, ..Self::page() }
    }

    /// How many of `images` are queries.
    pub fn queries(&self, images: usize) -> usize {
        (self.pairs / images.max(1)).max(Self::LEAST).min(images)
    }
}

impl Default for Effort {
    fn default() -> Self {
        if cfg!(target_arch = "wasm32") { Self::page() } else { Self::command_line() }
    }
}

/// Of how many images an evaluation's numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Samples {
    /// All images: every query is compared with all others.
    pub images: usize,
    /// Queries.
    pub queries: usize,
    /// Images that are named in each few-shot draw, at most; 0 where there is no class to draw from.
    pub few_shot: usize,
    /// Images that are clustered, and that the linear probe is trained and tested on.
    pub sampled: usize,
}

impl Samples {
    /// Whether anything is of fewer images than there are.
    pub fn partial(&self) -> bool {
        self.queries.min(self.sampled) < self.images
    }
}

/// How many principal components the paper takes of a feature of `width` numbers, made of parts of `part` numbers at most,
/// on `images` images: 512, or 384 where a part has 384, and only if that is smaller than both; otherwise the feature stays
/// as it is.
pub fn components(images: usize, width: usize, part: usize) -> Option<usize> {
    let wanted = if part == 384 { 384 } else { 512 };
    (wanted < images && wanted < width).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_galleries_are_evaluated_whole() {
        let queries = |images| Effort::page().queries(images);
        assert_eq!([0, 120, 4_000, 10_000, 50_000].map(queries), [0, 120, 4_000, 2_000, 500]);
        assert_eq!(Effort::command_line().queries(10_000), 10_000);
        let whole = Samples { images: 120, queries: 120, few_shot: 90, sampled: 120 };
        assert!(!whole.partial() && Samples { sampled: 100, ..whole }.partial());
    }

    #[test]
    fn components_are_taken_only_where_they_are_fewer() {
        assert_eq!(components(1_000, 768, 192), Some(512));
        assert_eq!(components(1_000, 1_536, 384), Some(384));
        assert_eq!((components(512, 768, 192), components(1_000, 512, 512)), (None, None));
    }
}
