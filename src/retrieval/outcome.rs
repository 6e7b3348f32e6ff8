//! One query's outcome under one feature set: votes, average precision, R-precision, without sorting all similarities.

use super::{Classes, LARGEST_K};

/// Temperature of DINO's k-NN vote.
const TEMPERATURE: f32 = 0.07;

/// No class: fewer neighbours than k.
const NO_VOTE: u32 = u32::MAX;

/// What one query comes to. Bit k - 1 of a word is about the k nearest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    /// The majority's class among the k nearest, at k - 1.
    votes: [u32; LARGEST_K],
    /// Whether that is the query's.
    pub right: u64,
    /// The same with votes weighted by exp(similarity / 0.07).
    pub weighted: u64,
    /// Whether one of the k nearest has the query's class.
    pub found: u64,
    /// Average precision; 0 if no other image has the query's class.
    pub average_precision: f32,
    /// Precision among the R nearest, where R others have the query's class; 0 if there are none.
    pub r_precision: f32,
}

impl Outcome {
    /// The majority's class among the `k` nearest.
    pub(super) fn vote(&self, k: usize) -> Option<usize> {
        let vote = *self.votes.get(k.checked_sub(1)?)?;
        (vote != NO_VOTE).then_some(vote as usize)
    }
}

/// Makes outcomes of similarities; keeps its memory from query to query.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    labels: &'a [usize],
    classes: &'a Classes,
    nearest: Vec<(usize, f32)>,
    tally: Vec<(usize, u32, f64)>,
    ranks: Ranks,
}

impl<'a> Judge<'a> {
    pub(super) fn new(labels: &'a [usize], classes: &'a Classes) -> Self {
        Self { labels, classes, nearest: Vec::new(), tally: Vec::new(), ranks: Ranks::default() }
    }

    /// The outcome of `query`, given its similarity with each image, which times `scale` is a cosine. Equal ones count in
    /// the gallery's order.
    pub(super) fn outcome(&mut self, query: usize, similarities: &[f32], scale: f32) -> Outcome {
        let label = self.labels[query];
        nearest(similarities, query, LARGEST_K, &mut self.nearest);
        let (average_precision, r_precision) = self.ranks.precisions(similarities, query, self.classes.of(label));
        let mut outcome = Outcome {
            votes: [NO_VOTE; LARGEST_K],
            right: 0,
            weighted: 0,
            found: 0,
            average_precision: average_precision as f32,
            r_precision: r_precision as f32,
        };
        // Classes with their votes and their weighted votes, in the order of their nearest members.
        self.tally.clear();
        let largest = self.nearest.first().map_or(0.0, |(_, similarity)| *similarity);
        let mut found = false;
        for (place, &(image, similarity)) in self.nearest.iter().enumerate() {
            let class = self.labels[image];
            let weight = f64::from((similarity - largest) * scale / TEMPERATURE).exp();
            match self.tally.iter_mut().find(|(known, ..)| *known == class) {
                Some((_, votes, weights)) => (*votes, *weights) = (*votes + 1, *weights + weight),
                None => self.tally.push((class, 1, weight)),
            }
            let (mut most, mut heaviest) = (self.tally[0], self.tally[0]);
            for candidate in &self.tally[1..] {
                if candidate.1 > most.1 {
                    most = *candidate;
                }
                if candidate.2 > heaviest.2 {
                    heaviest = *candidate;
                }
            }
            found |= class == label;
            outcome.votes[place] = most.0 as u32;
            outcome.right |= u64::from(most.0 == label) << place;
            outcome.weighted |= u64::from(heaviest.0 == label) << place;
            outcome.found |= u64::from(found) << place;
        }
        outcome
    }
}

