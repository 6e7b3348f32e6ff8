//! Painting from the keyboard, patch by patch.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::area::Area;
use super::canvas;
use super::editor::Easel;
use super::talk;
use crate::segmentation::UNLABELLED;

/// The keyboard at an easel.
#[derive(Clone)]
pub struct Keys {
    /// Where it paints.
    pub easel: Easel,
    /// Words for screen readers on the patch under the cursor.
    pub words: RwSignal<String>,
}

impl Keys {
    /// Follows a key.
    pub fn steer(&self, event: &KeyboardEvent) {
        let Easel { page, picture, cursor, .. } = &self.easel;
        let studio = page.studio;
        let Some(grid) = picture.opened.get_untracked().map(|opened| opened.grid) else { return };
        let command = event.ctrl_key() || event.meta_key();
        let key = event.key();
        let at = cursor.get_untracked();
        let start = grid / 2 * grid + grid / 2;
        match (key.as_str(), command) {
            ("z" | "Z" | "y", true) => self.step_back(key == "z" && !event.shift_key()),
            (_, true) => return,
            ("Enter" | " ", _) => {
                let patch = at.unwrap_or(start);
                cursor.set(Some(patch));
                self.paint(patch, grid, self.easel.label());
            }
            ("Delete" | "Backspace", _) => {
                if let Some(patch) = at {
                    self.paint(patch, grid, UNLABELLED);
                }
            }
            ("Escape", _) => cursor.set(None),
            (digit, _) if digit.parse::<usize>().is_ok_and(|n| n > 0) => {
                let place = digit.parse::<usize>().unwrap_or(1) - 1;
                let chosen = studio.classes.with_untracked(|all| all.get(place).map(|class| class.id));
                if let Some(class) = chosen {
                    studio.choose(class);
                    self.words.set(untrack(|| studio.class_name(class)));
                }
            }
            (key, _) => {
                let goal = match at {
                    Some(patch) => canvas::step(key, patch, grid, event.shift_key()),
                    None => canvas::step(key, start, grid, false).map(|_| start),
                };
                let Some(goal) = goal else { return };
                cursor.set(Some(goal));
                let label = picture.sheet.with_untracked(|sheet| {
                    let area = Area::patch(goal, grid, sheet.size());
                    let middle = (area.y + area.height / 2) * sheet.size().0 + area.x + area.width / 2;
                    sheet.mask().labels.get(middle as usize).copied()
                });
                self.say(goal, grid, label.unwrap_or(UNLABELLED), "unlabelled");
            }
        }
        event.prevent_default();
    }

    /// Undoes the last step, or does it again.
    fn step_back(&self, back: bool) {
        let Easel { page, picture, .. } = &self.easel;
        let done = picture.sheet.try_update_untracked(|sheet| if back { sheet.undo() } else { sheet.redo() });
        if done == Some(true) {
            picture.sheet.notify();
            talk::soon(*page);
        }
    }

    fn paint(&self, patch: usize, grid: usize, label: u8) {
        let Easel { page, picture, .. } = &self.easel;
        page.studio.active.set(Some(picture.id));
        picture.sheet.update_untracked(|sheet| {
            sheet.begin();
            sheet.fill(Area::patch(patch, grid, sheet.size()), label);
        });
        self.easel.finish();
        self.say(patch, grid, label, "erased");
    }

    /// Says what a patch is; `bare` where it has no class.
    fn say(&self, patch: usize, grid: usize, label: u8, bare: &str) {
        let name = untrack(|| self.easel.page.studio.class_name(label));
        let what = if label == UNLABELLED { bare } else { &name };
        self.words.set(format!("Row {}, column {}: {what}", patch / grid + 1, patch % grid + 1));
    }
}
