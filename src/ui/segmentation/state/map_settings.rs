//! How maps are made: which neighbours vote, and the input size.

use crate::segmentation::Propagation;

/// How maps are made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapSettings {
    /// Which neighbours vote, and how.
    pub vote: Vote,
    /// Side in pixels that photos are resized to; unset: four times the model's side.
    pub side: Option<usize>,
}

/// Which neighbours vote, and how.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
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
    fn few_and_many_are_what_auto_chooses() {
        let resolved = |vote: Vote, images| vote.propagation().resolve(images);
        assert_eq!(resolved(Vote::Few, 1000), resolved(Vote::Auto, 1));
        assert_eq!(resolved(Vote::Many, 1), resolved(Vote::Auto, FEW_IMAGES));
        assert_eq!(resolved(Vote::Custom(5, 0.25), 1), (5, 0.25));
    }
}
