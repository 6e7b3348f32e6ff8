//! How maps are made: which neighbours vote, and the input size.

use serde::{Deserialize, Serialize};

use crate::engine::protocol::{ModelInfo, largest_grid, photo_memory};
use crate::segmentation::Propagation;

/// Unless told otherwise, photos are resized to this many times the model's side.
pub const USUAL_SIDE: usize = 4;
/// Bytes that former queries may take in the engine.
const SPARE_MEMORY: usize = 64_000_000;
/// Patches per side that are assumed until the model is known.
const USUAL_GRID: usize = 32;

/// How maps are made.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct MapSettings {
    /// Which neighbours vote, and how.
    pub vote: Vote,
    /// Side in pixels that photos are resized to; unset: four times the model's side.
    pub side: Option<usize>,
}

impl MapSettings {
    /// Patches per side that the engine lays over a photo: known before it has opened one.
    pub fn grid(&self, model: Option<&ModelInfo>) -> usize {
        let Some(model) = model else { return USUAL_GRID };
        let patch = model.patch.max(1);
        let side = self.side.unwrap_or_else(|| (USUAL_SIDE * model.image).min(largest_grid(model.dim) * patch));
        (side / patch).max(1)
    }

    /// How many photos may stay open in the engine for the case that they become the query again.
    pub fn spare(&self, model: Option<&ModelInfo>) -> usize {
        let grid = self.grid(model);
        SPARE_MEMORY / photo_memory(grid * grid, model.map_or(0, |model| model.dim)).max(1)
    }
}

/// Which neighbours vote, and how.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub enum Vote {
    /// By the number of labelled photos.
    #[default]
    Auto,
    /// As for few labelled photos.
    Few,
    /// As for many labelled photos.
    Many,
    /// Any number of neighbours, and a temperature.
    Custom(usize, f32),
}

impl Vote {
    /// The engine's settings.
    pub fn propagation(self) -> Propagation {
        let (neighbours, temperature) = match self {
            Self::Auto => (None, None),
            Self::Few => (Some(90), Some(0.1)),
            Self::Many => (Some(30), Some(0.02)),
            Self::Custom(neighbours, temperature) => (Some(neighbours), Some(temperature)),
        };
        Propagation { neighbours, temperature, ..Propagation::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segmentation::FEW_IMAGES;

    #[test]
    fn the_grid_follows_the_side_and_the_model() {
        let model = |image| ModelInfo { image, patch: 8, dim: 192, ..ModelInfo::default() };
        let grid = |side, model: Option<ModelInfo>| MapSettings { side, ..MapSettings::default() }.grid(model.as_ref());
        assert_eq!(grid(None, Some(model(64))), 32);
        assert_eq!(grid(Some(128), Some(model(64))), 16);
        assert_eq!(grid(None, Some(model(100_000))), largest_grid(192), "as far as memory allows");
        assert_eq!(grid(Some(128), None), USUAL_GRID);
        let spare = |side| MapSettings { side, ..MapSettings::default() }.spare(Some(&model(64)));
        assert_eq!((spare(None), spare(Some(768))), (8, 0), "large photos take too much memory to stay open");
    }

    #[test]
    fn few_and_many_are_what_auto_chooses() {
        let resolved = |vote: Vote, images| vote.propagation().resolve(images);
        assert_eq!(resolved(Vote::Few, 1000), resolved(Vote::Auto, 1));
        assert_eq!(resolved(Vote::Many, 1), resolved(Vote::Auto, FEW_IMAGES));
        assert_eq!(resolved(Vote::Custom(5, 0.25), 1), (5, 0.25));
    }
}
