//! How maps are made: who votes, and from which size of input.

use crate::segmentation::Propagation;

/// How maps are made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Choices {
    /// Which neighbours vote, and how.
    pub vote: Vote,
    /// Pixels that photos are resized to; unset: four times the model's side.
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
    /// As a person wants it: neighbours and temperature.
    Own(usize, f32),
}

impl Vote {
    /// The engine's settings.
    pub fn settings(self) -> Propagation {
        let (neighbours, temperature) = match self {
            Self::Auto => (None, None),
            Self::Few => (Some(90), Some(0.1)),
            Self::Many => (Some(30), Some(0.02)),
            Self::Own(neighbours, temperature) => (Some(neighbours), Some(temperature)),
        };
        Propagation { neighbours, temperature, ..Propagation::default() }
    }
}
