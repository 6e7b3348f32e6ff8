//! A map under mouse, pen, fingers and keys.

use leptos::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};

use super::camera::{Camera, Point};
use super::gesture::{Gesture, Outcome};
use super::keys::{Action, action};
use super::painter::Painter;
use super::state::{MapState, Side};
use super::words;
use crate::gallery::Id;

/// Pixels between a pointer and the image that it means.
const REACH: f32 = 12.0;
/// The same for a finger, which hides what it means.
const FINGER: f32 = 22.0;

/// Acts on one map.
#[derive(Clone, Copy)]
pub struct Pointer {
    /// Both maps.
    pub state: MapState,
    /// This one.
    pub side: Side,
    /// What draws it.
    pub painter: Painter,
}

impl Pointer {
    /// Begins to move the map, or an outline.
    pub fn down(&self, event: &PointerEvent) {
        let Some(stage) = self.painter.stage.get_untracked() else { return };
        if event.button() > 0 {
            return;
        }
        // Without capture the map stops at the stage's edge.
        let _ = stage.set_pointer_capture(event.pointer_id());
        let lasso = self.state.lasso.get_untracked() || event.shift_key();
        let at = self.place(event);
        self.painter.gesture.update_value(|gesture| gesture.down(event.pointer_id(), at, lasso, event.is_primary()));
    }

    /// Goes on with that; or marks the image under a mouse.
    pub fn moved(&self, event: &PointerEvent) {
        let at = self.place(event);
        if !self.painter.gesture.with_value(Gesture::is_going_on) {
            return self.hover(self.painter.image_at(at, REACH));
        }
        let (camera, frame) = (self.side.camera.get_untracked(), self.painter.frame());
        let outcome =
            self.painter.gesture.try_update_value(|gesture| gesture.moved(event.pointer_id(), at, camera, frame));
        match outcome {
            Some(Outcome::Look(camera)) => self.look(camera),
            Some(Outcome::Outline) => self.painter.draw(false),
            _ => {}
        }
    }

    /// Ends that: an outline selects what lies inside, a click the image under it.
    pub fn up(&self, event: &PointerEvent) {
        let outcome = self.painter.gesture.try_update_value(|gesture| gesture.up(event.pointer_id()));
        let beside = event.ctrl_key() || event.meta_key();
        match outcome {
            Some(Outcome::Lassoed(outline)) => {
                self.select_within(&outline, beside || self.state.lasso.get_untracked() && event.shift_key())
            }
            Some(Outcome::Click(at)) => {
                let reach = if event.pointer_type() == "mouse" { REACH } else { FINGER };
                let image = self.painter.image_at(at, reach);
                self.hover(image);
                match image {
                    Some(id) if beside || event.shift_key() => self.state.toggle(id),
                    Some(id) => self.state.select([id], false),
                    None => {}
                }
            }
            _ => {}
        }
        self.painter.draw(false);
    }

    /// The browser uses the pointer for something else.
    pub fn cancel(&self) {
        self.painter.gesture.update_value(Gesture::cancel);
        self.painter.draw(false);
    }

    /// The mouse left.
    pub fn leave(&self) {
        if !self.painter.gesture.with_value(Gesture::is_going_on) {
            self.hover(None);
        }
    }

    /// Makes the image the query.
    pub fn double_click(&self, event: &MouseEvent) {
        if let Some(id) = self.painter.image_at(self.place(event), REACH) {
            self.state.gallery.select(id);
        }
    }

    /// Zooms around the pointer. At the smallest size, the page scrolls instead.
    pub fn wheel(&self, event: &WheelEvent) {
        let camera = self.side.camera.get_untracked();
        // Lines and pages, where a mouse counts so.
        let unit = [1.0, 16.0, 400.0][(event.delta_mode() as usize).min(2)];
        let factor = (-event.delta_y() * unit / 400.0).exp2() as f32;
        let looked = camera.zoomed(factor, self.place(event), self.painter.frame());
        if looked != camera {
            event.prevent_default();
            self.look(looked);
        }
    }

    /// Handles a key.
    pub fn key(&self, event: &KeyboardEvent) {
        let (camera, frame) = (self.side.camera.get_untracked(), self.painter.frame());
        let command = event.ctrl_key() || event.meta_key() || event.alt_key();
        let Some(action) = action(&event.key(), event.shift_key(), command, camera, frame) else { return };
        event.prevent_default();
        let state = self.state;
        match action {
            Action::Look(camera) => self.look(camera),
            Action::Clear => state.clear_selection(),
            Action::Go(direction) => {
                let layout = self.side.layout.get_untracked();
                let from = state.gallery.hovered.get_untracked().and_then(|id| layout.position(id));
                let next = match from {
                    Some(from) => layout.towards(from, direction).or(Some(from)),
                    None => layout.nearest(camera.centre, f32::INFINITY),
                };
                if let Some(next) = next {
                    self.look(camera.showing(layout.points()[next], frame));
                    self.hover(Some(layout.ids()[next]));
                    self.say(layout.ids()[next]);
                }
            }
            Action::Query | Action::Toggle => {
                let Some(id) = state.gallery.hovered.get_untracked() else { return };
                if action == Action::Query {
                    state.gallery.select(id);
                    state.announcement.set(format!("{} is the query.", state.describe(id).name));
                } else {
                    state.toggle(id);
                    let selected = state.gallery.selected.with_untracked(|selected| selected.contains(&id));
                    let words = if selected { "selected" } else { "not selected" };
                    state.announcement.set(format!("{}: {words}.", state.describe(id).name));
                }
            }
        }
    }

    /// Zooms around the middle, for buttons.
    pub fn zoom(&self, factor: f32) {
        let frame = self.painter.frame();
        self.look(self.side.camera.get_untracked().zoomed(factor, frame.middle(), frame));
    }

    fn look(&self, camera: Camera) {
        if self.side.camera.get_untracked() != camera {
            self.side.camera.set(camera);
        }
    }

    fn hover(&self, image: Option<Id>) {
        if self.state.gallery.hovered.get_untracked() != image {
            self.state.gallery.hovered.set(image);
        }
    }

    fn say(&self, id: Id) {
        let described = self.state.describe(id);
        self.state.announcement.set(words::image(&described.name, &described.label, self.side.vote(id).as_deref()));
    }

    fn select_within(&self, outline: &[Point], beside: bool) {
        let (camera, frame) = (self.side.camera.get_untracked(), self.painter.frame());
        let outline: Vec<Point> = outline.iter().map(|&at| camera.to_map(at, frame)).collect();
        let layout = self.side.layout.get_untracked();
        let ids: Vec<Id> = layout.within(&outline).into_iter().map(|place| layout.ids()[place]).collect();
        let count = ids.len();
        self.state.select(ids, beside);
        self.state.announcement.set(format!("{count} images lie inside."));
    }

    /// Where an event is in the frame.
    fn place(&self, event: &MouseEvent) -> Point {
        let Some(stage) = self.painter.stage.get_untracked() else { return (0.0, 0.0) };
        let stage: &HtmlElement = &stage;
        let (corner, border) = (stage.get_bounding_client_rect(), (stage.client_left(), stage.client_top()));
        let inside = |at: i32, corner: f64, border: i32| (f64::from(at) - corner - f64::from(border)) as f32;
        (inside(event.client_x(), corner.left(), border.0), inside(event.client_y(), corner.top(), border.1))
    }
}
