//! The parts of a FUNGI feature, and values kept for each of them.

use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// One part of a FUNGI feature. The paper's feature is the first four, in this order (section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// The class token after the final norm.
    Embedding,
    /// Projected gradient of the KL objective.
    Kl,
    /// Projected gradient of the DINO objective.
    Dino,
    /// Projected gradient of the SimCLR objective.
    Simclr,
    /// Mean over the DINO views of the last block's concatenated heads: no gradient, only the views.
    MeanDino,
    /// Mean over the SimCLR views of the last block's concatenated heads: no gradient, only the views.
    MeanSimclr,
    /// Mean over the DINO views of their embeddings: no gradient, only the views.
    EmbeddingDino,
    /// Mean over the SimCLR views of their embeddings: no gradient, only the views.
    EmbeddingSimclr,
}

const ALL: &[Part] = &[
    Part::Embedding,
    Part::Kl,
    Part::Dino,
    Part::Simclr,
    Part::MeanDino,
    Part::MeanSimclr,
    Part::EmbeddingDino,
    Part::EmbeddingSimclr,
];

impl Part {
    /// How many parts there are.
    pub const COUNT: usize = ALL.len();
    /// Every part, in the order in which they are concatenated.
    pub const ALL: [Self; Self::COUNT] = *ALL.first_chunk().expect("as many as COUNT says");

    /// The name on the page and in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedding => "Embedding",
            Self::Kl => "KL",
            Self::Dino => "DINO",
            Self::Simclr => "SimCLR",
            Self::MeanDino => "DINO views' mean",
            Self::MeanSimclr => "SimCLR views' mean",
            Self::EmbeddingDino => "DINO embeddings",
            Self::EmbeddingSimclr => "SimCLR embeddings",
        }
    }

    /// The name in files, options and addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Kl => "kl",
            Self::Dino => "dino",
            Self::Simclr => "simclr",
            Self::MeanDino => "mean_dino",
            Self::MeanSimclr => "mean_simclr",
            Self::EmbeddingDino => "embedding_dino",
            Self::EmbeddingSimclr => "embedding_simclr",
        }
    }

    /// The part with that [`Part::key`].
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }
}

/// A value for each part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PartMap<T>([T; Part::COUNT]);

impl<T> PartMap<T> {
    /// Calls `of` for the value of each part.
    pub fn from_fn(of: impl FnMut(Part) -> T) -> Self {
        Self(Part::ALL.map(of))
    }

    /// Every part with its value, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Part, &T)> {
        Part::ALL.into_iter().zip(&self.0)
    }
}

impl<T: Default> Default for PartMap<T> {
    fn default() -> Self {
        Self::from_fn(|_| T::default())
    }
}

impl<T> Index<Part> for PartMap<T> {
    type Output = T;

    fn index(&self, part: Part) -> &T {
        &self.0[part as usize]
    }
}

impl<T> IndexMut<Part> for PartMap<T> {
    fn index_mut(&mut self, part: Part) -> &mut T {
        &mut self.0[part as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_an_index_of_its_own() {
        let places = PartMap::from_fn(|part| part.key());
        for (place, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!((part as usize, places[part], Part::of_key(part.key())), (place, part.key(), Some(part)));
        }
        assert_eq!(Part::of_key("no such part"), None);
    }
}
