//! Why a neighbour stands elsewhere than by the embedding: what each part added and took, for it and for one that it
//! passed. Decisions only: no browser is needed.

use super::words::signed;
use crate::fungi::{Part, PartMap};
use crate::gallery::Id;
use crate::retrieval::{Cosines, Weights};

/// A neighbour's way up or down.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// Ranks gained against the embedding's order.
    pub up: i64,
    /// An image that it passed, or that passed it.
    pub other: Id,
    /// What each part adds to this neighbour's score, less what it adds to the other's.
    pub parts: Vec<(Part, f32)>,
}

impl Moved {
    /// What is between the item and one that it changed places with, among these `ids`; none if it changed with none. Of
    /// several, the one that the embedding ranks best, or for one that fell, the one that FUNGI does. The item `without`
    /// is left out.
    pub fn of(cosines: &Cosines, weights: &Weights, ids: &[Id], item: usize, without: Option<usize>) -> Option<Self> {
        let order = cosines.compare(weights, cosines.len(), without);
        let ranks = |list: &[crate::retrieval::Neighbour]| {
            let mut ranks = vec![None; cosines.len()];
            list.iter().for_each(|near| ranks[near.index] = Some(near.rank));
            ranks
        };
        let (by_embedding, by_fungi) = (ranks(&order.embedding), ranks(&order.fungi));
        let up = by_embedding[item]? as i64 - by_fungi[item]? as i64;
        let other = match up {
            0 => return None,
            1.. => order
                .embedding
                .iter()
                .take_while(|near| near.index != item)
                .find(|near| by_fungi[near.index] > by_fungi[item]),
            _ => order
                .fungi
                .iter()
                .take_while(|near| near.index != item)
                .find(|near| by_embedding[near.index] > by_embedding[item]),
        }?;
        let total: f32 = Part::ALL.iter().map(|&part| weights.get(part)).sum();
        let between = |part: Part| {
            let gain = cosines.get(item, part)? - cosines.get(other.index, part)?;
            (weights.get(part) > 0.0).then(|| (part, gain * weights.get(part) / total))
        };
        let parts = Part::ALL.into_iter().filter_map(between).collect();
        Some(Self { up, other: *ids.get(other.index)?, parts })
    }

    /// The largest of the parts' amounts.
    pub fn most(&self) -> f32 {
        self.parts.iter().fold(0.0, |most, (_, gain)| most.max(gain.abs()))
    }

    /// The question that it answers.
    pub fn question(&self) -> String {
        let (way, count) = (if self.up > 0 { "up" } else { "down" }, self.up.unsigned_abs());
        format!("Why did it move {way} {count} {}?", if count == 1 { "place" } else { "places" })
    }

    /// What happened, in words: `name` and `other` are the two images.
    pub fn sentence(&self, name: &str, other: &str) -> String {
        let gains =
            PartMap::from_fn(|of| self.parts.iter().find(|(part, _)| *part == of).map_or(0.0, |(_, gain)| *gain));
        let embedding = gains[Part::Embedding];
        let others: f32 = gains.iter().filter(|(part, _)| *part != Part::Embedding).map(|(_, gain)| *gain).sum();
        let verb = if self.up > 0 { "passed" } else { "was passed by" };
        let [embedding, others] = [embedding, others].map(|gain| signed(gain, 3));
        format!(
            "{name} {verb} {other}. Compared with it, the embedding adds {embedding} to the score, the other parts {others}."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Features;

    /// Unit vectors in the plane, at angles given by their cosines.
    fn features(embedding: f32, kl: f32) -> Features {
        let at = |cosine: f32| vec![cosine, (1.0 - cosine * cosine).sqrt()];
        let mut features = Features::new();
        features.set(Part::Embedding, at(embedding));
        features.set(Part::Kl, at(kl));
        features
    }

    fn cosines() -> Cosines {
        // By the embedding 0, 1, 2; by both 2, 0, 1.
        let items = [features(0.9, 0.5), features(0.8, 0.4), features(0.7, 0.9)];
        Cosines::between(&features(1.0, 1.0), &items)
    }

    #[test]
    fn who_moved_up_passed_the_best_of_those_that_are_behind_it_now() {
        let weights = Weights::of(&[Part::Embedding, Part::Kl]);
        let moved = |item, without| Moved::of(&cosines(), &weights, &[10, 11, 12], item, without);
        let up = moved(2, None).unwrap();
        assert_eq!((up.up, up.other), (2, 10));
        let gains: Vec<_> = up.parts.iter().map(|(part, gain)| (*part, (gain * 1000.0).round())).collect();
        assert_eq!(gains, [(Part::Embedding, -100.0), (Part::Kl, 200.0)]);
        let down = moved(0, None).unwrap();
        assert_eq!((down.up, down.other), (-1, 12));
        assert_eq!(moved(2, Some(0)).unwrap().other, 11, "the query itself is not passed");
        assert_eq!(Moved::of(&cosines(), &Weights::embedding(), &[10, 11, 12], 2, None), None);
    }

    #[test]
    fn it_is_told_in_words() {
        let moved =
            Moved { up: 9, other: 1, parts: vec![(Part::Embedding, -0.05), (Part::Kl, 0.02), (Part::Dino, 0.07)] };
        assert_eq!(moved.question(), "Why did it move up 9 places?");
        assert_eq!(
            moved.sentence("a.png", "b.png"),
            "a.png passed b.png. Compared with it, the embedding adds -0.050 to the score, the other parts +0.090."
        );
        let down = Moved { up: -1, ..moved };
        assert_eq!(down.question(), "Why did it move down 1 place?");
        assert!(down.sentence("a.png", "b.png").contains("a.png was passed by b.png"));
        assert!((down.most() - 0.07).abs() < 1e-6);
    }
}
