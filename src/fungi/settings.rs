//! Everything that decides what a feature is, beside the image and the model.

use serde::{Deserialize, Serialize};

/// Settings of the method. Two runs with equal settings, model and image give equal features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Seed of heads, crops and projection.
    pub seed: u64,
    /// The KL objective, unless off.
    pub kl: Option<KlSettings>,
    /// The DINO objective, unless off.
    pub dino: Option<DinoSettings>,
    /// The SimCLR objective, unless off.
    pub simclr: Option<SimclrSettings>,
    /// How gradients are projected to the embedding's size.
    pub projection: Projection,
    /// Size of a projected gradient; the embedding's own size where absent (the paper's choice).
    pub projected: Option<usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            kl: Some(KlSettings::default()),
            dino: Some(DinoSettings::default()),
            simclr: Some(SimclrSettings::default()),
            projection: Projection::Rademacher,
            projected: None,
        }
    }
}

impl Settings {
    /// Views that one image needs in all at a model's input `side` (the KL objective shares the embedding's).
    pub fn views(&self, side: usize) -> usize {
        1 + self.dino.as_ref().map_or(0, DinoSettings::views) + self.simclr.as_ref().map_or(0, |s| s.views(side))
    }
}

/// KL divergence between the uniform distribution and the head's (section 3.1).
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

/// Self-distillation between crops (section 3.1; Caron et al. 2021 without centring).
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

impl DinoSettings {
    /// Crops per image.
    pub fn views(&self) -> usize {
        self.global + self.local
    }
}

/// Contrast between windows of the image and a fixed set of negatives (section 3.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimclrSettings {
    /// Size of the latent; 96.
    pub latent: usize,
    /// Strides into which half the side is cut: windows lie `floor(side / 2 / strides)` pixels apart. 6 gives the
    /// paper's 49 views (at 64 or 224 px; 81 at 32 px, where rounding down leaves room for more); 3 gives 16, 2 gives 9.
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

impl SimclrSettings {
    /// Left edges, and likewise top edges, of the windows of side `side / 2` in an image of side `side`.
    pub fn offsets(&self, side: usize) -> impl ExactSizeIterator<Item = usize> + Clone + use<> {
        let window = side / 2;
        let stride = (window / self.strides.max(1)).max(1);
        (0..(side - window) / stride + 1).map(move |i| i * stride)
    }

    /// Windows per image at a model's input `side`.
    pub fn views(&self, side: usize) -> usize {
        self.offsets(side).len().pow(2)
    }
}

/// How a gradient is brought to a few numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Projection {
    /// Dense signs, as in the paper (section 3.2), made where they are used.
    Rademacher,
    /// Product of two small sign projections, one per side of the gradient: cheaper, a little noisier.
    KhatriRao,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_from_side_and_strides() {
        let views = |strides, side| SimclrSettings { strides, ..Default::default() }.views(side);
        assert_eq!([views(6, 32), views(6, 64), views(6, 224)], [81, 49, 49]);
        assert_eq!([views(1, 64), views(2, 64), views(3, 64)], [4, 9, 16]);
        assert_eq!([views(0, 64), views(1000, 8)], [4, 25], "strides out of range are brought into it");
        assert_eq!(Settings::default().views(64), 1 + 12 + 49);
    }

    #[test]
    fn windows_stay_inside() {
        for side in 2..100 {
            for strides in 1..9 {
                let settings = SimclrSettings { strides, ..Default::default() };
                assert!(settings.offsets(side).all(|offset| offset + side / 2 <= side));
            }
        }
    }
}
