//! Exact cosines of images' gradients, from the rows that they are sums of.

use std::collections::HashMap;

use super::protocol::{Answer, Piece};
use crate::fungi::{Factors, PartMap};
use crate::gallery::Hash;
use crate::retrieval::ExactMeans;

/// The rows of images, by content.
#[derive(Default)]
pub struct ExactCosines {
    factors: HashMap<Hash, Factors>,
    /// The means of some images' gradients, as long as their rows stay as they are.
    means: (Vec<Hash>, ExactMeans),
}

impl ExactCosines {
    /// Keeps the rows of some images' gradients, beside those of their others.
    pub fn put(&mut self, pieces: &[Piece], mut bytes: &[u8]) -> Answer {
        self.means = Default::default();
        for Piece { hash, bytes: length } in pieces {
            let piece = bytes.split_at_checked(*length as usize);
            let Some((factors, rest)) = piece.and_then(|(piece, rest)| Some((Factors::from_bytes(piece)?, rest)))
            else {
                return Answer::Refused("The gradients of an image did not arrive whole. Try again.".into());
            };
            self.factors.entry(*hash).or_default().merge(factors);
            bytes = rest;
        }
        Answer::Done
    }

    /// Forgets images.
    pub fn remove(&mut self, hashes: &[Hash]) -> Answer {
        self.means = Default::default();
        hashes.iter().for_each(|hash| drop(self.factors.remove(hash)));
        Answer::Done
    }

    /// The cosines of the query with each image, by each gradient that the query has; of the parts in `centred`, after the
    /// images' mean is subtracted from all.
    pub fn compare(&mut self, query: &Hash, images: Vec<Hash>, centred: &PartMap<bool>) -> Answer {
        let found: Option<Vec<&Factors>> = images.iter().map(|hash| self.factors.get(hash)).collect();
        let (Some(query), Some(items)) = (self.factors.get(query), found) else {
            return Answer::Refused("The gradients of an image are not here yet. Try again.".into());
        };
        if self.means.0 != images {
            self.means = (images, ExactMeans::default());
        }
        let means = &mut self.means.1;
        let cosines = |part| (part, means.cosines(part, query, &items, centred[part]));
        Answer::Exact(query.parts().map(cosines).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::{Part, ViewRows};
    use crate::random::{Purpose, Stream};
    use crate::retrieval::{ExactCentring, exact_cosines};

    const DIM: usize = 8;

    fn factors(part: Part, image: u8) -> Factors {
        let mut stream = Stream::new(2, Purpose::Sample, u32::from(image));
        let mut rows = || (0..3 * DIM).map(|_| stream.range(-1.0, 1.0)).collect::<Vec<f32>>();
        let (u, d) = (rows(), rows());
        [(part, ViewRows { u: &u, d: &d, dim: DIM })].into_iter().collect()
    }

    fn put(exact: &mut ExactCosines, images: impl Iterator<Item = (u8, Part)>) -> Answer {
        let (mut pieces, mut bytes) = (Vec::new(), Vec::new());
        for (image, part) in images {
            let piece = factors(part, image).to_bytes();
            pieces.push(Piece { hash: [image; 32], bytes: piece.len() as u32 });
            bytes.extend(piece);
        }
        exact.put(&pieces, &bytes)
    }

    fn cosines(answer: Answer) -> Vec<(Part, Vec<f32>)> {
        let Answer::Exact(cosines) = answer else { panic!("{answer:?}") };
        cosines
    }

    #[test]
    fn cosines_are_retrievals_plain_and_centred() {
        let mut exact = ExactCosines::default();
        assert_eq!(put(&mut exact, (0..9).map(|image| (image, Part::Kl))), Answer::Done);
        assert_eq!(put(&mut exact, (0..9).map(|image| (image, Part::Dino))), Answer::Done);
        let all: Vec<Hash> = (0..9).map(|image| [image; 32]).collect();
        let mut centred = PartMap::from_fn(|_| false);
        centred[Part::Dino] = true;
        let found = cosines(exact.compare(&[4; 32], all[1..].to_vec(), &centred));
        let of = |part| (1..9).map(|image| factors(part, image)).collect::<Vec<_>>();
        let (kl, dino) = (of(Part::Kl), of(Part::Dino));
        let (kl, dino): (Vec<_>, Vec<_>) = (kl.iter().collect(), dino.iter().collect());
        let mean = ExactCentring::fit(Part::Dino, &dino).unwrap();
        let expected = [(Part::Kl, exact_cosines(Part::Kl, kl[3], &kl)), (Part::Dino, mean.cosines(dino[3], &dino))];
        assert_eq!(found, expected);
        // Of fewer images, the mean is another.
        let fewer = cosines(exact.compare(&[4; 32], all[4..].to_vec(), &centred));
        assert_eq!(fewer[0].1, expected[0].1[3..]);
        assert!(fewer[1].1.iter().zip(&expected[1].1[3..]).any(|(a, b)| (a - b).abs() > 1e-3));
    }

    #[test]
    fn what_is_not_there_is_said() {
        let mut exact = ExactCosines::default();
        put(&mut exact, [(1, Part::Kl), (2, Part::Kl)].into_iter());
        let plain = PartMap::default();
        let refused = |answer: Answer| matches!(&answer, Answer::Refused(why) if why.ends_with('.'));
        assert!(refused(exact.compare(&[3; 32], vec![[1; 32]], &plain)));
        assert!(refused(exact.compare(&[1; 32], vec![[1; 32], [3; 32]], &plain)));
        assert!(!refused(exact.compare(&[1; 32], vec![[1; 32], [2; 32]], &plain)));
        assert!(!refused(exact.remove(&[[2; 32]])));
        assert!(refused(exact.compare(&[1; 32], vec![[1; 32], [2; 32]], &plain)));
        let torn = factors(Part::Kl, 5).to_bytes();
        assert!(refused(exact.put(&[Piece { hash: [5; 32], bytes: torn.len() as u32 }], &torn[1..])));
    }
}
