//! Painting from the keyboard, patch by patch.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::painter::Painter;
use crate::segmentation::UNLABELLED;
use crate::ui::segmentation::paint::{Area, move_cursor};

/// Paints patches from the keyboard.
#[derive(Clone)]
pub struct Keyboard {
    /// What it paints with.
    pub painter: Painter,
    /// The text for screen readers about the patch under the cursor.
    pub announcement: RwSignal<String>,
}

impl Keyboard {
    /// Handles a key.
    pub fn press(&self, event: &KeyboardEvent) {
        let Painter { state, photo, cursor, .. } = &self.painter;
        if photo.size.with_untracked(Option::is_none) {
            return;
        }
        let grid = untrack(|| state.grid());
        // The model may have become known meanwhile, with another grid.
        let at = cursor.get_untracked().filter(|patch| *patch < grid * grid);
        let command = event.ctrl_key() || event.meta_key();
        let key = event.key();
        let digit = key.parse::<usize>().ok().filter(|digit| (1..=9).contains(digit));
        match (key.as_str(), command) {
            (_, true) => return,
            ("Enter" | " ", _) => {
                let patch = at.unwrap_or(grid / 2 * grid + grid / 2);
                cursor.set(Some(patch));
                self.paint(patch, grid, state.brush_label());
            }
            ("Delete" | "Backspace", _) => {
                if let Some(patch) = at {
                    self.paint(patch, grid, UNLABELLED);
                }
            }
            ("Escape", _) => cursor.set(None),
            _ => match digit {
                Some(digit) => self.choose_class(digit - 1),
                None => {
                    let goal = move_cursor(&key, at, grid, event.shift_key());
                    let Some(patch) = goal else { return };
                    cursor.set(Some(patch));
                    self.say(patch, grid, self.label_of(patch, grid), "unlabelled");
                }
            },
        }
        event.prevent_default();
    }

    fn choose_class(&self, place: usize) {
        let state = self.painter.state;
        let class = state.classes.with_untracked(|all| all.get(place).cloned());
        if let Some(class) = class {
            state.choose_class(class.id);
            self.announcement.set(class.name);
        }
    }

    fn paint(&self, patch: usize, grid: usize, label: u8) {
        self.painter.photo.layer.update_untracked(|layer| {
            layer.fill(Area::patch(patch, grid, layer.size()), label);
        });
        self.painter.commit();
        self.say(patch, grid, label, "erased");
    }

    /// The label in the middle of a patch.
    fn label_of(&self, patch: usize, grid: usize) -> u8 {
        self.painter.photo.layer.with_untracked(|layer| {
            let (x, y) = Area::patch(patch, grid, layer.size()).middle();
            layer.mask().labels.get((y * layer.size().0 + x) as usize).copied().unwrap_or(UNLABELLED)
        })
    }

    /// Announces a patch; `bare` is the text for a patch without a class.
    fn say(&self, patch: usize, grid: usize, label: u8, bare: &str) {
        let name = untrack(|| self.painter.state.class_name(label));
        let what = if label == UNLABELLED { bare } else { &name };
        self.announcement.set(format!("Row {}, column {}: {what}", patch / grid + 1, patch % grid + 1));
    }
}
