//! Which patches a picture's dense gradients contrast with.

use super::{RowsRef, nearest};
use crate::random::{Purpose, Stream};

/// Neighbours of each token that may become negatives (arXiv 2407.10964, appendix on segmentation).
const NEIGHBOURS: usize = 2;
/// The stream's lane; the bank's own sampling has lane 0.
const LANE: u32 = 1;

/// Where a negative is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which of the pictures.
    pub picture: usize,
    /// Its patch.
    pub patch: usize,
}

/// The negatives of a picture: of every token, the [`NEIGHBOURS`] nearest patches by cosine, then a random half of all
/// of these, shared by all tokens. A patch that several tokens chose may come more than once.
///
/// `tokens` are the picture's, class token first, and `pictures` the patches of the other labelled ones, all
/// L2-normalised. Where there is no other, `pictures` holds the picture's own patches (`own`); no token chooses itself.
pub fn negatives(tokens: RowsRef<'_>, pictures: &[RowsRef<'_>], own: bool, seed: u64) -> Vec<Place> {
    let k = NEIGHBOURS + usize::from(own);
    let hits: Vec<_> = pictures.iter().map(|&picture| nearest(&[tokens], &[picture], k).remove(0)).collect();
    let mut chosen = Vec::with_capacity(NEIGHBOURS * tokens.len());
    for token in 0..tokens.len() {
        let all = hits.iter().enumerate().flat_map(|(picture, hits)| {
            hits.of(token).map(move |(patch, cosine)| (cosine, Place { picture, patch: patch as usize }))
        });
        // Token t is patch t - 1, because the class token comes first.
        let mut others: Vec<_> = all.filter(|(_, place)| !own || place.patch + 1 != token).collect();
        // Stable: of equal cosines, the earlier picture's comes first.
        others.sort_by(|a, b| b.0.total_cmp(&a.0));
        chosen.extend(others.into_iter().take(NEIGHBOURS).map(|(_, place)| place));
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
    use crate::segmentation::Rows;

    fn unit_rows(count: usize, lane: u32) -> Rows {
        let mut stream = Stream::new(3, Purpose::Bank, lane);
        Rows::new(6, (0..count * 6).map(|_| stream.range(-1.0, 1.0)).collect()).normalised()
    }

    #[test]
    fn half_of_the_two_nearest() {
        let (tokens, pool) = (unit_rows(10, 8), unit_rows(50, 9));
        let chosen = negatives(tokens.view(), &[pool.view()], false, 0);
        assert_eq!(chosen.len(), 10);
        let hits = &nearest(&[tokens.view()], &[pool.view()], 2)[0];
        assert!(chosen.iter().all(|place| place.picture == 0 && hits.indices.contains(&(place.patch as u32))));
        assert_eq!(chosen, negatives(tokens.view(), &[pool.view()], false, 0));
        assert_ne!(chosen, negatives(tokens.view(), &[pool.view()], false, 1));
    }

    #[test]
    fn several_pictures_are_searched_as_one() {
        let (tokens, pool) = (unit_rows(10, 8), unit_rows(50, 9));
        let parts = [pool.view().block(0, 20), pool.view().block(20, 1), pool.view().skip(21)];
        let starts = [0, 20, 21];
        let together = negatives(tokens.view(), &[pool.view()], false, 0);
        let apart = negatives(tokens.view(), &parts, false, 0);
        let patches: Vec<usize> = apart.iter().map(|place| starts[place.picture] + place.patch).collect();
        assert_eq!(patches, together.iter().map(|place| place.patch).collect::<Vec<_>>());
    }

    #[test]
    fn a_token_does_not_choose_itself() {
        let pool = unit_rows(4, 8);
        let mut tokens = unit_rows(1, 9);
        (0..4).for_each(|patch| tokens.push(pool.view().row(patch)));
        let hits = &nearest(&[tokens.view()], &[pool.view()], 3)[0];
        // Every patch is nearest to itself, so its negatives begin with the second.
        assert!((1..5).all(|token| hits.of(token).next().unwrap().0 as usize == token - 1));
        let chosen = negatives(tokens.view(), &[pool.view()], true, 0);
        assert_eq!(chosen.len(), 5);
        let allowed: Vec<usize> = (0..5)
            .flat_map(|t| hits.of(t).map(|h| h.0 as usize).filter(move |&i| i + 1 != t).take(2).collect::<Vec<_>>())
            .collect();
        assert!(chosen.iter().all(|place| allowed.contains(&place.patch)));
    }
}
