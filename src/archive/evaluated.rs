//! What an evaluation found, in the form in which it is taken away.

use super::Labelled;
use crate::retrieval::{Evaluator, FeatureSet, Metric, Row, Weights};

/// An evaluation of a labelled gallery.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// Names of the classes, by index.
    pub names: Vec<String>,
    /// The class of each image that was evaluated.
    pub classes: Vec<usize>,
    /// How many of them were queries: all, or a seeded sample of many.
    pub queries: usize,
    /// The neighbourhood for which one number is shown.
    pub k: usize,
    /// Seed of draws, starts and intervals.
    pub seed: u64,
    /// Every feature set's measures; the embedding, as it is, first.
    pub rows: Vec<Row>,
    /// A closer look at some of them.
    pub details: Vec<Detail>,
}

/// One feature set, class by class.
#[derive(Debug, Clone, PartialEq)]
pub struct Detail {
    /// Its place among [`Evaluated::rows`].
    pub row: usize,
    /// How many images of class `i` the majority of their k nearest took for class `j`: `[i][j]`.
    pub confusion: Vec<Vec<usize>>,
}

/// A gallery in two dimensions.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaneMap {
    /// The feature set that it shows, in words.
    pub title: String,
    /// A place for each image of the archive.
    pub points: Vec<[f32; 2]>,
    /// Shares of the variance that the two axes hold.
    pub explained: [f64; 2],
}

impl Evaluated {
    /// What an evaluator found, on the images of `labelled`.
    pub fn of(evaluator: &Evaluator, labelled: Labelled, k: usize, seed: u64) -> Self {
        let Labelled { names, classes, .. } = labelled;
        let (rows, queries) = (evaluator.rows(), evaluator.samples().queries);
        let mut evaluated = Self { names, classes, queries, k, seed, rows, details: Vec::new() };
        let worth = Self::worth_details(&evaluated.rows);
        evaluated.details = worth.into_iter().map(|row| evaluated.detail(row, &evaluator.votes(row, k))).collect();
        evaluated
    }

    /// Whether a set is one that people know: the embedding, or the paper's FUNGI.
    pub fn is_landmark(set: &FeatureSet) -> bool {
        set.weights == Weights::embedding() || set.weights == Weights::fungi()
    }

    /// The rows that are looked at more closely: the embedding, all gradients (the paper's FUNGI), and the highest mAP.
    pub fn worth_details(rows: &[Row]) -> Vec<usize> {
        let fungi = rows.iter().position(|row| row.set.weights == Weights::fungi() && !row.set.centred);
        let map = |row: &Row| row.value(Metric::Map, 0).map(|value| value.value);
        let higher = |best: Option<(usize, f64)>, (place, row): (usize, &Row)| match (best, map(row)) {
            (Some((_, high)), Some(map)) if map > high => Some((place, map)),
            (None, Some(map)) => Some((place, map)),
            (best, _) => best,
        };
        let best = rows.iter().enumerate().fold(None, higher).map(|(place, _)| place);
        let mut chosen: Vec<usize> = Vec::new();
        for row in [(!rows.is_empty()).then_some(0), fungi, best].into_iter().flatten() {
            if !chosen.contains(&row) {
                chosen.push(row);
            }
        }
        chosen
    }

    /// The confusion of votes with the true classes; an image without a vote counts nowhere.
    pub fn detail(&self, row: usize, votes: &[Option<usize>]) -> Detail {
        let mut confusion = vec![vec![0; self.names.len()]; self.names.len()];
        for (&class, vote) in self.classes.iter().zip(votes) {
            if let Some(count) = vote.and_then(|vote| confusion.get_mut(class)?.get_mut(vote)) {
                *count += 1;
            }
        }
        Detail { row, confusion }
    }

    /// How many images each class has.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.names.len()];
        for &class in &self.classes {
            if let Some(size) = sizes.get_mut(class) {
                *size += 1;
            }
        }
        sizes
    }

    /// A row's name in words.
    pub fn title(row: &Row) -> String {
        format!("{}{}", row.set.name, if row.set.centred { ", centred" } else { "" })
    }
}

impl Detail {
    /// The share of each class's votes that is right; none for a class without votes.
    pub fn per_class(&self) -> Vec<Option<f64>> {
        let share = |(class, row): (usize, &Vec<usize>)| {
            let votes: usize = row.iter().sum();
            (votes > 0).then(|| row.get(class).copied().unwrap_or(0) as f64 / votes as f64)
        };
        self.confusion.iter().enumerate().map(share).collect()
    }
}
