//! What those who keep the gallery need of the tab: all of it, and the way back.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::map_settings::MapSettings;
use super::signals::SegmentationState;
use super::tab_photo::TabPhoto;
use crate::segmentation::UNLABELLED;
use crate::ui::segmentation::paint::{Class, LoadedMasks, Timeline, first_classes};

/// The tab, as a person made it.
#[derive(Clone)]
pub struct Contents {
    /// The classes.
    pub classes: Vec<Class>,
    /// The class that is painted with.
    pub class: u8,
    /// The masks that were loaded.
    pub masks: LoadedMasks,
    /// Photos to paint on.
    pub support: Vec<TabPhoto>,
    /// The photo to be mapped.
    pub query: Option<TabPhoto>,
    /// Photos that were the query before.
    pub former: Vec<TabPhoto>,
    /// Drawn scenes that can be the query.
    pub scenes: Vec<TabPhoto>,
    /// How maps are made.
    pub settings: MapSettings,
}

impl Contents {
    /// Every photo once.
    pub fn photos(&self) -> Vec<&TabPhoto> {
        let all = self.support.iter().chain(&self.query).chain(&self.former).chain(&self.scenes);
        let mut seen = BTreeSet::new();
        all.filter(|photo| seen.insert(photo.id)).collect()
    }
}

impl SegmentationState {
    /// Follows whatever may change the tab's contents.
    pub fn track(&self) {
        self.edits.track();
        self.timeline.track();
        self.classes.track();
        self.class.track();
        self.support.track();
        self.query.track();
        self.scenes.track();
        self.settings.track();
    }

    /// The tab as it is now.
    pub fn contents(&self) -> Contents {
        Contents {
            classes: self.classes.get_untracked(),
            class: self.class.get_untracked(),
            masks: self.masks.get_value(),
            support: self.support.get_untracked(),
            query: self.query.get_untracked(),
            former: self.former.get_untracked(),
            scenes: self.scenes.get_untracked(),
            settings: self.settings.get_untracked(),
        }
    }

    /// Whether nobody has done anything here.
    pub fn is_untouched(&self) -> bool {
        untrack(|| self.is_empty()) && self.timeline.with_untracked(Timeline::is_empty)
    }

    /// Takes the tab back as it was kept. Undo begins anew.
    pub fn restore(&self, contents: Contents) {
        let Contents { mut classes, class, masks, support, query, former, scenes, settings } = contents;
        classes.retain(|class| class.id != UNLABELLED);
        classes.sort_by_key(|class| class.id);
        classes.dedup_by_key(|class| class.id);
        self.classes.set(if classes.is_empty() { first_classes() } else { classes });
        self.class.set(class);
        self.choose_a_class_that_is_there();
        self.masks.set_value(masks);
        self.settings.set(settings);
        self.scenes.set(scenes);
        self.former.set(former);
        self.support.set(support);
        self.query.set(query);
        self.edited();
    }

    /// Removes everything for good: there is no undo.
    pub fn forget_all(&self) {
        self.problem.set(None);
        self.clear_similarity();
        self.restore(Contents {
            classes: first_classes(),
            class: 1,
            masks: LoadedMasks::default(),
            support: Vec::new(),
            query: None,
            former: Vec::new(),
            scenes: Vec::new(),
            settings: MapSettings::default(),
        });
        self.timeline.set(Timeline::default());
    }

    /// A number for a photo that is no image of the gallery.
    pub fn fresh_id(&self) -> u32 {
        self.fresh_id.run(())
    }
}
