//! Nearest neighbours of one query, by any weighting of the parts.
//!
//! A FUNGI feature is its unit parts, concatenated, so a similarity is the sum of the parts' cosines. The cosines
//! are computed once per query; moving a slider only sums and sorts again.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::arithmetic::dot;
use crate::fungi::{Features, Part, PartMap};

/// The weight of each part, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weights(PartMap<f32>);

impl Weights {
    /// The embedding alone.
    pub fn embedding() -> Self {
        Self::of(&[Part::Embedding])
    }

    /// The paper's feature: embedding, KL, DINO and SimCLR with equal weights, without the views' means.
    pub fn fungi() -> Self {
        Self::of(&[Part::Embedding, Part::Kl, Part::Dino, Part::Simclr])
    }

    /// Weight 1 for each of `parts`, 0 for the others.
    pub fn of(parts: &[Part]) -> Self {
        Self(PartMap::from_fn(|part| if parts.contains(&part) { 1.0 } else { 0.0 }))
    }

    /// The weight of `part`.
    pub fn get(&self, part: Part) -> f32 {
        self.0[part]
    }

    /// The same for `parts` alone: 0 for the others.
    pub fn only(&self, parts: &PartMap<bool>) -> Self {
        Self(PartMap::from_fn(|part| if parts[part] { self.0[part] } else { 0.0 }))
    }

    /// Sets the weight of `part`, clamped to 0..=1; NaN counts as 0.
    pub fn set(&mut self, part: Part, weight: f32) {
        self.0[part] = if weight.is_nan() { 0.0 } else { weight.clamp(0.0, 1.0) };
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self::fungi()
    }
}

/// Cosines of one query with every item of a gallery, part by part: `[items, parts]`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cosines {
    /// NaN if one of the two lacks the part.
    rows: Vec<PartMap<f32>>,
}

impl Cosines {
    /// The cosines of `query` with each of `items`, in their order.
    pub fn between<'a>(query: &Features, items: impl IntoIterator<Item = &'a Features>) -> Self {
        let mut cosines = Self::default();
        items.into_iter().for_each(|item| cosines.push(query, item));
        cosines
    }

    /// Appends one item, as a gallery grows. Parts of different lengths cannot be compared: they count as absent.
    pub fn push(&mut self, query: &Features, item: &Features) {
        self.rows.push(PartMap::from_fn(|part| part_cosine(query, item, part)));
    }

    /// Puts other cosines of `part` in place, one for each item in order; NaN where there is none.
    pub fn replace(&mut self, part: Part, cosines: &[f32]) {
        self.rows.iter_mut().zip(cosines).for_each(|(row, cosine)| row[part] = *cosine);
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cosine of one part, if both sides have it.
    pub fn get(&self, item: usize, part: Part) -> Option<f32> {
        self.rows.get(item).map(|row| row[part]).filter(|cosine| !cosine.is_nan())
    }

    /// Weighted mean of an item's cosines: between -1 and 1 like a cosine, and in the order of the weighted sum. `None`
    /// if the item has no part with a weight.
    pub fn score(&self, item: usize, weights: &Weights) -> Option<f32> {
        weighted_mean(self.rows.get(item)?, weights)
    }

    fn scored(&self, weights: &Weights, without: Option<usize>) -> impl Iterator<Item = (usize, f32)> {
        let items = (0..self.len()).filter(move |&item| Some(item) != without);
        items.filter_map(move |item| Some((item, self.score(item, weights)?)))
    }

    /// The `k` best of the items that have a score, best first, equal scores in the gallery's order. The item `without` is
    /// left out.
    pub(super) fn order(&self, weights: &Weights, k: usize, without: Option<usize>) -> Vec<(usize, f32)> {
        let mut scored: Vec<(usize, f32)> = self.scored(weights, without).collect();
        if k < scored.len() {
            if k > 0 {
                scored.select_nth_unstable_by(k - 1, best_first);
            }
            scored.truncate(k);
        }
        scored.sort_unstable_by(best_first);
        scored
    }

    /// The `k` nearest items. The item `without` is left out: the query itself, if it is in the gallery.
    pub fn nearest(&self, weights: &Weights, k: usize, without: Option<usize>) -> Vec<Neighbour> {
        let nearest = self.order(weights, k, without);
        nearest.iter().enumerate().map(|(i, &(index, score))| Neighbour { index, score, rank: i + 1 }).collect()
    }

    /// The `k` nearest by the embedding alone and by `weights`, and how far each of the latter moved.
    pub fn compare(&self, weights: &Weights, k: usize, without: Option<usize>) -> Comparison {
        let fungi = self.nearest(weights, k, without);
        let ranks = self.ranks(&Weights::embedding(), fungi.iter().map(|near| near.index), without);
        let change = |near: &Neighbour| Some(*ranks.get(&near.index)? as i64 - near.rank as i64);
        let changes = fungi.iter().map(change).collect();
        Comparison { embedding: self.nearest(&Weights::embedding(), k, without), fungi, changes }
    }

    /// The ranks of some items, from 1, among all that have a score; those that have none are left out. Without sorting
    /// all of a large gallery.
    fn ranks(
        &self,
        weights: &Weights,
        items: impl Iterator<Item = usize>,
        without: Option<usize>,
    ) -> BTreeMap<usize, usize> {
        let mut wanted: Vec<_> = items.filter_map(|item| Some((item, self.score(item, weights)?))).collect();
        wanted.sort_unstable_by(best_first);
        // How many come before each of them, and not before the one above it.
        let mut before = vec![0; wanted.len() + 1];
        for scored in self.scored(weights, without) {
            before[wanted.partition_point(|of| best_first(of, &scored).is_le())] += 1;
        }
        let ranks = before.iter().scan(1, |rank, before| {
            *rank += before;
            Some(*rank)
        });
        wanted.iter().map(|&(item, _)| item).zip(ranks).collect()
    }
}

