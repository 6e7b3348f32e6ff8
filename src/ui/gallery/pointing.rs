//! The pointer in the grid: clicks, rubber bands by mouse, a long press by touch, and what it is over.

use std::time::Duration;

use leptos::ev;
use leptos::html::Ul;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent, PointerEvent};

use super::GalleryState;
use super::focus::focus_active;
use super::on_screen::{Layout, Rect, scroll_step};
use super::selection::{Banding, Run, Selected, banded};
use super::visible;
use crate::gallery::Id;

/// How long a touch rests until it selects.
const LONG_PRESS: Duration = Duration::from_millis(500);
/// How far a pointer moves, in pixels, until it is no click, or no press that rests.
const STILL: f64 = 8.0;

/// What the pointer is doing in the grid.
#[derive(Clone, Copy)]
pub struct Pointing {
    state: GalleryState,
    grid: NodeRef<Ul>,
    /// The rubber band, while there is one.
    pub band: RwSignal<Option<Rect>>,
    /// Whether touches select, rather than choose the query.
    pub picking: RwSignal<bool>,
    /// What Shift extends.
    pub run: StoredValue<Run>,
    /// Whether Space went down for something else than to press a button.
    pub took_space: StoredValue<bool>,
    held: StoredValue<Held, LocalStorage>,
}

#[derive(Default)]
struct Held {
    press: Option<Press>,
    /// A touch that rests on an image.
    resting: Option<TimeoutHandle>,
    /// The click that ends this press is none.
    swallow: bool,
    /// Whether the last press was a touch.
    touch: bool,
}

/// A button of the mouse, or a finger, that is down.
#[derive(Clone)]
struct Press {
    pointer: i32,
    /// Where it began in the grid's content, and on which image.
    start: (f64, f64),
    cell: Option<Id>,
    /// Where it began and where it is now in the window.
    from: (f64, f64),
    at: (f64, f64),
    banding: Banding,
    before: Selected,
    /// Whether it has become a rubber band.
    is_band: bool,
}

impl Pointing {
    /// Nothing is pressed.
    pub fn new(state: GalleryState, grid: NodeRef<Ul>) -> Self {
        let (band, picking) = (RwSignal::new(None), RwSignal::new(false));
        let (run, took_space) = (StoredValue::new(Run::default()), StoredValue::new(false));
        let held = StoredValue::new_local(Held::default());
        let pointing = Self { state, grid, band, picking, run, took_space, held };
        Effect::new(move |_| {
            if state.selected.with(Selected::is_empty) {
                picking.set(false);
            }
        });
        let _ = window_event_listener(ev::keydown, move |event| {
            if event.key() == "Escape" && band.get_untracked().is_some() {
                event.prevent_default();
                pointing.cancel();
            }
        });
        pointing
    }

    /// An image was clicked, touched, or pressed with a key.
    pub fn clicked(&self, id: Id, event: &MouseEvent) {
        // Keys count no clicks.
        let by_pointer = event.detail() > 0;
        let (swallow, touch) = self.held(|held| (std::mem::take(&mut held.swallow), held.touch));
        if swallow && by_pointer {
            return;
        }
        let state = self.state;
        if event.ctrl_key() || event.meta_key() || (self.picking.get_untracked() && touch && by_pointer) {
            self.toggle(id);
        } else if event.shift_key() {
            self.reach(id);
            focus_active(state);
        } else {
            self.run.update_value(Run::end);
            state.select(id);
        }
    }

    /// Selects an image, or no longer.
    pub fn toggle(&self, id: Id) {
        self.run.update_value(Run::end);
        self.state.active.set(Some(id));
        self.state.toggle(id);
    }

    /// Selects everything from where the arrow keys were, or where Shift was pressed first, to an image.
    pub fn reach(&self, to: Id) {
        let state = self.state;
        let from = state.active.get_untracked().unwrap_or(to);
        let selected = state.selected.get_untracked();
        let reached = state.ids.with_untracked(|ids| {
            self.run.try_update_value(|run| run.reach(ids, &selected, from, to)).unwrap_or_default()
        });
        state.active.set(Some(to));
        state.selected.set(reached);
    }

