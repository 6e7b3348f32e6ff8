//! Painting with the pointer: strokes.

use leptos::prelude::*;
use web_sys::PointerEvent;

use super::canvas;
use super::editor::Easel;
use super::sheet::{Brush, Sheet};
use crate::segmentation::UNLABELLED;

/// A stroke that is being drawn.
#[derive(Clone, Copy)]
struct Stroke {
    pointer: i32,
    brush: Brush,
    last: (f32, f32),
    middle: (f32, f32),
}

/// A hand at an easel.
#[derive(Clone)]
pub struct Hand {
    easel: Easel,
    stroke: StoredValue<Option<Stroke>, LocalStorage>,
}

impl Hand {
    /// A hand that rests.
    pub fn new(easel: Easel) -> Self {
        Self { easel, stroke: StoredValue::new_local(None) }
    }

    /// The stroke that this pointer draws.
    fn stroke_of(&self, event: &PointerEvent) -> Option<Stroke> {
        self.stroke.get_value().filter(|stroke| stroke.pointer == event.pointer_id())
    }

    /// Begins a stroke.
    pub fn down(&self, event: &PointerEvent) {
        let Easel { page, picture, stage, cursor, .. } = &self.easel;
        let studio = page.studio;
        let Some(element) = stage.get_untracked() else { return };
        if !event.is_primary() || event.button() > 0 || picture.opened.get_untracked().is_none() {
            return;
        }
        studio.active.set(Some(picture.id));
        cursor.set(None);
        // Without capture a stroke ends at the photo's edge, which is still a stroke.
        let _ = element.set_pointer_capture(event.pointer_id());
        let size = picture.sheet.with_untracked(Sheet::size);
        let at = canvas::place(event, &element, size);
        let radius = studio.brush.get_untracked() * size.0.max(size.1) as f32 / 2.0;
        // A pen's other end erases.
        let label = if event.buttons() & 32 != 0 { UNLABELLED } else { self.easel.label() };
        let brush = Brush { radius, label };
        self.stroke.set_value(Some(Stroke { pointer: event.pointer_id(), brush, last: at, middle: at }));
        let area = picture.sheet.try_update_untracked(|sheet| {
            sheet.begin();
            sheet.disc(at, brush)
        });
        self.easel.draw(area);
    }

    /// Goes on with the stroke.
    pub fn moved(&self, event: &PointerEvent) {
        let Some(mut now) = self.stroke_of(event) else { return };
        let Some(element) = self.easel.stage.get_untracked() else { return };
        event.prevent_default();
        let sheet = &self.easel.picture.sheet;
        let at = canvas::place(event, &element, sheet.with_untracked(Sheet::size));
        let middle = (f32::midpoint(now.last.0, at.0), f32::midpoint(now.last.1, at.1));
        let area = sheet.try_update_untracked(|sheet| sheet.curve(now.middle, now.last, middle, now.brush));
        self.easel.draw(area);
        (now.last, now.middle) = (at, middle);
        self.stroke.set_value(Some(now));
    }

    /// Ends the stroke.
    pub fn up(&self, event: &PointerEvent) {
        let Some(now) = self.stroke_of(event) else { return };
        self.stroke.set_value(None);
        self.easel.picture.sheet.update_untracked(|sheet| {
            sheet.curve(now.middle, now.last, now.last, now.brush);
        });
        self.easel.finish();
    }

    /// Gives the stroke up: the browser took the pointer for something else.
    pub fn cancel(&self, event: &PointerEvent) {
        if self.stroke_of(event).is_some() {
            self.stroke.set_value(None);
            self.easel.picture.sheet.update(Sheet::abandon);
        }
    }
}
