//! Edits of classes, strokes and photos, and their consequences.

use std::time::Duration;

use leptos::prelude::*;

use super::removed::{REMOVALS, Removed};
use super::signals::SegmentationState;
use crate::segmentation::{Mask, RawMask};
use crate::ui::segmentation::paint::{Class, LabelLayer, LoadedMasks, ReadMask};

/// The pause after a stroke.
const PAUSE: Duration = Duration::from_millis(100);

impl SegmentationState {
    /// Counts an edit.
    pub(super) fn edited(&self) {
        self.edits.update(|edits| *edits += 1);
    }

    /// Counts an edit of labels. Others may follow at once, so the pause begins again.
    pub fn painted(&self) {
        self.edited();
        let pausing = self.pausing;
        pausing.set(true);
        self.pause.update_value(|pause| {
            if let Some(earlier) = pause.take() {
                earlier.clear();
            }
            *pause = set_timeout_with_handle(move || pausing.set(false), PAUSE).ok();
        });
    }

    /// Chooses the class to paint with.
    pub fn choose_class(&self, id: u8) {
        self.class.set(id);
        self.erasing.set(false);
    }

    /// Adds a class to paint with.
    pub fn add_class(&self) {
        if let Some(class) = self.classes.with_untracked(|classes| Class::beside(classes)) {
            self.choose_class(class.id);
            self.classes.update(|classes| classes.push(class));
        }
    }

    /// Decides which classes a mask's values are, and adds those that are not there. Its labels, with how they were read;
    /// or why it is not taken.
    pub fn read_mask(&self, photo: u32, raw: &RawMask) -> Result<(Mask, String), String> {
        let classes = self.classes.get_untracked();
        let read = self.masks.try_update_value(|masks| masks.read(photo, raw, &classes));
        match read {
            Some(Ok(ReadMask { mask, classes: all, note })) => {
                if all != classes {
                    self.classes.set(all);
                }
                Ok((mask, note))
            }
            Some(Err(error)) => Err(error.to_string()),
            None => Err("The tab was closed before the mask was read. Load it again.".into()),
        }
    }

    /// Removes a class and its strokes; this can be undone.
    pub fn remove_class(&self, id: u8) {
        self.remember(format!("Bring back {}", untrack(|| self.class_name(id))));
        self.classes.update(|classes| classes.retain(|class| class.id != id));
        self.masks.update_value(|masks| masks.forget_class(id));
        if self.class.get_untracked() == id
            && let Some(last) = self.classes.with_untracked(|classes| classes.last().map(|class| class.id))
        {
            self.class.set(last);
        }
        for photo in self.support.get_untracked() {
            photo.layer.update(|layer| {
                layer.remove_class(id);
            });
        }
        self.painted();
    }

    /// Removes a photo from the support; this can be undone.
    pub fn remove_support(&self, id: u32) {
        let Some(photo) = self.find(id) else { return };
        self.remember(format!("Bring back {}", photo.name));
        self.support.update(|support| support.retain(|photo| photo.id != id));
        if self.active.get_untracked() == Some(id) {
            self.active.set(self.support.with_untracked(|support| support.last().map(|photo| photo.id)));
        }
        self.edited();
    }

    /// Removes all photos; this can be undone.
    pub fn clear(&self) {
        self.remember("Bring everything back".into());
        self.masks.set_value(LoadedMasks::default());
        self.support.set(Vec::new());
        self.active.set(None);
        self.problem.set(None);
        self.set_query(None);
    }

    fn remember(&self, button: String) {
        let support = self.support.get_untracked();
        let support = support.into_iter().map(|photo| (photo.clone(), photo.layer.get_untracked())).collect();
        let (classes, query) = (self.classes.get_untracked(), self.query.get_untracked());
        let masks = self.masks.get_value();
        self.removed.update(|all| {
            all.push(Removed { button, classes, masks, support, query });
            if all.len() > REMOVALS {
                all.remove(0);
            }
        });
    }

    /// Brings back the latest removal.
    pub fn bring_back(&self) {
        let removed = self.removed.try_update(Vec::pop).flatten();
        let Some(Removed { classes, masks, support, query, .. }) = removed else { return };
        self.classes.set(classes);
        self.masks.set_value(masks);
        let support: Vec<_> = support
            .into_iter()
            .map(|(photo, layer)| {
                // Its old revision may stand for other labels by now.
                let revision = photo.layer.with_untracked(LabelLayer::revision) + 1;
                photo.layer.set(layer.with_revision(revision));
                photo
            })
            .collect();
        self.active.set(support.last().map(|photo| photo.id));
        self.support.set(support);
        self.set_query(query);
    }
}
