//! Feature sets: which parts are summed, how they are weighed, and whether they are centred.

use serde::{Deserialize, Serialize};

use super::Weights;
use crate::fungi::Part::{self, Dino, Embedding, EmbeddingDino, EmbeddingSimclr, Kl, MeanDino, MeanSimclr, Simclr};

/// A selection of parts, with a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSet {
    /// Its name on the page and in tables: "Embedding + KL".
    pub name: String,
    /// The weight of each part.
    pub weights: Weights,
    /// Whether the gallery's mean is subtracted from every part, which is then normalised again.
    pub centred: bool,
}

/// The sums worth comparing: the embedding with every choice of gradients; then what the same views give without any
/// gradient; last "Lean".
const SUMS: &[&[Part]] = &[
    &[Embedding],
    &[Embedding, Kl],
    &[Embedding, Dino],
    &[Embedding, Simclr],
    &[Embedding, Kl, Dino],
    &[Embedding, Kl, Simclr],
    &[Embedding, Dino, Simclr],
    &[Embedding, Kl, Dino, Simclr],
    &[Embedding, MeanDino],
    &[Embedding, MeanSimclr],
    &[Embedding, MeanDino, MeanSimclr],
    &[Embedding, EmbeddingDino],
    &[Embedding, EmbeddingSimclr],
    &[Embedding, EmbeddingDino, EmbeddingSimclr],
    &[Embedding, Dino, MeanDino],
];

impl FeatureSet {
    /// The sum of `parts`, named after them.
    pub fn of(parts: &[Part]) -> Self {
        let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
        Self { name: names.join(" + "), weights: Weights::of(parts), centred: false }
    }

    /// The sets worth comparing, limited to parts that are there according to `has`: the embedding, every sum of it with
    /// KL, DINO and SimCLR, what the same views give without gradients, and "Lean" (embedding, DINO and the DINO views'
    /// mean). First each as it is, the embedding before all others, then each centred.
    pub fn standard(has: impl Fn(Part) -> bool) -> Vec<Self> {
        let there = SUMS.iter().filter(|parts| parts.iter().all(|&part| has(part)));
        Self::twice(there.map(|parts| parts.to_vec()))
    }

    /// Every part but the embedding alone, if it is there: first as it is, then centred.
    pub fn alone(has: impl Fn(Part) -> bool) -> Vec<Self> {
        let others = Part::ALL.into_iter().filter(|&part| part != Embedding && has(part));
        Self::twice(others.map(|part| vec![part]))
    }

    fn twice(sums: impl Iterator<Item = Vec<Part>>) -> Vec<Self> {
        let plain: Vec<Self> = sums.map(|parts| Self::of(&parts)).collect();
        let centred = plain.iter().cloned().map(|set| Self { centred: true, ..set });
        plain.iter().cloned().chain(centred).collect()
    }

    /// The parts that have a weight, in order.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        Part::ALL.into_iter().filter(|&part| self.weights.get(part) > 0.0)
    }

    /// Whether a gradient is among its parts; the others are an embedding, or means over views, which cost no more than the
    /// views.
    pub fn has_gradients(&self) -> bool {
        self.parts().any(|part| matches!(part, Kl | Dino | Simclr))
    }

    /// Whether it is the embedding as it is, which the others are compared with.
    pub fn is_embedding(&self) -> bool {
        !self.centred && self.parts().eq([Embedding])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sum_is_there_as_it_is_and_centred() {
        let sets = FeatureSet::standard(|_| true);
        assert_eq!(sets.len(), 2 * 15);
        let (plain, centred) = sets.split_at(sets.len() / 2);
        assert!(plain.iter().all(|set| !set.centred) && centred.iter().all(|set| set.centred));
        assert!(plain.iter().zip(centred).all(|(a, b)| (&a.name, a.weights) == (&b.name, b.weights)));
        assert_eq!(plain.iter().filter(|set| set.is_embedding()).count(), 1);
        assert!(plain[0].is_embedding() && !centred[0].is_embedding());
        // 7 choices of gradients, and Lean.
        assert_eq!(plain.iter().filter(|set| set.has_gradients()).count(), 8);
        let names: Vec<&str> = plain.iter().map(|set| set.name.as_str()).collect();
        for name in
            ["Embedding + KL + DINO + SimCLR", "Embedding + DINO views' mean", "Embedding + DINO + DINO views' mean"]
        {
            assert!(names.contains(&name), "{names:?}");
        }
    }

    #[test]
    fn only_parts_that_are_there_are_summed() {
        let has = |part| matches!(part, Embedding | Kl);
        let names = |sets: Vec<FeatureSet>| sets.into_iter().map(|set| set.name).collect::<Vec<_>>();
        let plain = ["Embedding", "Embedding + KL"];
        assert_eq!(names(FeatureSet::standard(has)), [plain, plain].concat());
        assert_eq!(names(FeatureSet::alone(has)), ["KL", "KL"]);
        assert!(FeatureSet::standard(|_| false).is_empty());
    }
}
