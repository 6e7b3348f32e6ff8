//! Every image of a gallery as the query against all others, by the embedding and by FUNGI, in steps that a page can
//! take between frames. What it finds is what [`super::majority`] and [`super::Cosines::nearest`] find at once.

use std::borrow::Borrow;

use super::neighbours::{best_first, part_cosine, weighted_mean};
use super::{Weights, majority};
use crate::fungi::{Features, Part, PartMap};

/// A comparison of all images with all others that has come so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    weights: Weights,
    k: usize,
    /// The class of each image; `None` without a label.
    classes: Vec<Option<usize>>,
    /// Whether each image can be judged: see [`Tally::judged`].
    judged: Vec<bool>,
    /// The present query, and the item that it is compared with next.
    at: (usize, usize),
    nearest: [Nearest; 2],
    tally: Tally,
}

/// What both rankings of all queries come to. Images are given by their places in the gallery.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Tally {
    /// The neighbours that each query has: k, or all other images where there are fewer.
    pub nearest: usize,
    /// Queries.
    pub queries: usize,
    /// The queries that count for the labels: those with a label that another image has, too; none where all labels are
    /// the same.
    pub judged: usize,
    /// Of those, the ones whose nearest by the embedding vote for their label; an image without a label has no vote.
    pub embedding: Vec<usize>,
    /// The same by FUNGI.
    pub fungi: Vec<usize>,
    /// Wrong by the embedding, right by FUNGI.
    pub helped: Vec<usize>,
    /// Right by the embedding, wrong by FUNGI.
    pub hurt: Vec<usize>,
    /// Queries whose neighbours are not the same images by both, with how many they share; the fewest first.
    pub different: Vec<(usize, usize)>,
    /// Neighbours that both rankings share, over all queries together.
    pub common: usize,
}

impl Survey {
    /// Starts anew: `k` neighbours, FUNGI by `weights`, and the class of each image that has a label, counted from 0.
    pub fn new(weights: Weights, k: usize, classes: Vec<Option<usize>>) -> Self {
        let mut sizes = vec![0; classes.iter().flatten().max().map_or(0, |last| last + 1)];
        classes.iter().flatten().for_each(|&class| sizes[class] += 1);
        let several = sizes.iter().filter(|size| **size > 0).count() > 1;
        let judge = |class: &Option<usize>| several && class.is_some_and(|class| sizes[class] > 1);
        let judged: Vec<bool> = classes.iter().map(judge).collect();
        let count = judged.iter().filter(|judged| **judged).count();
        let queries = classes.len();
        let nearest = k.min(queries.saturating_sub(1));
        let tally = Tally { nearest, queries, judged: count, ..Tally::default() };
        Self { weights, k, classes, judged, at: (0, 0), nearest: Default::default(), tally }
    }

    /// Compares up to `pairs` more pairs of `items`, which are the same at every step, one for each class given at the
    /// start. Whether all are compared.
    pub fn step<F: Borrow<Features>>(&mut self, items: &[F], pairs: usize) -> bool {
        let count = items.len().min(self.classes.len());
        for _ in 0..pairs {
            let (query, item) = self.at;
            if query >= count {
                break;
            }
            if item == count {
                self.conclude(query);
                self.at = (query + 1, 0);
                continue;
            }
            if item != query {
                self.compare(items[query].borrow(), items[item].borrow(), item);
            }
            self.at = (query, item + 1);
        }
        if self.at.0 < count {
            return false;
        }
        self.tally.different.sort_unstable_by_key(|&(query, common)| (common, query));
        true
    }

    /// What was found; complete once [`Self::step`] says so.
    pub fn into_tally(self) -> Tally {
        self.tally
    }

    fn compare(&mut self, query: &Features, other: &Features, item: usize) {
        let embedding = part_cosine(query, other, Part::Embedding);
        let row = PartMap::from_fn(|part| match part {
            Part::Embedding => embedding,
            _ if self.weights.get(part) > 0.0 => part_cosine(query, other, part),
            _ => f32::NAN,
        });
        for (nearest, weights) in self.nearest.iter_mut().zip([&Weights::embedding(), &self.weights]) {
            if let Some(score) = weighted_mean(&row, weights) {
                nearest.offer((item, score), self.k);
            }
        }
    }

    fn conclude(&mut self, query: usize) {
        let [embedding, fungi] = std::mem::take(&mut self.nearest).map(|nearest| nearest.0);
        let common = fungi.iter().filter(|(item, _)| embedding.iter().any(|(other, _)| other == item)).count();
        self.tally.common += common;
        if common < embedding.len().max(fungi.len()) {
            self.tally.different.push((query, common));
        }
        if !self.judged[query] {
            return;
        }
        let vote = |nearest: &[(usize, f32)]| majority(nearest.iter().filter_map(|&(item, _)| self.classes[item]));
        let [before, now] = [&embedding, &fungi].map(|nearest| vote(nearest) == self.classes[query]);
        let groups = [
            (before, &mut self.tally.embedding),
            (now, &mut self.tally.fungi),
            (now && !before, &mut self.tally.helped),
            (before && !now, &mut self.tally.hurt),
        ];
        groups.into_iter().filter(|(belongs, _)| *belongs).for_each(|(_, group)| group.push(query));
    }
}

