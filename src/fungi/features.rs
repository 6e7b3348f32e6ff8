//! What the method gives for one image: a few unit vectors, one per part.

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
    /// Mean over the DINO views of the last block's concatenated heads: no gradient, the views alone.
    MeanDino,
    /// Mean over the SimCLR views of the last block's concatenated heads: no gradient, the views alone.
    MeanSimclr,
}

impl Part {
    /// Every part, in the order in which they are concatenated.
    pub const ALL: [Self; 6] = [Self::Embedding, Self::Kl, Self::Dino, Self::Simclr, Self::MeanDino, Self::MeanSimclr];

    /// The name that a person reads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedding => "Embedding",
            Self::Kl => "KL",
            Self::Dino => "DINO",
            Self::Simclr => "SimCLR",
            Self::MeanDino => "DINO views' mean",
            Self::MeanSimclr => "SimCLR views' mean",
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
        }
    }

    /// Its place in [`Part::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// The parts of one image's feature: each L2-normalised, absent where its objective was off.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Features {
    parts: [Option<Vec<f32>>; 6],
}

impl Features {
    /// No part yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stores `vector` L2-normalised as `part`; a zero vector stays zero.
    pub fn set(&mut self, part: Part, mut vector: Vec<f32>) {
        let norm = vector.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>().sqrt() as f32;
        if norm > 0.0 {
            vector.iter_mut().for_each(|x| *x /= norm);
        }
        self.parts[part.index()] = Some(vector);
    }

    /// The unit vector of `part`, if it was computed.
    pub fn get(&self, part: Part) -> Option<&[f32]> {
        self.parts[part.index()].as_deref()
    }

    /// The parts that are there, in order.
    pub fn parts(&self) -> impl Iterator<Item = (Part, &[f32])> {
        Part::ALL.into_iter().filter_map(|part| Some((part, self.get(part)?)))
    }

    /// The paper's feature: the given parts one behind the other, not normalised again. Absent parts are left out.
    pub fn concatenated(&self, parts: &[Part]) -> Vec<f32> {
        parts.iter().filter_map(|&part| self.get(part)).flatten().copied().collect()
    }
}
