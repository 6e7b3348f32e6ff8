//! An evaluation that is done step by step: what is cheap first, for all sets, then the rest set by set.

use std::ops::Range;

use super::chance::{Draw, sample, shuffle};
use super::clustering::agreements;
use super::columns::{Columns, mean_and_deviation, value};
use super::few_shot::{DRAWS, Split};
use super::linear_probe::{C, FOLDS, linear_probe, stratified_folds};
use super::outcome::{Judge, Outcome, nearest};
use super::resampling::Resampling;
use super::sampled::Sampled;
use super::spaces::Spaces;
use super::stages::{Extent, Stage, Stages};
use super::{Classes, Effort, FeatureTable, LARGEST_K, Metric, PrincipalComponents, Question, Row, Samples, Value};
use crate::cores;

/// An evaluation that has come so far.
#[derive(Debug)]
pub struct Evaluator {
    spaces: Spaces,
    question: Question,
    classes: Classes,
    stages: Stages,
    samples: Samples,
    queries: Vec<usize>,
    /// For each query, whether another image has its label.
    judged: Vec<bool>,
    /// Of each set, for each query so far.
    outcomes: Vec<Vec<Outcome>>,
    /// The sets in the order of work: first the one that the others are compared with, if there is one.
    order: Vec<usize>,
    embedding: Option<usize>,
    resampling: Option<Resampling>,
    /// Of each few-shot draw, each set's accuracy.
    drawn: Vec<Vec<f64>>,
    /// What is clustered and what the linear probe sees.
    sampled: Sampled,
    /// The fold of each of them.
    folds: Vec<usize>,
    /// Whether the probe named each right by the embedding.
    named_by_embedding: Option<Vec<bool>>,
    rows: Vec<Row>,
}

impl Evaluator {
    /// Starts with nothing done but the centring (and, if asked for, the principal components). If labels and table differ
    /// in length, what is beyond the shorter is left out.
    pub fn new(table: FeatureTable, mut question: Question) -> Self {
        let count = table.len().min(question.labels.len());
        question.labels.truncate(count);
        let table = if count < table.len() { table.select(&(0..count).collect::<Vec<_>>()) } else { table };
        let (labels, effort, seed) = (&question.labels, question.effort, question.seed);
        let classes = Classes::new(labels, question.classes);
        let take = |wanted, draw: Draw| sample((0..count).collect(), wanted, &mut draw.stream(seed));
        let mut queries = take(effort.queries(count), Draw::Queries);
        if queries.len() > Effort::LEAST {
            // Of so many, the first ones may have to stand for all. Few stay in the gallery's order.
            shuffle(&mut queries, &mut Draw::QueryOrder.stream(seed));
        }
        let sampled = Sampled::new(take(effort.sampled, Draw::Sampled), labels);
        let few_shot = Split::draw(&classes, effort, seed, 0).others();
        let sets = question.sets.len();
        let stages = Stages::new(Extent {
            images: count,
            queries: (effort.first, queries.len()),
            sets,
            few_shot: few_shot > 0,
            several_classes: classes.present() > 1,
        });
        let embedding = question.sets.iter().position(|set| set.is_embedding());
        Self {
            spaces: Spaces::new(table, &question.sets, question.reduced.then_some(&reduce)),
            samples: Samples {
                images: count,
                queries: effort.first.min(queries.len()).next_multiple_of(stages.block()).min(queries.len()),
                few_shot,
                sampled: sampled.len(),
            },
            stages,
            judged: queries.iter().map(|&query| classes.of(labels[query]).len() > 1).collect(),
            outcomes: vec![Vec::new(); sets],
            order: embedding.into_iter().chain((0..sets).filter(|set| Some(*set) != embedding)).collect(),
            embedding,
            resampling: None,
            drawn: Vec::new(),
            folds: stratified_folds(&sampled.labels, FOLDS, seed),
            named_by_embedding: None,
            rows: question
                .sets
                .iter()
                .map(|set| Row { set: set.clone(), at_k: Vec::new(), values: Vec::new() })
                .collect(),
            queries,
            sampled,
            classes,
            question,
        }
    }

    /// Does some more: in a browser, a few tenths of a second's worth. Whether everything is done.
    pub fn step(&mut self) -> bool {
        if let Some((stage, units)) = self.stages.next() {
            match stage {
                Stage::Neighbours => self.compare(units),
                Stage::Columns => units.for_each(|unit| self.columns(unit)),
                Stage::FewShot => units.for_each(|unit| self.draw(unit)),
                Stage::Clusters => self.cluster(units),
                Stage::Probe => self.probe(units),
            }
        }
        self.stages.done()
    }