    /// A button or a finger goes down.
    pub fn down(&self, event: &PointerEvent) {
        self.held(|held| {
            held.swallow = false;
            held.touch = event.pointer_type() == "touch";
            held.resting.take().inspect(TimeoutHandle::clear);
        });
        let Some(grid) = self.grid.get_untracked() else { return };
        let (cell, at) = (cell_of(event), (f64::from(event.client_x()), f64::from(event.client_y())));
        if !event.is_primary() || event.button() != 0 || on_remove(event) || on_scrollbar(&grid, at) {
            return;
        }
        let banding = match event {
            event if event.ctrl_key() || event.meta_key() => Banding::Toggle,
            event if event.shift_key() => Banding::Add,
            _ => Banding::Replace,
        };
        let press = Press {
            pointer: event.pointer_id(),
            start: content_point(&grid, at),
            cell,
            from: at,
            at,
            banding,
            before: self.state.selected.get_untracked(),
            is_band: false,
        };
        let pointing = *self;
        if event.pointer_type() == "touch" {
            let Some(id) = cell else { return };
            let rests = move || pointing.rested(id);
            let resting = set_timeout_with_handle(rests, LONG_PRESS).ok();
            self.held(|held| (held.resting, held.press) = (resting, Some(press)));
        } else {
            if cell.is_none() {
                // So that it goes on beyond the grid. It fails only for a pointer that is up again.
                let _ = grid.set_pointer_capture(press.pointer);
            }
            self.held(|held| held.press = Some(press));
        }
    }

    /// The pointer moves, pressed or not.
    pub fn moved(&self, event: &PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let begins = self.held(|held| {
            let press = held.press.as_mut().filter(|press| press.pointer == event.pointer_id())?;
            press.at = at;
            let far = (at.0 - press.from.0).hypot(at.1 - press.from.1) > STILL;
            if held.touch {
                if far {
                    held.resting.take().inspect(TimeoutHandle::clear);
                }
                return None;
            }
            if event.buttons() & 1 == 0 {
                held.press = None;
                return None;
            }
            // From an image, only once it has left it, or with Shift: a click may be unsteady.
            let left = press.cell.is_none() || press.banding != Banding::Replace || cell_at(at) != press.cell;
            (!press.is_band && far && left).then(|| {
                press.is_band = true;
                held.swallow = true;
                press.pointer
            })
        });
        if let Some(pointer) = begins {
            if let Some(grid) = self.grid.get_untracked() {
                let _ = grid.set_pointer_capture(pointer);
            }
            self.state.hovered.set(None);
            self.run.update_value(Run::end);
            self.draw();
        }
    }

    /// The button or the finger goes up, or the browser takes the pointer for itself.
    pub fn up(&self, event: &PointerEvent) {
        let (press, touch) = self.held(|held| {
            held.resting.take().inspect(TimeoutHandle::clear);
            (held.press.take(), held.touch)
        });
        let Some(press) = press.filter(|_| !touch) else { return };
        if press.is_band {
            self.stretch(&press);
            self.band.set(None);
            // Keys go on from where the pointer is.
            let here =
                cell_at(press.at).filter(|id| self.state.selected.with_untracked(|selected| selected.contains(id)));
            if let Some(id) = here {
                self.state.active.set(Some(id));
                focus_active(self.state);
            }
        } else if press.cell.is_none() && press.banding == Banding::Replace && event.type_() == "pointerup" {
            self.state.selected.set(Selected::new());
        }
    }

    /// The pointer comes over an image, or leaves them.
    pub fn over(&self, event: &PointerEvent) {
        let id = cell_of(event).filter(|_| event.pointer_type() != "touch" && self.band.get_untracked().is_none());
        if self.state.hovered.get_untracked() != id {
            self.state.hovered.set(id);
        }
    }

    /// Long presses have menus of their own in some browsers.
    pub fn menu(&self, event: &MouseEvent) {
        if self.held(|held| held.touch) {
            event.prevent_default();
        }
    }

