//! What FUNGI's column is made of while features are still coming in. Decisions only: no browser is needed.

use crate::fungi::{Features, Part, PartMap};
use crate::retrieval::Weights;

/// How many of the images that are compared have each part.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MadeOf {
    counts: PartMap<usize>,
    images: usize,
    query: PartMap<bool>,
}

impl MadeOf {
    /// Counts the parts of `images`, and of the query that they are compared with.
    pub fn count<'a>(query: &Features, images: impl IntoIterator<Item = &'a Features>) -> Self {
        let query = PartMap::from_fn(|part| query.get(part).is_some());
        let mut made_of = Self { query, ..Self::default() };
        for features in images {
            made_of.images += 1;
            features.parts().for_each(|(part, _)| made_of.counts[part] += 1);
        }
        made_of
    }

    /// The parts that a ranking may use: those that the query has and every image. With a part that only some have, images
    /// would be compared by different measures.
    pub fn shared(&self) -> PartMap<bool> {
        PartMap::from_fn(|part| self.query[part] && self.counts[part] == self.images)
    }

    /// The parts with a weight, in words: those in use, then those that are still being computed and for how many images.
    /// `wanted`: the parts that the settings compute.
    pub fn words(&self, weights: &Weights, wanted: &[Part]) -> String {
        let shared = self.shared();
        let weighed = || wanted.iter().copied().filter(|&part| weights.get(part) > 0.0);
        let used: Vec<String> = weighed().filter(|&part| shared[part]).map(name).collect();
        let coming = weighed().filter(|&part| !shared[part]);
        let coming: Vec<String> =
            coming.map(|part| format!("{} for {} of {}", name(part), self.counts[part], self.images)).collect();
        let used = if used.is_empty() { "nothing yet".into() } else { used.join(" + ") };
        if coming.is_empty() { used } else { format!("{used}; {}", coming.join(", ")) }
    }
}

/// A part's name within a sentence.
fn name(part: Part) -> String {
    if part == Part::Embedding { "embedding".into() } else { part.name().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(parts: &[Part]) -> Features {
        let mut features = Features::new();
        parts.iter().for_each(|&part| features.set(part, vec![1.0, 0.0]));
        features
    }

    #[test]
    fn a_part_counts_once_every_image_has_it() {
        use Part::{Dino, Embedding, Kl, MeanDino, Simclr};
        let (early, later) = (features(&[Embedding, Kl]), features(&[Embedding, Kl, Dino, MeanDino]));
        let made_of = MadeOf::count(&later, [&early, &later, &later]);
        let shared = made_of.shared();
        assert!(Part::ALL.into_iter().all(|part| shared[part] == [Embedding, Kl].contains(&part)));
        let wanted = [Embedding, Kl, Dino, Simclr, MeanDino];
        let words = |weights: &Weights| made_of.words(weights, &wanted);
        assert_eq!(words(&Weights::fungi()), "embedding + KL; DINO for 2 of 3, SimCLR for 0 of 3");
        assert_eq!(words(&Weights::embedding()), "embedding");
        assert_eq!(words(&Weights::of(&[MeanDino])), "nothing yet; DINO views' mean for 2 of 3");
        assert_eq!(made_of.words(&Weights::fungi(), &[Embedding, Kl]), "embedding + KL", "what is off is not awaited");
        // The query itself lacks what all others have.
        assert!(!MadeOf::count(&early, [&later]).shared()[Dino]);
    }
}
