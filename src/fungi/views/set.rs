//! All views of one image, ready for the backbone.

use crate::fungi::Settings;
use crate::fungi::layout::Layout;
use crate::image::Rgb;

/// All views of one image: the inference view, DINO's crops, SimCLR's windows, each `[3, S, S]` in 0..1, before the
/// model's mean and standard deviation.
#[derive(Debug, Clone, PartialEq)]
pub struct Views {
    values: Vec<f32>,
}

impl Views {
    /// Cuts the views that the settings need at a model's input `side`.
    pub fn cut(image: &Rgb, settings: &Settings, side: usize) -> Self {
        let mut values = Vec::with_capacity(Layout::new(settings, side).views * 3 * side * side);
        values.extend(super::inference(image, side));
        if let Some(dino) = &settings.dino {
            let boxes = super::dino_boxes(image.width, image.height, dino, settings.seed);
            values.extend(super::dino(image, &boxes, side));
        }
        if let Some(simclr) = &settings.simclr {
            values.extend(super::simclr(image, simclr, side));
        }
        Self { values }
    }

    /// Views that were cut elsewhere; `dino` and `simclr` are empty where those objectives are off.
    pub fn given(inference: &[f32], dino: &[f32], simclr: &[f32]) -> Self {
        Self { values: [inference, dino, simclr].concat() }
    }

    /// The views' numbers, `[V, 3, S, S]`.
    pub fn values(&self) -> &[f32] {
        &self.values
    }
}
