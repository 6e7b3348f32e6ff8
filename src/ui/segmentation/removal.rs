//! What is taken away, and brought back.

use leptos::prelude::*;

use super::class::Class;
use super::picture::Picture;
use super::sheet::Sheet;
use super::studio::Studio;
use super::{look, talk};
use crate::ui::state::Page;

/// Removals that can be taken back.
const REMOVALS: usize = 5;

/// The tab before something was removed from it.
#[derive(Clone)]
pub struct Removed {
    /// What a button says.
    pub what: String,
    classes: Vec<Class>,
    support: Vec<(Picture, Sheet)>,
    query: Option<Picture>,
}

impl Studio {
    /// Removes a class and its strokes; this can be taken back.
    pub fn remove_class(&self, page: Page, id: u8) {
        self.remember(format!("Bring back {}", self.class_name(id)));
        self.classes.update(|classes| classes.retain(|class| class.id != id));
        if self.class.get_untracked() == id
            && let Some(first) = self.classes.with_untracked(|classes| classes.last().map(|class| class.id))
        {
            self.class.set(first);
        }
        for picture in self.support.get_untracked() {
            if picture.sheet.with_untracked(|sheet| sheet.mask().labels.contains(&id)) {
                picture.sheet.update(|sheet| sheet.strip(id));
            } else {
                picture.sheet.update_untracked(|sheet| sheet.strip(id));
            }
        }
        talk::soon(page);
    }

    /// Takes a photo off the support; this can be taken back.
    pub fn remove_support(&self, page: Page, id: u32) {
        let Some(picture) = self.find(id) else { return };
        self.remember(format!("Bring back {}", picture.name));
        self.support.update(|support| support.retain(|picture| picture.id != id));
        if self.active.get_untracked() == Some(id) {
            self.active.set(self.support.with_untracked(|support| support.last().map(|picture| picture.id)));
        }
        if self.find(id).is_none() {
            talk::forget(page, id);
        }
        talk::sync(page);
    }

    /// Takes everything away; this can be taken back.
    pub fn clear(&self, page: Page) {
        self.remember("Bring everything back".into());
        let all = self.pictures();
        look::unlook(page);
        self.support.set(Vec::new());
        self.query.set(None);
        self.active.set(None);
        self.problem.set(None);
        all.iter().for_each(|picture| talk::forget(page, picture.id));
    }

    fn remember(&self, what: String) {
        let support = self.support.get_untracked();
        let support = support.into_iter().map(|picture| (picture.clone(), picture.sheet.get_untracked())).collect();
        let before =
            Removed { what, classes: self.classes.get_untracked(), support, query: self.query.get_untracked() };
        self.removed.update(|all| {
            all.push(before);
            if all.len() > REMOVALS {
                all.remove(0);
            }
        });
    }

    /// Brings back what was removed last.
    pub fn bring_back(&self, page: Page) {
        let Some(before) = self.removed.try_update(Vec::pop).flatten() else { return };
        self.classes.set(before.classes);
        let support: Vec<Picture> = before
            .support
            .into_iter()
            .map(|(picture, sheet)| {
                // The number has to be a new one: the engine may have labels of a later one by the same number.
                let revision = picture.sheet.with_untracked(Sheet::revision);
                picture.sheet.set(sheet.numbered(revision + 1));
                picture
            })
            .collect();
        self.active.set(support.last().map(|picture| picture.id));
        self.support.set(support);
        self.ask(page, before.query);
    }
}
