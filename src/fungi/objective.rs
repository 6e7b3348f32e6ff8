//! The choice of self-supervised objectives, with their settings.

use serde::{Deserialize, Serialize};

use super::Part;

/// A self-supervised objective with its settings (section 3.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// KL divergence between the uniform distribution and the head's.
    Kl(KlSettings),
    /// Self-distillation between crops.
    Dino(DinoSettings),
    /// Contrast between windows of the image and a fixed set of negatives.
    Simclr(SimclrSettings),
}

/// What the means over an objective's views become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Means {
    /// The mean of the last block's concatenated heads.
    pub heads: Part,
    /// The mean of the views' embeddings.
    pub embedding: Part,
}

/// Views that an objective uses. Objectives that use the same views share them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ViewSet {
    /// The one view that the embedding is computed from.
    Inference,
    /// DINO's crops.
    Crops {
        /// Large ones.
        global: usize,
        /// Small ones.
        local: usize,
    },
    /// SimCLR's windows.
    Windows {
        /// How many strides half the side is divided into.
        strides: usize,
    },
}

impl ViewSet {
    /// What one of these views is called, and several.
    pub const fn kinds(self) -> (&'static str, &'static str) {
        match self {
            Self::Inference => ("view", "views"),
            Self::Crops { .. } => ("crop", "crops"),
            Self::Windows { .. } => ("window", "windows"),
        }
    }

    /// How many views these are at a model's input `side`.
    pub fn count(self, side: usize) -> usize {
        match self {
            Self::Inference => 1,
            Self::Crops { global, local } => global + local,
            Self::Windows { strides } => window_offsets(side, strides).len().saturating_pow(2),
        }
    }

    /// The sets that an image is cut into: the inference view, then each of `wanted` once, in order.
    pub(super) fn distinct(wanted: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut sets = vec![Self::Inference];
        for set in wanted {
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
        sets
    }
}

/// Left edges, and likewise top edges, of the windows of side `side / 2` in an image of side `side`.
pub fn window_offsets(side: usize, strides: usize) -> impl ExactSizeIterator<Item = usize> + Clone + use<> {
    let window = side / 2;
    let stride = (window / strides.max(1)).max(1);
    (0..(side - window) / stride + 1).map(move |i| i * stride)
}

impl Objective {
    /// The paper's three, with its settings, in its order.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Kl(KlSettings::default()),
            Self::Dino(DinoSettings::default()),
            Self::Simclr(SimclrSettings::default()),
        ]
    }

    /// The part of the feature that its gradient becomes.
    pub const fn part(&self) -> Part {
        match self {
            Self::Kl(_) => Part::Kl,
            Self::Dino(_) => Part::Dino,
            Self::Simclr(_) => Part::Simclr,
        }
    }

    /// The parts that its views' means become, which need no gradient; none for a single view.
    pub const fn means(&self) -> Option<Means> {
        match self {
            Self::Kl(_) => None,
            Self::Dino(_) => Some(Means { heads: Part::MeanDino, embedding: Part::EmbeddingDino }),
            Self::Simclr(_) => Some(Means { heads: Part::MeanSimclr, embedding: Part::EmbeddingSimclr }),
        }
    }

    /// Whether one of its views' means becomes `part`.
    pub fn averages_to(&self, part: Part) -> bool {
        self.means().is_some_and(|means| [means.heads, means.embedding].contains(&part))
    }

    /// The views that it uses.
    pub const fn views(&self) -> ViewSet {
        match self {
            Self::Kl(_) => ViewSet::Inference,
            Self::Dino(settings) => ViewSet::Crops { global: settings.global, local: settings.local },
            Self::Simclr(settings) => ViewSet::Windows { strides: settings.strides },
        }
    }
}

/// Settings of the KL objective.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KlSettings {
    /// Size of the latent; 768.
    pub latent: usize,
    /// Softmax temperature; 15.
    pub temperature: f32,
}

impl Default for KlSettings {
    fn default() -> Self {
        Self { latent: 768, temperature: 15.0 }
    }
}

/// Settings of the DINO objective (Caron et al. 2021, without centring).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DinoSettings {
    /// Size of the latent of both heads; 2048.
    pub latent: usize,
    /// Crops of 25 % to 100 % of the area, seen by teacher and student; 2.
    pub global: usize,
    /// Crops of 5 % to 25 % of the area, seen by the student alone; 10.
    pub local: usize,
    /// Student's temperature; 0.1.
    pub student_temperature: f32,
    /// Teacher's temperature; 0.07.
    pub teacher_temperature: f32,
}

impl Default for DinoSettings {
    fn default() -> Self {
        Self { latent: 2048, global: 2, local: 10, student_temperature: 0.1, teacher_temperature: 0.07 }
    }
}

/// Settings of the SimCLR objective (Chen et al. 2020).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimclrSettings {
    /// Size of the latent; 96.
    pub latent: usize,
    /// How many strides half the side is divided into: windows lie `floor(side / 2 / strides)` pixels apart. 6 gives
    /// the paper's 49 views (at 64 or 224 px; 81 at 32 px, where rounding down leaves room for more); 3 gives 16, 2
    /// gives 9.
    pub strides: usize,
    /// Temperature of positives, and of the log-sum-exp unless `library`; 0.07.
    pub temperature: f32,
    /// Leaves the log-sum-exp at temperature 1, as the authors' library does; off.
    pub library: bool,
}

impl Default for SimclrSettings {
    fn default() -> Self {
        Self { latent: 96, strides: 6, temperature: 0.07, library: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_from_side_and_strides() {
        let views = |strides, side| ViewSet::Windows { strides }.count(side);
        assert_eq!([views(6, 32), views(6, 64), views(6, 224)], [81, 49, 49]);
        assert_eq!([views(1, 64), views(2, 64), views(3, 64)], [4, 9, 16]);
        assert_eq!([views(0, 64), views(1000, 8)], [4, 25], "strides out of range are clamped");
    }

    #[test]
    fn windows_stay_inside() {
        for side in 2..100 {
            for strides in 1..9 {
                assert!(window_offsets(side, strides).all(|offset| offset + side / 2 <= side));
            }
        }
    }
}