    /// Steps that are done, and all of them. They take different times.
    pub fn progress(&self) -> (usize, usize) {
        self.stages.progress()
    }

    /// A row for each set, in the question's order, as far as it has been computed.
    pub fn rows(&self) -> Vec<Row> {
        self.rows.clone()
    }

    /// Whether the columns that come from neighbours are there, for all sets.
    pub fn has_neighbours(&self) -> bool {
        self.stages.past(Stage::Columns)
    }

    /// Of how many images the numbers are: of the queries, those whose columns are there or come first.
    pub fn samples(&self) -> Samples {
        self.samples
    }

    /// The images of each class.
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// The majority's class among the `k` nearest of each image by a set; `None` for images that are no query, or have not
    /// been one yet.
    pub fn votes(&self, set: usize, k: usize) -> Vec<Option<usize>> {
        let mut votes = vec![None; self.spaces.len()];
        let outcomes = self.outcomes.get(set).map(Vec::as_slice).unwrap_or_default();
        // With fewer other images than k, all of them vote.
        let k = k.min(self.depth());
        self.queries.iter().zip(outcomes).for_each(|(&query, outcome)| votes[query] = outcome.vote(k));
        votes
    }

    /// The up to 50 images nearest to an image by a set, best first, with their cosines; empty if there is no such image or
    /// set.
    pub fn neighbours(&self, set: usize, image: usize) -> Vec<(usize, f32)> {
        let count = self.spaces.len();
        if set >= self.question.sets.len() || image >= count {
            return Vec::new();
        }
        let similarities = self.spaces.similarities(&[image], None, set..set + 1);
        let (mut row, mut kept) = (Vec::new(), Vec::new());
        self.spaces.summed(set, &similarities, 0, count, &mut row);
        nearest(&row, image, LARGEST_K, &mut kept);
        kept.iter_mut().for_each(|(_, similarity)| *similarity *= self.spaces.scale(set));
        kept
    }

    /// The largest k there is.
    fn depth(&self) -> usize {
        LARGEST_K.min(self.spaces.len().saturating_sub(1))
    }

    /// Blocks of queries against all images, under every set; a block a core.
    fn compare(&mut self, blocks: Range<usize>) {
        let size = self.stages.block();
        let queries: Vec<&[usize]> =
            blocks.map(|block| &self.queries[block * size..]).map(|q| &q[..size.min(q.len())]).collect();
        let mut found: Vec<Vec<Vec<Outcome>>> = vec![Vec::new(); queries.len()];
        cores::each(queries.into_iter().zip(&mut found), |(queries, found)| *found = self.outcomes_of(queries));
        for (set, outcomes) in self.outcomes.iter_mut().enumerate() {
            found.iter().for_each(|block| outcomes.extend(&block[set]));
        }
    }

    fn outcomes_of(&self, queries: &[usize]) -> Vec<Vec<Outcome>> {
        let (sets, count) = (self.question.sets.len(), self.spaces.len());
        let similarities = self.spaces.similarities(queries, None, 0..sets);
        let mut judge = Judge::new(&self.question.labels, &self.classes);
        let (mut row, mut found) = (Vec::new(), vec![Vec::with_capacity(queries.len()); sets]);
        for (place, &query) in queries.iter().enumerate() {
            for (set, found) in found.iter_mut().enumerate() {
                self.spaces.summed(set, &similarities, place, count, &mut row);
                found.push(judge.outcome(query, &row, self.spaces.scale(set)));
            }
        }
        found
    }

    /// A set's columns that come from neighbours, of the queries so far.
    fn columns(&mut self, unit: usize) {
        let (set, depth) = (self.order[unit], self.depth());
        let (count, seed) = (self.outcomes[set].len(), self.question.seed);
        let resampling = self.resampling.get_or_insert_with(|| Resampling::new(count, seed, 0));
        let embedding = self.embedding.filter(|embedding| *embedding != set).map(|set| &self.outcomes[set][..]);
        let judged = &self.judged[..count];
        let Columns { at_k, values } = Columns::new(&self.outcomes[set], embedding, judged, depth, resampling);
        let row = &mut self.rows[set];
        row.at_k = at_k;
        row.values.retain(|(metric, _)| values.iter().all(|(other, _)| other != metric));
        row.values.extend(values);
        if unit + 1 == self.order.len() {
            self.samples.queries = count;
            // It is large, and not needed again.
            self.resampling = None;
        }
    }

