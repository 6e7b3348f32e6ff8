//! Painting on one photo, with the pointer or from the keyboard.

use leptos::html;
use leptos::prelude::*;

use crate::ui::canvas;
use crate::ui::segmentation::paint::{Area, LabelLayer, LabelStyle, Zoom, label_pixels, outline_reach};
use crate::ui::segmentation::state::{SegmentationState, TabPhoto};

/// Opacity of strokes.
const OPACITY: f32 = 0.6;

/// Paints on one photo.
#[derive(Clone)]
pub struct Painter {
    /// The tab's state.
    pub state: SegmentationState,
    /// The photo.
    pub photo: TabPhoto,
    /// The photo's element, which gets pointer events and the focus.
    pub frame: NodeRef<html::Div>,
    /// The photo and its labels within it, which may be larger.
    pub paper: NodeRef<html::Div>,
    /// Which part of the photo is shown.
    pub zoom: RwSignal<Zoom>,
    /// The canvas of the labels.
    pub canvas: NodeRef<html::Canvas>,
    /// The patch under the keyboard's cursor.
    pub cursor: RwSignal<Option<usize>>,
}

impl Painter {
    /// A painter for a photo; it draws nothing yet.
    pub fn new(state: SegmentationState, photo: TabPhoto) -> Self {
        Self {
            state,
            photo,
            frame: NodeRef::new(),
            paper: NodeRef::new(),
            zoom: RwSignal::new(Zoom::default()),
            canvas: NodeRef::new(),
            cursor: RwSignal::new(None),
        }
    }

    /// Draws all labels.
    pub fn draw_all(&self) {
        let size = self.photo.layer.with_untracked(LabelLayer::size);
        self.draw(Area::whole(size));
    }

    /// Redraws the labels in an area.
    pub fn draw(&self, area: Area) {
        let Some(canvas) = self.canvas.get_untracked() else { return };
        let palette = untrack(|| self.state.palette());
        self.photo.layer.with_untracked(|layer| {
            let size = layer.size();
            // Outlines reach beyond what was painted.
            let area = area.grown(outline_reach(size), size);
            let style = LabelStyle { palette: &palette, opacity: OPACITY, outline: true };
            canvas::resize(&canvas, size);
            canvas::put(
                &canvas,
                &label_pixels(&layer.mask().labels, size, area, &style),
                (area.x, area.y),
                (area.width, area.height),
            );
        });
    }

    /// Ends a stroke.
    pub fn commit(&self) {
        self.state.change_labels(&self.photo, "stroke on", LabelLayer::commit);
    }
}
