//! A stroke that is being drawn. A pointer reports few points, and straight lines between them would have corners: the
//! stroke bends through the midpoints instead.

use super::area::Area;
use super::brush::Brush;
use super::label_layer::LabelLayer;

/// A stroke that is being drawn.
#[derive(Debug, Clone, Copy)]
pub struct Stroke {
    brush: Brush,
    last: (f32, f32),
    middle: (f32, f32),
}

impl Stroke {
    /// Starts a stroke with a dot. Also returns what changed.
    pub fn begin(layer: &mut LabelLayer, brush: Brush, at: (f32, f32)) -> (Self, Area) {
        (Self { brush, last: at, middle: at }, layer.disc(at, brush))
    }

    /// Draws on to another point. Returns what changed.
    pub fn extend(&mut self, layer: &mut LabelLayer, to: (f32, f32)) -> Area {
        let middle = (f32::midpoint(self.last.0, to.0), f32::midpoint(self.last.1, to.1));
        let area = layer.curve(self.middle, self.last, middle, self.brush);
        (self.last, self.middle) = (to, middle);
        area
    }

    /// Draws the rest, up to the last point.
    pub fn end(self, layer: &mut LabelLayer) {
        layer.curve(self.middle, self.last, self.last, self.brush);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::segmentation::paint::Way;

    #[test]
    fn a_stroke_reaches_its_last_point_and_is_one_step() {
        let mut layer = LabelLayer::default();
        layer.fit((32, 16));
        let (mut stroke, _) = Stroke::begin(&mut layer, Brush { radius: 1.0, label: 2 }, (2.5, 8.5));
        for x in [10.5, 20.5, 29.5] {
            assert!(!stroke.extend(&mut layer, (x, 8.5)).is_empty());
        }
        stroke.end(&mut layer);
        let change = layer.commit().unwrap();
        assert!(layer.mask().labels[8 * 32 + 2..=8 * 32 + 29].iter().all(|&label| label == 2));
        assert!(layer.apply(&change, Way::Undo) && !layer.is_labelled());
    }
}
