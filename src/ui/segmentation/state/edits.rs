//! Edits of classes, strokes, masks and photos, each recorded so that it can be undone.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::signals::SegmentationState;
use super::tab_photo::TabPhoto;
use crate::segmentation::RawMask;
use crate::ui::segmentation::paint::{
    Change, Class, Edit, LabelChange, LabelLayer, LoadedMasks, ReadMask, class_changes, first_classes,
    parse_class_names,
};

/// The pause after a stroke.
const PAUSE: Duration = Duration::from_millis(100);

impl SegmentationState {
    /// Counts an edit.
    pub(super) fn edited(&self) {
        self.edits.update(|edits| *edits += 1);
    }

    /// Counts an edit of labels. Others may follow at once, so the pause begins again.
    pub(super) fn painted(&self) {
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

    pub(super) fn record(&self, edit: Edit<TabPhoto>) {
        self.timeline.update(|timeline| timeline.record(edit));
    }

    /// Changes a photo's labels; if anything changes, new maps follow. `what`: as in "stroke on".
    pub fn change_labels(&self, photo: &TabPhoto, what: &str, step: fn(&mut LabelLayer) -> Option<LabelChange>) {
        if let Some(change) = photo.layer.try_update_untracked(step).flatten() {
            photo.layer.notify();
            self.record(Edit { labels: vec![(photo.clone(), change)], ..Edit::new(format!("{what} {}", photo.name)) });
            self.painted();
        }
    }

    /// Chooses the class to paint with.
    pub fn choose_class(&self, id: u8) {
        self.class.set(id);
        self.erasing.set(false);
    }

    /// Adds a class to paint with, whose name is to be typed next.
    pub fn add_class(&self) {
        let before = self.classes.get_untracked();
        let Some(mut class) = Class::beside(&before) else { return };
        if let Some(name) = self.masks.with_value(|masks| masks.name_of(class.id)) {
            class.name = name;
        }
        self.choose_class(class.id);
        self.naming.set(Some(class.id));
        let what = format!("adding {}", class.name);
        self.classes.update(|all| {
            all.push(class);
            all.sort_by_key(|class| class.id);
        });
        self.record_classes(what, &before);
    }

    /// Records that classes have changed from what they were.
    pub fn record_classes(&self, what: String, before: &[Class]) {
        let classes = self.classes.with_untracked(|after| class_changes(before, after));
        self.record(Edit { classes, ..Edit::new(what) });
    }

    /// Decides which classes a mask's values are, and adds those that are not there. A support photo is labelled with it,
    /// the query scored against it. How it was read, or why it is not taken.
    pub fn take_mask(&self, photo: &TabPhoto, raw: &RawMask, came_along: bool) -> Result<String, String> {
        let (classes, masks) = (self.classes.get_untracked(), self.masks.get_value());
        // Classes that nobody has used or named make way for the mask's own.
        let unused = classes == first_classes() && !untrack(|| self.is_labelled());
        let former = if unused { &[] } else { classes.as_slice() };
        let read = self.masks.try_update_value(|masks| masks.read(photo.id, raw, former));
        let ReadMask { mask, classes: all, note } = match read {
            Some(read) => read.map_err(|error| error.to_string())?,
            None => return Err("The tab was closed before the mask was read. Load it again.".into()),
        };
        if all != classes {
            self.classes.set(all);
            self.choose_a_class_that_is_there();
        }
        let is_support = untrack(|| self.is_support(photo.id));
        let labels = is_support.then(|| {
            // Strokes that were made before a mask of the photo's own was read stay on top of it.
            let load = if came_along { LabelLayer::load_below } else { LabelLayer::load };
            photo.layer.try_update(|layer| load(layer, &mask)).flatten()
        });
        let truth = (came_along || !is_support).then(|| {
            let change = Change { before: photo.truth.get_untracked(), after: Some(Arc::new(mask)) };
            photo.truth.set(change.after.clone());
            (photo.clone(), change)
        });
        self.record(Edit {
            labels: labels.flatten().map(|change| (photo.clone(), change)).into_iter().collect(),
            classes: self.classes.with_untracked(|all| class_changes(&classes, all)),
            masks: Some(Change { before: masks, after: self.masks.get_value() }),
            truth,
            ..Edit::new(format!("mask of {}", photo.name))
        });
        Ok(note)
    }

    /// Names classes as a text says, those too that masks will bring.
    pub fn name_classes(&self, text: &str) {
        let names = parse_class_names(text);
        let (mut classes, masks) = (self.classes.get_untracked(), self.masks.get_value());
        let before = classes.clone();
        self.masks.update_value(|masks| masks.name(names, &mut classes));
        let changes = class_changes(&before, &classes);
        self.classes.set(classes);
        self.record(Edit {
            classes: changes,
            masks: Some(Change { before: masks, after: self.masks.get_value() }),
            ..Edit::new("naming the classes")
        });
    }

    /// Removes a class and its strokes.
    pub fn remove_class(&self, id: u8) {
        let name = untrack(|| self.class_name(id));
        let (classes, masks) = (self.classes.get_untracked(), self.masks.get_value());
        self.classes.update(|classes| classes.retain(|class| class.id != id));
        self.masks.update_value(|masks| masks.forget_class(id));
        self.choose_a_class_that_is_there();
        let labels = self.photos().into_iter().filter_map(|photo| {
            let change = photo.layer.try_update(|layer| layer.remove_class(id)).flatten()?;
            Some((photo, change))
        });
        self.record(Edit {
            labels: labels.collect(),
            classes: self.classes.with_untracked(|all| class_changes(&classes, all)),
            masks: Some(Change { before: masks, after: self.masks.get_value() }),
            removed: Some(name.clone()),
            ..Edit::new(format!("removing {name}"))
        });
        self.painted();
    }

    /// Removes a photo from the support.
    pub fn remove_support(&self, id: u32) {
        let Some(photo) = self.find(id) else { return };
        let before = self.support.get_untracked();
        self.support.update(|support| support.retain(|photo| photo.id != id));
        self.record(Edit {
            support: Some(Change { before, after: self.support.get_untracked() }),
            removed: Some(photo.name.clone()),
            ..Edit::new(format!("removing {}", photo.name))
        });
        self.edited();
    }

    /// Removes all photos.
    pub fn clear(&self) {
        let (support, query, masks) =
            (self.support.get_untracked(), self.query.get_untracked(), self.masks.get_value());
        self.masks.set_value(LoadedMasks::default());
        self.support.set(Vec::new());
        self.problem.set(None);
        self.set_query(None);
        self.former.set(Vec::new());
        self.record(Edit {
            support: Some(Change { before: support, after: Vec::new() }),
            query: Some(Change { before: query, after: None }),
            masks: Some(Change { before: masks, after: LoadedMasks::default() }),
            removed: Some("everything".into()),
            ..Edit::new("clearing the tab")
        });
    }
}