/// The `k` most similar images but `without`, best first, equal ones in the gallery's order.
pub(super) fn nearest(similarities: &[f32], without: usize, k: usize, kept: &mut Vec<(usize, f32)>) {
    /// Few enough that most groups have nothing to offer, once there are `k`.
    const GROUP: usize = 16;
    kept.clear();
    let mut floor = f32::NEG_INFINITY;
    for (group, values) in similarities.chunks(GROUP).enumerate() {
        if !values.iter().fold(false, |any, value| any | (*value > floor)) {
            continue;
        }
        for (i, &value) in values.iter().enumerate() {
            let image = group * GROUP + i;
            if value > floor && image != without && k > 0 {
                if kept.len() == k {
                    kept.pop();
                }
                kept.insert(kept.partition_point(|(_, better)| *better >= value), (image, value));
                if kept.len() == k {
                    floor = kept[k - 1].1;
                }
            }
        }
    }
}

/// Finds the ranks of a few images among all. Similarities are dealt into buckets, best first; an image then has to be compared
/// only with those of the few in its own bucket. The ranks are those of a full sort, to the last tie.
#[derive(Debug, Default)]
struct Ranks {
    /// The bucket of each image.
    buckets: Vec<i32>,
    /// Where each bucket's relevant images start in `sorted`.
    starts: Vec<u32>,
    /// The relevant images, best first.
    sorted: Vec<(f32, usize)>,
    /// How many images come right before each of `sorted`, itself counted, and after the last one.
    before: Vec<u32>,
}

impl Ranks {
    /// Average precision and R-precision of the images of `class` but `query`; 0 and 0 if there are none.
    fn precisions(&mut self, similarities: &[f32], query: usize, class: &[usize]) -> (f64, f64) {
        let others = class.iter().filter(|image| **image != query).count();
        if others == 0 {
            return (0.0, 0.0);
        }
        self.deal(similarities);
        self.sort(similarities, class.iter().copied().filter(|image| *image != query), others);
        self.count(similarities, query);
        let (mut rank, mut sum, mut within) = (0, 0.0, 0);
        for (place, before) in self.before[..others].iter().enumerate() {
            rank += before;
            sum += (place + 1) as f64 / f64::from(rank);
            within += usize::from(rank as usize <= others);
        }
        (sum / others as f64, within as f64 / others as f64)
    }

    /// A bucket for each image: a monotone function of its similarity, so that a better one never lies in a later bucket.
    fn deal(&mut self, similarities: &[f32]) {
        let count = (similarities.len() / 4).next_power_of_two().clamp(16, 4096);
        let extreme = |by: fn(f32, f32) -> f32| {
            let mut lanes = [similarities[0]; 8];
            let (chunks, rest) = similarities.as_chunks::<8>();
            for chunk in chunks {
                lanes.iter_mut().zip(chunk).for_each(|(lane, value)| *lane = by(*lane, *value));
            }
            rest.iter().chain(&lanes).copied().fold(similarities[0], by)
        };
        let larger = |a: f32, b: f32| if b > a { b } else { a };
        let smaller = |a: f32, b: f32| if b < a { b } else { a };
        let (best, worst) = (extreme(larger), extreme(smaller));
        let last = count as f32 - 1.0;
        let scale = if best > worst { last / (best - worst) } else { 0.0 };
        self.buckets.clear();
        self.buckets.extend(similarities.iter().map(|value| ((best - value) * scale).min(last) as i32));
        self.starts.clear();
        self.starts.resize(count + 1, 0);
    }

    /// The relevant images, bucket by bucket, and within a bucket best first.
    fn sort(&mut self, similarities: &[f32], relevant: impl Iterator<Item = usize> + Clone, count: usize) {
        for image in relevant.clone() {
            self.starts[self.buckets[image] as usize + 1] += 1;
        }
        for bucket in 1..self.starts.len() {
            self.starts[bucket] += self.starts[bucket - 1];
        }
        self.sorted.clear();
        self.sorted.resize(count, (0.0, 0));
        // Each bucket is filled from its start; `before` serves as the places that are filled.
        self.before.clear();
        self.before.extend_from_slice(&self.starts);
        for image in relevant {
            let place = &mut self.before[self.buckets[image] as usize];
            self.sorted[*place as usize] = (similarities[image], image);
            *place += 1;
        }
        for ends in self.starts.windows(2) {
            let (from, to) = (ends[0] as usize, ends[1] as usize);
            if to - from > 1 {
                self.sorted[from..to].sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            }
        }
        self.before.clear();
        self.before.resize(count + 1, 0);
    }

