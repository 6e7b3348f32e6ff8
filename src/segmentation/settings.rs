//! Settings of label propagation.

use serde::{Deserialize, Serialize};

/// With fewer labelled images, [`Propagation`]'s unset values are those for few.
pub const FEW_IMAGES: usize = 32;

/// Settings of label propagation. Those of the features are [`crate::fungi::Settings`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Propagation {
    /// How many of the nearest patches in the bank vote, k. Unset: 30, or 90 with fewer than [`FEW_IMAGES`] labelled images
    /// (appendix of the paper). If the bank has fewer patches, all of them vote.
    pub neighbours: Option<usize>,
    /// Temperature of the softmax over their cosines. Unset: 0.02, or 0.1 with fewer than [`FEW_IMAGES`].
    pub temperature: Option<f32>,
    /// Most patches in the bank, 102,400 as in the paper; if more are labelled, rare classes are preferred.
    pub memory: usize,
    /// Seed of that choice.
    pub seed: u64,
}

impl Default for Propagation {
    fn default() -> Self {
        Self { neighbours: None, temperature: None, memory: 102_400, seed: 0 }
    }
}

impl Propagation {
    /// The k and the temperature that hold for `images` labelled images. At least one neighbour, and a temperature of
    /// at least 0.001 (below, a softmax over cosines is a plain maximum).
    pub fn resolve(&self, images: usize) -> (usize, f32) {
        let (k, temperature) = if images < FEW_IMAGES { (90, 0.1) } else { (30, 0.02) };
        let temperature = self.temperature.filter(|t| t.is_finite()).unwrap_or(temperature);
        (self.neighbours.unwrap_or(k).max(1), temperature.max(1e-3))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_images_use_more_neighbours() {
        let settings = Propagation::default();
        assert_eq!(settings.resolve(FEW_IMAGES - 1), (90, 0.1));
        assert_eq!(settings.resolve(FEW_IMAGES), (30, 0.02));
    }

    #[test]
    fn what_is_set_holds_and_stays_sane() {
        let settings = Propagation { neighbours: Some(0), temperature: Some(f32::NAN), ..Default::default() };
        assert_eq!(settings.resolve(100), (1, 0.02));
        let settings = Propagation { neighbours: Some(5), temperature: Some(0.0), ..Default::default() };
        assert_eq!(settings.resolve(1), (5, 1e-3));
    }
}
