//! All views of one image, ready for the backbone.

use crate::fungi::{Settings, ViewSet};
use crate::image::Rgb;

/// All views of one image, `[V, 3, S, S]` in 0..1, before the model's mean and standard deviation: the sets of
/// [`Settings::view_sets`], concatenated.
#[derive(Debug, Clone, PartialEq)]
pub struct Views {
    values: Vec<f32>,
}

impl Views {
    /// Cuts the views that the settings need at a model's input `side`.
    pub fn cut(image: &Rgb, settings: &Settings, side: usize) -> Self {
        let mut values = Vec::with_capacity(settings.views(side) * 3 * side * side);
        for set in settings.view_sets() {
            values.extend(match set {
                ViewSet::Inference => super::inference(image, side),
                ViewSet::Crops { global, local } => {
                    let boxes = super::crop_boxes(image.width, image.height, global, local, settings.seed);
                    super::crops(image, &boxes, side)
                }
                ViewSet::Windows { strides } => super::windows(image, strides, side),
            });
        }
        Self { values }
    }

    /// Views that were cut elsewhere: the numbers of each set, in the order of [`Settings::view_sets`].
    pub fn given(sets: &[&[f32]]) -> Self {
        Self { values: sets.concat() }
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
