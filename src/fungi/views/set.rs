//! Views of one image, ready for the backbone.

use super::Cuts;
use crate::fungi::Settings;
use crate::image::Rgb;

/// Views of one image, `[V, 3, S, S]` in 0..1, before the model's mean and standard deviation: sets of views,
/// concatenated.
#[derive(Debug, Clone, PartialEq)]
pub struct Views {
    values: Vec<f32>,
}

impl Views {
    /// Cuts all views that the settings need at a model's input `side`, in the order of [`Settings::view_sets`].
    pub fn cut(image: &Rgb, settings: &Settings, side: usize) -> Self {
        Cuts::new(image, settings, side).views(&settings.view_sets())
    }

    /// Views that were cut elsewhere: the numbers of each set, in the order of [`Settings::view_sets`].
    pub fn given(sets: &[&[f32]]) -> Self {
        Self { values: sets.concat() }
    }

    pub(super) fn of(values: Vec<f32>) -> Self {
        Self { values }
    }

    /// The views' numbers, `[V, 3, S, S]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The same, without a copy.
    pub(crate) fn into_values(self) -> Vec<f32> {
        self.values
    }
}