    /// Counts every image but the query before the first relevant one that it is not worse than.
    fn count(&mut self, similarities: &[f32], query: usize) {
        let Self { buckets, starts, sorted, before } = self;
        let place = |image: usize, value: f32| {
            let bucket = buckets[image] as usize;
            let (mut place, end) = (starts[bucket] as usize, starts[bucket + 1] as usize);
            while place < end && (sorted[place].0 > value || (sorted[place].0 == value && sorted[place].1 < image)) {
                place += 1;
            }
            place
        };
        for (image, &value) in similarities.iter().enumerate() {
            before[place(image, value)] += 1;
        }
        before[place(query, similarities[query])] -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};
    use crate::retrieval::{average_precision, majority, softmax_weighted};

    /// What a full sort says.
    fn naive(similarities: &[f32], labels: &[usize], query: usize) -> Vec<(usize, f32)> {
        let mut order: Vec<(usize, f32)> = similarities.iter().copied().enumerate().collect();
        order.remove(query);
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        order.into_iter().map(|(image, value)| (labels[image], value)).collect()
    }

    #[test]
    fn it_is_what_a_full_sort_says_ties_included() {
        let mut stream = Stream::new(3, Purpose::Bootstrap, 0);
        // Few values are many ties; a skew one fills few buckets.
        for (count, classes, values, power) in [
            (1, 1, 9, 1),
            (2, 1, 2, 1),
            (30, 3, 4, 1),
            (200, 5, 1, 1),
            (400, 7, 50, 1),
            (900, 2, 1_000_000, 9),
            (301, 290, 90, 1),
        ] {
            let labels: Vec<usize> = (0..count).map(|_| stream.below(classes) as usize).collect();
            let sizes = Classes::new(&labels, classes as usize);
            let mut judge = Judge::new(&labels, &sizes);
            for query in 0..count.min(20) {
                let similarities: Vec<f32> =
                    (0..count).map(|_| (stream.below(values) as f32 / values as f32).powi(power) - 0.5).collect();
                let scale = 0.25;
                let found = judge.outcome(query, &similarities, scale);
                let order = naive(&similarities, &labels, query);
                let relevant: Vec<bool> = order.iter().map(|(class, _)| *class == labels[query]).collect();
                let others = relevant.iter().filter(|relevant| **relevant).count();
                let precision = relevant[..others].iter().filter(|r| **r).count() as f32 / others.max(1) as f32;
                assert_eq!(found.average_precision, average_precision(relevant.iter().copied()).unwrap_or(0.0) as f32);
                assert_eq!(found.r_precision, precision);
                for k in 1..=LARGEST_K {
                    let near: Vec<(usize, f32)> = order.iter().take(k).map(|(class, v)| (*class, v * scale)).collect();
                    let there = near.len() == k;
                    let bit = |word: u64| word >> (k - 1) & 1 == 1;
                    let vote = majority(near.iter().map(|(class, _)| *class)).filter(|_| there);
                    assert_eq!(found.vote(k), vote);
                    assert_eq!(bit(found.right), vote == Some(labels[query]));
                    let weighted = softmax_weighted(&near, TEMPERATURE).filter(|_| there);
                    assert_eq!(bit(found.weighted), weighted == Some(labels[query]));
                    assert_eq!(bit(found.found), there && near.iter().any(|(class, _)| *class == labels[query]));
                }
                assert_eq!((found.vote(0), found.vote(LARGEST_K + 1)), (None, None));
            }
        }
    }

    #[test]
    fn the_nearest_are_the_head_of_the_order() {
        let similarities = [0.5, 0.9, 0.5, -1.0, 0.9, 0.1];
        let mut kept = Vec::new();
        nearest(&similarities, 4, 3, &mut kept);
        assert_eq!(kept, [(1, 0.9), (0, 0.5), (2, 0.5)]);
        nearest(&similarities, 4, 9, &mut kept);
        assert_eq!(kept.len(), 5);
        nearest(&similarities, 4, 0, &mut kept);
        assert!(kept.is_empty());
    }
}
