//! Painting with the pointer: mouse, pen or finger.

use leptos::prelude::*;
use web_sys::PointerEvent;

use super::canvas;
use super::painter::Painter;
use crate::segmentation::UNLABELLED;
use crate::ui::segmentation::paint::{Brush, LabelLayer, Stroke};

/// The bit of [`PointerEvent::buttons`] for a pen's eraser.
const ERASER: u16 = 32;

/// Draws strokes with the pointer.
#[derive(Clone)]
pub struct Pointer {
    painter: Painter,
    /// The pointer that is drawing, and its stroke.
    stroke: StoredValue<Option<(i32, Stroke)>, LocalStorage>,
}

impl Pointer {
    /// No stroke yet.
    pub fn new(painter: Painter) -> Self {
        Self { painter, stroke: StoredValue::new_local(None) }
    }

    /// The stroke that this pointer is drawing.
    fn stroke_of(&self, event: &PointerEvent) -> Option<Stroke> {
        let drawn = self.stroke.get_value().filter(|(pointer, _)| *pointer == event.pointer_id());
        drawn.map(|(_, stroke)| stroke)
    }

    /// Begins a stroke.
    pub fn down(&self, event: &PointerEvent) {
        let Painter { state, photo, frame, cursor, .. } = &self.painter;
        let Some(element) = frame.get_untracked() else { return };
        if !event.is_primary() || event.button() > 0 || photo.size.get_untracked().is_none() {
            return;
        }
        cursor.set(None);
        // Without capture a stroke ends at the photo's edge, but it is still valid.
        let _ = element.set_pointer_capture(event.pointer_id());
        let size = photo.layer.with_untracked(LabelLayer::size);
        let at = canvas::position(event, &element, size);
        let radius = state.brush.get_untracked() * size.0.max(size.1) as f32 / 2.0;
        let label = if event.buttons() & ERASER != 0 { UNLABELLED } else { state.brush_label() };
        let begun = photo.layer.try_update_untracked(|layer| Stroke::begin(layer, Brush { radius, label }, at));
        if let Some((stroke, area)) = begun {
            self.stroke.set_value(Some((event.pointer_id(), stroke)));
            self.painter.draw(area);
        }
    }

    /// Continues the stroke.
    pub fn moved(&self, event: &PointerEvent) {
        let Some(mut stroke) = self.stroke_of(event) else { return };
        let Some(element) = self.painter.frame.get_untracked() else { return };
        event.prevent_default();
        let layer = &self.painter.photo.layer;
        let at = canvas::position(event, &element, layer.with_untracked(LabelLayer::size));
        if let Some(area) = layer.try_update_untracked(|layer| stroke.extend(layer, at)) {
            self.painter.draw(area);
        }
        self.stroke.set_value(Some((event.pointer_id(), stroke)));
    }

    /// Ends the stroke.
    pub fn up(&self, event: &PointerEvent) {
        if let Some(stroke) = self.stroke_of(event) {
            self.stroke.set_value(None);
            self.painter.photo.layer.update_untracked(|layer| stroke.end(layer));
            self.painter.commit();
        }
    }

    /// Drops the stroke: the browser uses the pointer for something else.
    pub fn cancel(&self, event: &PointerEvent) {
        if self.stroke_of(event).is_some() {
            self.stroke.set_value(None);
            self.painter.photo.layer.update(LabelLayer::cancel);
        }
    }
}
