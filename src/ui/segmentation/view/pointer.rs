//! Painting with the pointer: mouse, pen or one finger. Two fingers zoom the photo and move it.

use leptos::prelude::*;
use web_sys::PointerEvent;

use super::painter::Painter;
use crate::segmentation::UNLABELLED;
use crate::ui::canvas;
use crate::ui::segmentation::paint::{Brush, LabelLayer, Stroke};

/// The bit of [`PointerEvent::buttons`] for a pen's eraser.
const ERASER: u16 = 32;
/// Pixels that a finger may have moved before a second one shows that it was not to paint.
const SLACK: f32 = 12.0;

/// A pointer's number, and where it is in the window.
type Finger = (i32, (f32, f32));

/// Draws strokes with the pointer.
#[derive(Clone)]
pub struct Pointer {
    painter: Painter,
    /// The pointer that is drawing and where it began, and its stroke.
    stroke: StoredValue<Option<(Finger, Stroke)>, LocalStorage>,
    /// The fingers on the photo.
    fingers: StoredValue<Vec<Finger>, LocalStorage>,
}

impl Pointer {
    /// No stroke yet.
    pub fn new(painter: Painter) -> Self {
        Self { painter, stroke: StoredValue::new_local(None), fingers: StoredValue::new_local(Vec::new()) }
    }

    /// The stroke that this pointer is drawing, and where it began.
    fn stroke_of(&self, event: &PointerEvent) -> Option<(Finger, Stroke)> {
        self.stroke.get_value().filter(|((pointer, _), _)| *pointer == event.pointer_id())
    }

    /// Begins a stroke, or, with the second finger, to zoom.
    pub fn down(&self, event: &PointerEvent) {
        let Painter { state, photo, frame, cursor, .. } = &self.painter;
        let Some(element) = frame.get_untracked() else { return };
        if event.pointer_type() == "touch" {
            self.fingers.update_value(|fingers| {
                // None is left from before.
                if event.is_primary() {
                    fingers.clear();
                }
                fingers.push(finger(event));
            });
            if self.fingers.with_value(Vec::len) > 1 {
                return self.yield_stroke(event);
            }
        }
        if !event.is_primary() || event.button() > 0 || photo.size.get_untracked().is_none() {
            return;
        }
        cursor.set(None);
        // Without capture a stroke ends at the photo's edge, but it is still valid.
        let _ = element.set_pointer_capture(event.pointer_id());
        let size = photo.layer.with_untracked(LabelLayer::size);
        let Some(at) = self.position(event) else { return };
        let radius = state.brush.get_untracked() * size.0.max(size.1) as f32 / 2.0;
        let label = if event.buttons() & ERASER != 0 { UNLABELLED } else { state.brush_label() };
        let begun = photo.layer.try_update_untracked(|layer| Stroke::begin(layer, Brush { radius, label }, at));
        if let Some((stroke, area)) = begun {
            self.stroke.set_value(Some((finger(event), stroke)));
            self.painter.draw(area);
        }
    }

    /// Continues the stroke, or to zoom.
    pub fn moved(&self, event: &PointerEvent) {
        if self.fingers.with_value(Vec::len) > 1 {
            return self.pinch(event);
        }
        let Some((begun, mut stroke)) = self.stroke_of(event) else { return };
        event.prevent_default();
        let Some(at) = self.position(event) else { return };
        if let Some(area) = self.painter.photo.layer.try_update_untracked(|layer| stroke.extend(layer, at)) {
            self.painter.draw(area);
        }
        self.stroke.set_value(Some((begun, stroke)));
    }

    /// Ends the stroke.
    pub fn up(&self, event: &PointerEvent) {
        self.lift(event);
        if let Some((_, stroke)) = self.stroke_of(event) {
            self.stroke.set_value(None);
            self.painter.photo.layer.update_untracked(|layer| stroke.end(layer));
            self.painter.commit();
        }
    }

    /// Drops the stroke: the browser uses the pointer for something else.
    pub fn cancel(&self, event: &PointerEvent) {
        self.lift(event);
        if self.stroke_of(event).is_some() {
            self.stroke.set_value(None);
            self.painter.photo.layer.update(LabelLayer::cancel);
        }
    }

    fn lift(&self, event: &PointerEvent) {
        self.fingers.update_value(|fingers| fingers.retain(|(pointer, _)| *pointer != event.pointer_id()));
    }

    /// A second finger came: the first was not to paint, unless it has gone some way already.
    fn yield_stroke(&self, event: &PointerEvent) {
        let Some(((pointer, from), stroke)) = self.stroke.get_value() else { return };
        self.stroke.set_value(None);
        let now = self.fingers.with_value(|all| all.iter().find(|(id, _)| *id == pointer).map(|(_, at)| *at));
        let gone = now.map_or(0.0, |now| (now.0 - from.0).hypot(now.1 - from.1));
        if gone > SLACK {
            self.painter.photo.layer.update_untracked(|layer| stroke.end(layer));
            self.painter.commit();
        } else {
            self.painter.photo.layer.update(LabelLayer::cancel);
        }
        event.prevent_default();
    }

    /// One of two fingers has moved.
    fn pinch(&self, event: &PointerEvent) {
        let Some(frame) = self.painter.frame.get_untracked().map(|frame| frame.get_bounding_client_rect()) else {
            return;
        };
        let before = self.fingers.get_value();
        self.track(event);
        let after = self.fingers.get_value();
        let ([a, b, ..], [c, d, ..]) = (before.as_slice(), after.as_slice()) else { return };
        let corner = (frame.left() as f32, frame.top() as f32);
        let inside = |(_, at): &Finger| (at.0 - corner.0, at.1 - corner.1);
        let size = (frame.width() as f32, frame.height() as f32);
        self.painter.zoom.update(|zoom| *zoom = zoom.pinched([a, b].map(inside), [c, d].map(inside), size));
    }

    fn track(&self, event: &PointerEvent) {
        self.fingers.update_value(|fingers| {
            fingers.iter_mut().filter(|(pointer, _)| *pointer == event.pointer_id()).for_each(|it| *it = finger(event));
        });
    }

    /// Where the pointer is on the photo, in the pixels of its labels.
    fn position(&self, event: &PointerEvent) -> Option<(f32, f32)> {
        self.track(event);
        let paper = self.painter.paper.get_untracked()?;
        Some(canvas::position(event, &paper, self.painter.photo.layer.with_untracked(LabelLayer::size)))
    }
}

fn finger(event: &PointerEvent) -> Finger {
    (event.pointer_id(), (event.client_x() as f32, event.client_y() as f32))
}
