//! Undo and redo of whatever was done in the tab.

use leptos::prelude::*;

use super::signals::SegmentationState;
use super::tab_photo::TabPhoto;
use crate::ui::segmentation::paint::{Edit, Way, restore_classes};

impl SegmentationState {
    /// Takes back the latest edit, or makes the one again that was taken back last.
    pub fn step(&self, way: Way) {
        if let Some(edit) = self.timeline.try_update(|timeline| timeline.step(way)).flatten() {
            self.apply(&edit, way);
            self.stepped.set(Some((way, edit.what.clone())));
        }
    }

    fn apply(&self, edit: &Edit<TabPhoto>, way: Way) {
        if let Some(support) = &edit.support {
            self.support.set(support.goal(way).clone());
        }
        if let Some(query) = &edit.query {
            self.set_query(query.goal(way).clone());
        }
        if !edit.classes.is_empty() {
            self.classes.update(|all| restore_classes(all, &edit.classes, way));
            self.choose_a_class_that_is_there();
        }
        if let Some(masks) = &edit.masks {
            self.masks.set_value(masks.goal(way).clone());
        }
        if let Some((photo, truth)) = &edit.truth {
            photo.truth.set(truth.goal(way).clone());
            photo.mask_note.set(None);
        }
        for (photo, change) in &edit.labels {
            photo.layer.update(|layer| {
                layer.apply(change, way);
            });
            if edit.masks.is_some() {
                photo.mask_note.set(None);
            }
        }
        self.painted();
    }

    /// Paints with another class if the chosen one is gone.
    pub(super) fn choose_a_class_that_is_there(&self) {
        let chosen = self.class.get_untracked();
        let other = self.classes.with_untracked(|all| match all.iter().any(|class| class.id == chosen) {
            true => None,
            false => all.last().map(|class| class.id),
        });
        if let Some(other) = other {
            self.class.set(other);
        }
    }
}