/// The cosine of one part; NaN if one of the two lacks it, or in another length.
pub(super) fn part_cosine(query: &Features, item: &Features, part: Part) -> f32 {
    match (query.get(part), item.get(part)) {
        (Some(a), Some(b)) if a.len() == b.len() => dot(a, b),
        _ => f32::NAN,
    }
}

/// The weighted mean of the cosines that are there; `None` if none of them has a weight.
pub(super) fn weighted_mean(row: &PartMap<f32>, weights: &Weights) -> Option<f32> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (part, cosine) in row.iter() {
        let weight = weights.get(part);
        if weight > 0.0 && !cosine.is_nan() {
            sum += weight * cosine;
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

/// Best first; equal scores in the gallery's order.
pub(super) fn best_first(a: &(usize, f32), b: &(usize, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

/// One neighbour of a query.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its position in the gallery.
    pub index: usize,
    /// Weighted mean of the parts' cosines.
    pub score: f32,
    /// Its rank, from 1.
    pub rank: usize,
}

/// The same query under two features.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// Nearest by the embedding alone.
    pub embedding: Vec<Neighbour>,
    /// Nearest by the weighted parts.
    pub fungi: Vec<Neighbour>,
    /// For each of `fungi`: its rank by the embedding minus its rank here. Positive: it moved up. `None` if the
    /// embedding does not rank it.
    pub changes: Vec<Option<i64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit vectors in the plane, at an angle given by its cosine.
    fn features(embedding: f32, kl: f32) -> Features {
        let at = |cosine: f32| vec![cosine, (1.0 - cosine * cosine).sqrt()];
        let mut features = Features::new();
        features.set(Part::Embedding, at(embedding));
        features.set(Part::Kl, at(kl));
        features
    }

    fn indices(neighbours: &[Neighbour]) -> Vec<usize> {
        neighbours.iter().map(|near| near.index).collect()
    }

    #[test]
    fn weights_decide_the_order_and_the_score_stays_a_cosine() {
        let items = [features(0.9, 0.1), features(0.8, 0.6), features(0.1, 1.0)];
        let cosines = Cosines::between(&features(1.0, 1.0), &items);
        assert_eq!(indices(&cosines.nearest(&Weights::embedding(), 3, None)), [0, 1, 2]);
        let comparison = cosines.compare(&Weights::of(&[Part::Embedding, Part::Kl]), 3, None);
        assert_eq!(indices(&comparison.embedding), [0, 1, 2]);
        // Sums: 1.0, 1.4, 1.1.
        assert_eq!(indices(&comparison.fungi), [1, 2, 0]);
        assert_eq!(comparison.changes, [Some(1), Some(1), Some(-2)]);
        assert!((comparison.fungi[0].score - 0.7).abs() < 1e-6);
        let mut half = Weights::embedding();
        half.set(Part::Kl, 0.5);
        assert!((cosines.score(0, &half).unwrap() - 0.95 / 1.5).abs() < 1e-6);
    }

    #[test]
    fn ties_keep_the_gallerys_order_for_every_k() {
        let items = vec![features(0.5, 0.5); 7];
        let cosines = Cosines::between(&features(1.0, 1.0), &items);
        for k in 0..=8 {
            let expected: Vec<usize> = (0..7).filter(|&i| i != 2).take(k).collect();
            assert_eq!(indices(&cosines.nearest(&Weights::fungi(), k, Some(2))), expected);
        }
    }

    #[test]
    fn a_partial_sort_gives_the_head_of_the_full_one() {
        let items: Vec<Features> = (0..50).map(|i| features(((i * 37) % 50) as f32 / 50.0, 0.0)).collect();
        let cosines = Cosines::between(&features(1.0, 1.0), &items);
        let all = cosines.nearest(&Weights::embedding(), 50, None);
        for k in [1, 3, 49] {
            assert_eq!(cosines.nearest(&Weights::embedding(), k, None), all[..k]);
        }
    }

    #[test]
    fn ranks_are_places_in_the_full_order() {
        // Several have the same score, and one has none.
        let mut items: Vec<Features> = (0..50).map(|i| features(((i * 37) % 20) as f32 / 20.0, 0.0)).collect();
        items[7] = Features::new();
        let cosines = Cosines::between(&features(1.0, 1.0), &items);
        let order = cosines.order(&Weights::embedding(), 50, Some(4));
        for wanted in [vec![], vec![7], vec![30], vec![9, 49, 0, 7, 20, 40], (0..50).filter(|i| *i != 4).collect()] {
            let expected = order.iter().enumerate().map(|(place, (item, _))| (*item, place + 1));
            let expected = expected.filter(|(item, _)| wanted.contains(item)).collect();
            assert_eq!(cosines.ranks(&Weights::embedding(), wanted.into_iter(), Some(4)), expected);
        }
    }

    #[test]
    fn absent_parts_do_not_count() {
        let mut lacking = Features::new();
        lacking.set(Part::Embedding, vec![1.0, 0.0]);
        let mut longer = Features::new();
        longer.set(Part::Embedding, vec![1.0, 0.0, 0.0]);
        let cosines = Cosines::between(&features(1.0, 1.0), [&lacking, &longer]);
        assert_eq!(cosines.score(0, &Weights::fungi()), Some(1.0));
        assert_eq!(cosines.score(0, &Weights::of(&[Part::Dino])), None);
        assert_eq!(indices(&cosines.nearest(&Weights::fungi(), 5, None)), [0]);
        assert_eq!(cosines.get(1, Part::Embedding), None);
    }

    #[test]
    fn weights_can_be_limited_to_some_parts() {
        let limited = Weights::fungi().only(&PartMap::from_fn(|part| part == Part::Kl || part == Part::MeanDino));
        assert_eq!(limited, Weights::of(&[Part::Kl]));
    }

    #[test]
    fn weights_stay_within_bounds() {
        let mut weights = Weights::fungi();
        weights.set(Part::Dino, 3.0);
        weights.set(Part::Kl, f32::NAN);
        assert_eq!((weights.get(Part::Dino), weights.get(Part::Kl)), (1.0, 0.0));
    }
}