    fn rested(&self, id: Id) {
        self.held(|held| (held.swallow, held.resting) = (true, None));
        self.toggle(id);
        self.picking.set(self.state.selected.with_untracked(|selected| !selected.is_empty()));
    }

    /// Draws the rubber band once a frame, and scrolls where it is at an edge.
    fn draw(self) {
        request_animation_frame(move || {
            let Some(press) = self.held(|held| held.press.clone()).filter(|press| press.is_band) else { return };
            if let Some(grid) = self.grid.get_untracked() {
                let frame = grid.get_bounding_client_rect();
                let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::MAX);
                if grid.scroll_height() > grid.client_height() {
                    let step = scroll_step(press.at.1, frame.top().max(0.0), frame.bottom().min(height));
                    grid.set_scroll_top(grid.scroll_top() + step.round() as i32);
                }
                if grid.scroll_width() > grid.client_width() {
                    let step = scroll_step(press.at.0, frame.left(), frame.right());
                    grid.set_scroll_left(grid.scroll_left() + step.round() as i32);
                }
            }
            self.stretch(&press);
            self.draw();
        });
    }

    /// The rubber band reaches to where the pointer is.
    fn stretch(&self, press: &Press) {
        let Some(grid) = self.grid.get_untracked() else { return };
        let end = content_point(&grid, press.at);
        let (width, height) = (f64::from(grid.scroll_width()), f64::from(grid.scroll_height()));
        let inside = |(x, y): (f64, f64)| (x.clamp(0.0, width), y.clamp(0.0, height));
        let rect = Rect::between(inside(press.start), inside(end));
        if self.band.get_untracked() == Some(rect) {
            return;
        }
        self.band.set(Some(rect));
        let layout: Option<Layout> = visible::layout(&grid);
        let touched: Selected = self.state.ids.with_untracked(|ids| {
            layout.into_iter().flat_map(|layout| layout.touched(rect, ids.len())).map(|place| ids[place]).collect()
        });
        let selected = banded(&press.before, &touched, press.banding);
        if self.state.selected.with_untracked(|before| *before != selected) {
            self.state.selected.set(selected);
        }
    }

    /// Gives the rubber band up.
    fn cancel(&self) {
        if let Some(press) = self.held(|held| held.press.take()) {
            let there = self.state.ids.with_untracked(|ids| ids.iter().copied().collect::<Selected>());
            self.state.selected.set(&press.before & &there);
        }
        self.band.set(None);
    }

    fn held<T>(&self, work: impl FnOnce(&mut Held) -> T) -> T {
        self.held.try_update_value(work).expect("the grid lives as long as the page")
    }
}

/// A point of the window, in the grid's content.
fn content_point(grid: &Element, at: (f64, f64)) -> (f64, f64) {
    let frame = grid.get_bounding_client_rect();
    let x = at.0 - frame.left() - f64::from(grid.client_left()) + f64::from(grid.scroll_left());
    let y = at.1 - frame.top() - f64::from(grid.client_top()) + f64::from(grid.scroll_top());
    (x, y)
}

/// Whether a point of the window is on one of the grid's scroll bars.
fn on_scrollbar(grid: &Element, at: (f64, f64)) -> bool {
    let frame = grid.get_bounding_client_rect();
    let x = at.0 - frame.left() - f64::from(grid.client_left());
    let y = at.1 - frame.top() - f64::from(grid.client_top());
    x >= f64::from(grid.client_width()) || y >= f64::from(grid.client_height())
}

fn on_remove(event: &Event) -> bool {
    target(event).is_some_and(|target| target.closest(".remove").is_ok_and(|found| found.is_some()))
}

fn cell_of(event: &Event) -> Option<Id> {
    key(&target(event)?)
}

fn cell_at(at: (f64, f64)) -> Option<Id> {
    key(&document().element_from_point(at.0 as f32, at.1 as f32)?)
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn key(element: &Element) -> Option<Id> {
    element.closest("[data-key]").ok()??.get_attribute("data-key")?.parse().ok()
}
