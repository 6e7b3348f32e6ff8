//! The keyboard in the grid: arrows go from image to image, Shift takes what they pass along.

use leptos::html::Ul;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::GalleryState;
use super::focus::focus_active;
use super::pointing::Pointing;
use super::selection::{Run, Selected};
use super::visible;
use crate::gallery::Id;

/// What the keys are, for those who can't see the grid.
pub const ABOUT: &str = "Images. Arrow keys move, Enter shows an image's neighbours, Delete removes it. With Shift, arrow keys \
     select; Control and Space select one, Control and A all, Escape none.";

/// A key goes down in the grid.
pub fn steer(state: GalleryState, pointing: Pointing, grid: NodeRef<Ul>, event: &KeyboardEvent) {
    let Some(active) = state.active.get_untracked() else { return };
    let ids = state.ids.get_untracked();
    let Some(place) = ids.iter().position(|&id| id == active) else { return };
    let last = ids.len() - 1;
    let columns = || grid.get_untracked().and_then(|grid| visible::layout(&grid)).map_or(1, |layout| layout.columns);
    let (shift, control) = (event.shift_key(), event.ctrl_key() || event.meta_key());
    let goal = match event.key().as_str() {
        "ArrowLeft" => place.saturating_sub(1),
        "ArrowRight" => (place + 1).min(last),
        "ArrowUp" => place.saturating_sub(columns()),
        "ArrowDown" => (place + columns()).min(last),
        "Home" => 0,
        "End" => last,
        key => {
            let is_handled = match key {
                "Delete" => remove(state, active),
                "Escape" => clear(state),
                "a" | "A" if control && !shift => {
                    state.selected.set(ids.into_iter().collect());
                    true
                }
                " " | "Enter" if control => {
                    pointing.toggle(active);
                    true
                }
                " " if shift => {
                    pointing.reach(active);
                    true
                }
                _ => false,
            };
            if is_handled {
                event.prevent_default();
                pointing.took_space.set_value(key == " ");
            }
            return;
        }
    };
    event.prevent_default();
    if shift {
        pointing.reach(ids[goal]);
    } else {
        pointing.run.update_value(Run::end);
        state.active.set(Some(ids[goal]));
    }
    focus_active(state);
}

/// A key goes up: buttons are pressed by Space then, in spite of what became of it when it went down.
pub fn release(pointing: Pointing, event: &KeyboardEvent) {
    if event.key() == " " && pointing.took_space.get_value() {
        pointing.took_space.set_value(false);
        event.prevent_default();
    }
}

/// Removes the selection, if the image is in it, or else the image; the focus moves to the one that takes its place.
pub fn remove(state: GalleryState, id: Id) -> bool {
    let selected = state.selected.get_untracked();
    if selected.contains(&id) {
        state.remove(&selected.into_iter().collect::<Vec<_>>());
    } else {
        state.remove(&[id]);
    }
    focus_active(state);
    true
}

/// Selects nothing; false if nothing was selected.
fn clear(state: GalleryState) -> bool {
    let any = state.selected.with_untracked(|selected| !selected.is_empty());
    if any {
        state.selected.set(Selected::new());
    }
    any
}