/// The best of what was offered so far, best first.
#[derive(Debug, Clone, PartialEq, Default)]
struct Nearest(Vec<(usize, f32)>);

impl Nearest {
    fn offer(&mut self, offered: (usize, f32), k: usize) {
        let place = self.0.partition_point(|kept| best_first(kept, &offered).is_lt());
        if place < k {
            self.0.truncate(k - 1);
            self.0.insert(place, offered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};
    use crate::retrieval::Cosines;

    fn gallery(count: usize) -> Vec<Features> {
        let mut stream = Stream::new(7, Purpose::Bootstrap, 0);
        // Few different values, so that there are ties.
        let mut vector = || (0..3).map(|_| stream.below(3) as f32 - 1.0).collect();
        let one = |_| {
            let mut features = Features::new();
            [Part::Embedding, Part::Kl, Part::Dino].into_iter().for_each(|part| features.set(part, vector()));
            features
        };
        (0..count).map(one).collect()
    }

    fn run(mut survey: Survey, items: &[Features], pairs: usize) -> Tally {
        while !survey.step(items, pairs) {}
        survey.into_tally()
    }

    #[test]
    fn it_finds_what_a_direct_computation_finds_whatever_the_steps() {
        let items = gallery(40);
        let labels: Vec<usize> = (0..items.len()).map(|i| i * 7 % 4).collect();
        let classes: Vec<Option<usize>> = labels.iter().copied().map(Some).collect();
        let mut weights = Weights::of(&[Part::Embedding, Part::Kl]);
        weights.set(Part::Kl, 0.5);
        for k in [1, 5, 39, 80] {
            let tally = run(Survey::new(weights, k, classes.clone()), &items, 1_000_000);
            for pairs in [1, 7, 40, 333] {
                assert_eq!(run(Survey::new(weights, k, classes.clone()), &items, pairs), tally);
            }
            let right = |query: usize, weights: &Weights| {
                let nearest = Cosines::between(&items[query], &items).nearest(weights, k, Some(query));
                majority(nearest.iter().map(|near| labels[near.index])) == Some(labels[query])
            };
            let group = |wanted: &dyn Fn(bool, bool) -> bool| -> Vec<usize> {
                (0..items.len()).filter(|&i| wanted(right(i, &Weights::embedding()), right(i, &weights))).collect()
            };
            assert_eq!((tally.judged, tally.queries, tally.nearest), (40, 40, k.min(39)));
            assert_eq!(tally.embedding, group(&|before, _| before));
            assert_eq!(tally.fungi, group(&|_, now| now));
            assert_eq!(tally.helped, group(&|before, now| now && !before));
            assert_eq!(tally.hurt, group(&|before, now| before && !now));
            let common = |query: usize| {
                let cosines = Cosines::between(&items[query], &items);
                let [a, b] = [Weights::embedding(), weights].map(|weights| cosines.nearest(&weights, k, Some(query)));
                b.iter().filter(|near| a.iter().any(|other| other.index == near.index)).count()
            };
            assert_eq!(tally.common, (0..items.len()).map(common).sum::<usize>());
            assert!(tally.different.iter().all(|&(query, shared)| shared == common(query) && shared < k));
            assert!(tally.different.is_sorted_by_key(|(_, common)| *common));
        }
    }

    #[test]
    fn only_what_could_be_right_is_judged() {
        let items = gallery(5);
        let judged =
            |classes: [Option<usize>; 5]| run(Survey::new(Weights::fungi(), 2, classes.into()), &items, 3).judged;
        assert_eq!(judged([Some(0), Some(0), Some(1), None, None]), 2, "the second class has one image");
        assert_eq!(judged([Some(0); 5]), 0, "with one class there is nothing to be wrong about");
        assert_eq!(judged([None; 5]), 0);
    }

    #[test]
    fn an_image_without_a_label_has_no_vote_and_an_empty_gallery_is_done() {
        let mut items = gallery(0);
        for degrees in [0.0_f32, 1.0, 10.0, 22.0, 23.0] {
            let mut features = Features::new();
            features.set(Part::Embedding, vec![degrees.to_radians().cos(), degrees.to_radians().sin()]);
            items.push(features);
        }
        let classes = vec![Some(0), None, Some(0), Some(1), Some(1)];
        let tally = run(Survey::new(Weights::embedding(), 2, classes), &items, 4);
        // The nearest to 0 are 1, which has no vote, and 10; to 10, they are 1 and 0.
        assert_eq!((&tally.embedding[..], &tally.different[..]), (&[0, 2, 3, 4][..], &[][..]));
        assert!(Survey::new(Weights::fungi(), 5, Vec::new()).step::<Features>(&[], 1));
    }
}