    /// One few-shot draw under every set; with the last draw, the column.
    fn draw(&mut self, draw: usize) {
        let Question { effort, seed, ref labels, ref sets, .. } = self.question;
        let split = Split::draw(&self.classes, effort, seed, draw);
        self.drawn.extend(split.accuracies(&self.spaces, sets.len(), labels));
        if draw + 1 < DRAWS {
            return;
        }
        let resampling = Resampling::new(self.drawn.len(), seed, 1);
        for set in 0..self.rows.len() {
            let accuracies: Vec<f64> = self.drawn.iter().map(|draw| draw[set]).collect();
            let Some((mean, deviation)) = mean_and_deviation(&accuracies) else { continue };
            let embedding = self.embedding.filter(|embedding| *embedding != set);
            let against_embedding = embedding.and_then(|embedding| {
                let differ = |draw: &Vec<f64>| (draw[set] - draw[embedding]) as f32;
                resampling.intervals(&self.drawn.iter().map(differ).collect::<Vec<_>>(), 1, None)[0]
            });
            let value = Value { value: mean, deviation: Some(deviation), against_embedding };
            self.rows[set].values.push((Metric::FewShot, value));
        }
    }

    /// k-means under some sets, one a core, and their columns.
    fn cluster(&mut self, units: Range<usize>) {
        let (spaces, seed) = (&self.spaces, self.question.seed);
        self.sampled.prepare(spaces);
        let sampled = &self.sampled;
        let sets: Vec<usize> = units.clone().map(|unit| self.order[unit]).collect();
        let mut found = vec![Vec::new(); sets.len()];
        cores::each(sets.iter().zip(&mut found), |(&set, found)| {
            if spaces.width(set) > 0 {
                *found = agreements(&sampled.products(spaces, set), &sampled.labels, seed);
            }
        });
        for (set, agreements) in sets.into_iter().zip(found) {
            for (i, metric) in [Metric::Nmi, Metric::Ari, Metric::ClusterAccuracy].into_iter().enumerate() {
                let values: Vec<f64> = agreements.iter().map(|agreement| agreement[i]).collect();
                if let Some((mean, deviation)) = mean_and_deviation(&values) {
                    let value = Value { value: mean, deviation: Some(deviation), against_embedding: None };
                    self.rows[set].values.push((metric, value));
                }
            }
        }
    }

    /// The linear probe under some sets, one a core, and their columns.
    fn probe(&mut self, units: Range<usize>) {
        let (spaces, folds) = (&self.spaces, &self.folds);
        self.sampled.prepare(spaces);
        let sampled = &self.sampled;
        let sets: Vec<usize> = units.clone().map(|unit| self.order[unit]).collect();
        let mut found: Vec<Option<Vec<bool>>> = vec![None; sets.len()];
        cores::each(sets.iter().zip(&mut found), |(&set, found)| {
            let Some((features, width)) = sampled.features(spaces, set) else { return };
            let named = linear_probe(&features, width, &sampled.labels, folds, C);
            // Where the solver failed, there is no number rather than one that misleads.
            *found = named.iter().zip(&sampled.labels).map(|(named, label)| Some((*named)? == *label)).collect();
        });
        for (set, named) in sets.into_iter().zip(found) {
            if let Some(named) = named {
                self.probed(set, named);
            }
        }
        if units.end == self.order.len() {
            self.sampled.forget();
            self.resampling = None;
        }
    }

    /// The probe's column of a set, of whether each image was named right.
    fn probed(&mut self, set: usize, named: Vec<bool>) {
        let (count, seed) = (named.len(), self.question.seed);
        let against = self.named_by_embedding.as_ref().and_then(|embedding| {
            let resampling = self.resampling.get_or_insert_with(|| Resampling::new(count, seed, 2));
            let differ = |(mine, other): (&bool, &bool)| f32::from(*mine) - f32::from(*other);
            let differences: Vec<f32> = named.iter().zip(embedding).map(differ).collect();
            resampling.intervals(&differences, 1, None)[0]
        });
        let right = named.iter().filter(|right| **right).count() as f64;
        self.rows[set].values.push((Metric::LinearProbe, value(right / count as f64, against)));
        if Some(set) == self.embedding {
            self.named_by_embedding = Some(named);
        }
    }
}

/// Principal components of a set's rows; none where they can't be had.
fn reduce(rows: &[f32], width: usize, wanted: usize) -> Option<(Vec<f32>, usize)> {
    let components = PrincipalComponents::fit(rows, width, wanted).ok()?;
    Some((components.project(rows), components.count()))
}

#[cfg(test)]
mod tests;
