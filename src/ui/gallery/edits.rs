//! Edits of the gallery.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::GalleryState;
use super::files::Found;
use super::kind::{is_archive, is_label_file, is_weights};
use super::state::Store;
use crate::engine::protocol::{Answer, Request};
use crate::gallery::{Edit, Id, LabelSource};
use crate::ui::link::{ImageSource, Reply};

/// Images added to the gallery in one frame.
pub(super) const PORTION: usize = 24;

/// Lets the browser draw a frame.
pub(super) async fn breathe() {
    gloo::timers::future::TimeoutFuture::new(0).await;
}

impl GalleryState {
    /// Adds files to the gallery, a few in each frame, so that thousands don't block the page; tables of labels come after
    /// the images that they may be about.
    pub async fn add(self, found: Vec<Found>) {
        let (weights, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| is_weights(&found.name));
        if let Some(Found { file, .. }) = weights.into_iter().next() {
            self.weights.set(Some(file));
        }
        let (tables, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| is_label_file(&found.name));
        let (archives, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| is_archive(&found.name));
        if !archives.is_empty() {
            self.archives.update(|all| all.extend(archives.into_iter().map(|found| found.file)));
        }
        let mut found = self.pictures(found).into_iter().peekable();
        let mut new = Vec::new();
        while found.peek().is_some() {
            breathe().await;
            new.extend(self.add_now(found.by_ref().take(PORTION)));
        }
        if !new.is_empty() {
            self.label_added(&new);
        }
        self.read_labels(tables).await;
    }

    /// Adds files to the gallery at once, and returns their numbers.
    pub(super) fn add_now(&self, found: impl Iterator<Item = Found>) -> Vec<Id> {
        self.make_way();
        let ids: Vec<Id> = self.store(|store| {
            found
                .map(|found| {
                    let id = store.gallery.add(found.name.clone(), found.label.clone());
                    keep_files(store, id, found);
                    id
                })
                .collect()
        });
        self.refresh();
        self.link.enqueue(ids.iter().copied());
        ids
    }

    /// Removes images; this can be undone.
    pub fn remove(&self, ids: &[Id]) {
        let name =
            ids.first().and_then(|&id| self.shown(id)).map(|shown| shown.with_untracked(|shown| shown.name.clone()));
        let query = self.query.get_untracked();
        let count = self.store(|store| {
            store.lost.removed(ids, query);
            if let Some(outside) = store.outside.filter(|outside| ids.contains(outside)) {
                store.gallery.take(outside);
            }
            store.gallery.remove(ids)
        });
        self.refresh();
        match (count, name) {
            (0, _) => {}
            (1, Some(name)) => self.messages.tell(format!("{name} was removed.")),
            _ => self.messages.tell(format!("{count} images were removed.")),
        }
    }

    /// Removes every image, which can be undone, and what was said of files that were left out.
    pub fn clear(&self) {
        self.problems.set(Vec::new());
        self.strangers.set(Vec::new());
        self.duplicates.set(Vec::new());
        self.remove(&self.ids.get_untracked());
    }

    /// Removes every image that is waiting to be computed; this can be undone.
    pub fn remove_waiting(&self) {
        self.remove(&self.link.waiting_images());
    }

    /// Gives an image another label; this can be undone.
    pub fn relabel(&self, id: Id, label: &str) {
        self.store(|store| store.gallery.relabel(id, Some(label)));
        self.refresh();
    }

    /// Undoes the last removal or change of labels.
    pub fn undo(&self) {
        let Some(edit) = self.store(|store| store.gallery.undo()) else { return };
        let query = self.store(|store| store.lost.back(&store.gallery, edit.removed()));
        self.refresh();
        if query.is_some() {
            self.query.set(query);
        }
        if let Edit::Labelled { before, source } = &edit {
            match source {
                LabelSource::Person if before.len() == 1 => {}
                LabelSource::Person => {
                    self.messages.tell(format!("{} images have their previous labels.", before.len()))
                }
                LabelSource::Rename(from) => self.messages.tell(format!("The label {from} is back.")),
                LabelSource::File(name) => {
                    self.forget_label_file(name);
                    self.messages.tell(format!("The labels of {name} are undone."));
                }
            }
        }
        if let Edit::Removed(removed) = &edit {
            self.messages.tell(match &removed[..] {
                [(_, entry)] => format!("{} is back.", entry.name),
                all => format!("{} images are back.", all.len()),
            });
            let back = removed.iter().map(|(_, entry)| entry.id).filter(|&id| self.shown(id).is_some());
            let missing: Vec<Id> = back.filter(|&id| !self.needs(id).is_empty()).collect();
            if !missing.is_empty() {
                self.link.enqueue(missing);
            }
            if let Some(query) = query {
                self.link.overtake(query);
            }
        }
    }

    /// Requests the sample set, and adds it.
    pub fn add_samples(&self) {
        if self.drawing.get_untracked() {
            return;
        }
        self.drawing.set(true);
        let gallery = *self;
        self.link.ask(Request::Sample { seed: 0 }, None, move |reply| match reply {
            Reply::Progress(_) => {}
            Reply::Answer(answer) => {
                gallery.drawing.set(false);
                match answer {
                    Answer::Sample(files) => {
                        spawn_local(gallery.add(files.into_iter().filter_map(Found::drawn).collect()));
                    }
                    Answer::Refused(reason) => gallery.messages.tell(reason),
                    _ => {}
                }
            }
            Reply::Lost { .. } => {
                gallery.drawing.set(false);
                gallery.messages.tell("The engine stopped before the sample set was drawn. Try again.");
            }
        });
    }
}

pub(super) fn keep_files(store: &mut Store, id: Id, found: Found) {
    store.files.insert(id, found.file);
    store.label_files.came_from(id, found.path);
    store.masks.extend(found.mask.map(|mask| (id, mask)));
}
