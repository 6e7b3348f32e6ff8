//! What a picture's dense gradients contrast with.

use super::{Rows, nearest};
use crate::random::{Purpose, Stream};

/// Neighbours of each token that may become negatives (arXiv 2407.10964, appendix on segmentation).
const NEIGHBOURS: usize = 2;
/// The stream's lane; the bank's own sampling has lane 0.
const LANE: u32 = 1;

/// The places in `pool` whose patches are the picture's negatives: the [`NEIGHBOURS`] nearest of every token by
/// cosine, half of those at random, shared by all tokens. A patch that several tokens chose may come more than once.
///
/// `tokens` are the picture's, class token first, and `pool` the patches of the other labelled pictures, all
/// L2-normalised. Where `pool` is the picture's own patches (`own`), a token does not choose itself.
pub fn negatives(tokens: &Rows, pool: &Rows, own: bool, seed: u64) -> Vec<u32> {
    let hits = nearest(&[tokens], &[pool], NEIGHBOURS + usize::from(own)).remove(0);
    let mut chosen = Vec::with_capacity(NEIGHBOURS * tokens.len());
    for token in 0..tokens.len() {
        // Token t is patch t - 1: the class token stands before them.
        let others = hits.of(token).map(|(index, _)| index).filter(|&index| !own || index as usize + 1 != token);
        chosen.extend(others.take(NEIGHBOURS));
    }
    let mut stream = Stream::new(seed, Purpose::Bank, LANE);
    let half = chosen.len() / 2;
    for place in 0..half {
        let other = place + stream.below((chosen.len() - place) as u32) as usize;
        chosen.swap(place, other);
    }
    chosen.truncate(half);
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit_rows(count: usize, lane: u32) -> Rows {
        let mut stream = Stream::new(3, Purpose::Bank, lane);
        Rows::new(6, (0..count * 6).map(|_| stream.range(-1.0, 1.0)).collect()).normalised()
    }

    #[test]
    fn half_of_the_two_nearest() {
        let (tokens, pool) = (unit_rows(10, 8), unit_rows(50, 9));
        let chosen = negatives(&tokens, &pool, false, 0);
        assert_eq!(chosen.len(), 10);
        let hits = &nearest(&[&tokens], &[&pool], 2)[0];
        assert!(chosen.iter().all(|index| hits.indices.contains(index)));
        assert_eq!(chosen, negatives(&tokens, &pool, false, 0));
        assert_ne!(chosen, negatives(&tokens, &pool, false, 1));
    }

    #[test]
    fn a_token_does_not_choose_itself() {
        let pool = unit_rows(4, 8);
        let mut tokens = unit_rows(1, 9);
        tokens.extend(&pool);
        let hits = &nearest(&[&tokens], &[&pool], 3)[0];
        // Every patch is its own nearest; the one after is the first that counts.
        assert!((1..5).all(|token| hits.of(token).next().unwrap().0 as usize == token - 1));
        let chosen = negatives(&tokens, &pool, true, 0);
        assert_eq!(chosen.len(), 5);
        let allowed: Vec<u32> = (0..5)
            .flat_map(|t| hits.of(t).map(|h| h.0).filter(move |&i| i as usize + 1 != t).take(2).collect::<Vec<_>>())
            .collect();
        assert!(chosen.iter().all(|index| allowed.contains(index)));
    }
}
