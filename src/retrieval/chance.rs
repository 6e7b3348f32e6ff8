//! What an evaluation draws: samples, folds, starts. Each from a lane of its own, so that nothing depends on what else was
//! drawn before.

use crate::random::{Purpose, Stream};

/// What is drawn; with the lanes of the stream that it is drawn from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Draw {
    /// The queries, where not every image is one.
    Queries,
    /// The images that are clustered, and that the linear probe is trained and tested on.
    Sampled,
    /// The linear probe's folds.
    Folds,
    /// In which order queries are compared.
    QueryOrder,
    /// A few labelled images and those to be named by them.
    FewShot(u32),
    /// A start of k-means.
    Start(u32),
}

impl Draw {
    /// Its numbers.
    pub(super) fn stream(self, seed: u64) -> Stream {
        let lane = match self {
            Self::Queries => 0,
            Self::Sampled => 1,
            Self::Folds => 2,
            Self::QueryOrder => 3,
            Self::FewShot(draw) => 0x100 + draw,
            Self::Start(start) => 0x200 + start,
        };
        Stream::new(seed, Purpose::Evaluation, lane)
    }
}

/// Brings items into a random order (Fisher and Yates).
pub(super) fn shuffle<T>(items: &mut [T], stream: &mut Stream) {
    for i in (1..items.len()).rev() {
        items.swap(i, stream.below(i as u32 + 1) as usize);
    }
}

/// `wanted` of `items` without replacement, all of them if there are no more, in their order.
pub(super) fn sample(mut items: Vec<usize>, wanted: usize, stream: &mut Stream) -> Vec<usize> {
    if wanted < items.len() {
        for i in 0..wanted {
            let other = i + stream.below((items.len() - i) as u32) as usize;
            items.swap(i, other);
        }
        items.truncate(wanted);
        items.sort_unstable();
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_distinct_in_order_and_even() {
        let mut times = [0; 10];
        for draw in 0..1_000 {
            let found = sample((0..10).collect(), 4, &mut Draw::FewShot(draw).stream(0));
            assert!(found.len() == 4 && found.is_sorted_by(|a, b| a < b));
            found.iter().for_each(|&i| times[i] += 1);
        }
        // 400 each, give or take; the standard deviation is 15.
        assert!(times.iter().all(|n| (330..470).contains(n)), "{times:?}");
        assert_eq!(sample(vec![3, 1], 5, &mut Draw::Queries.stream(0)), [3, 1]);
    }

    #[test]
    fn a_shuffle_keeps_all_items() {
        let mut items: Vec<usize> = (0..50).collect();
        shuffle(&mut items, &mut Draw::Folds.stream(1));
        assert!(!items.is_sorted());
        items.sort_unstable();
        assert!(items.into_iter().eq(0..50));
    }
}
