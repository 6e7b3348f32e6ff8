//! Images that come back with their features, and pictures that follow later.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use super::GalleryState;
use crate::fungi::Features;
use crate::gallery::snapshot::Snapshot;
use crate::gallery::{Entry, Hash, Id, Origin};

/// A gallery as it is taken away.
pub struct Complete {
    /// What made the features.
    pub origin: Origin,
    /// The images that have all parts, each with its file, if that is here.
    pub images: Vec<(Entry, Option<File>)>,
    /// The features of all images that have any.
    pub all: Vec<(Id, Arc<Features>)>,
    /// How many images lack some.
    pub left_out: usize,
}

impl GalleryState {
    /// The images that have all parts, as they are now; none before there is an origin.
    pub fn complete(&self) -> Option<Complete> {
        self.store(|store| {
            let origin = store.gallery.origin()?.clone();
            let parts = origin.settings.parts();
            let images: Vec<_> = (store.gallery.computed())
                .filter(|(_, features)| features.has(&parts))
                .map(|(entry, _)| (entry.clone(), store.files.get(&entry.id).cloned()))
                .collect();
            let all = store.gallery.computed().map(|(entry, features)| (entry.id, features.clone())).collect();
            let left_out = store.gallery.len() - images.len();
            Some(Complete { origin, images, all, left_out })
        })
    }

    /// A person's own images come back: the sample set leaves. If nothing else is there, `origin` is the present one until an
    /// engine says otherwise, so that what comes is seen at once.
    pub fn begin_restoring(&self, origin: &Origin) {
        self.make_way();
        self.store(|store| {
            if store.gallery.is_empty() {
                store.gallery.set_origin(origin.clone());
            }
        });
        self.refresh();
    }

    /// Adds images with their features, and with the files that are here, by content. How many were not there before.
    pub fn restore(&self, snapshot: Snapshot, mut files: HashMap<Hash, File>) -> usize {
        let hashes: Vec<Hash> = snapshot.images.iter().map(|image| image.content.hash).collect();
        let (before, now, ids) = self.store(|store| {
            let before = store.gallery.len();
            let ids = store.gallery.open(snapshot);
            for (id, hash) in ids.iter().zip(&hashes) {
                if let Some(file) = files.remove(hash) {
                    store.files.entry(*id).or_insert(file);
                }
            }
            (before, store.gallery.len(), ids)
        });
        self.refresh();
        if self.query.get_untracked().is_none() {
            self.query.set(ids.first().copied());
        }
        now - before
    }

    /// All that comes back is there: engines need not compute it again, and compute what other settings lack.
    pub fn end_restoring(&self) {
        self.link.tell_known();
        let all: Vec<Id> = self.store(|store| store.gallery.ids().collect());
        self.link.enqueue(all);
        self.preview_next();
    }

    /// Makes these features the ones that are shown, where no engine can say otherwise.
    pub fn adopt(&self, origin: Origin) {
        self.store(|store| store.gallery.set_origin(origin));
        self.refresh();
    }

    /// How many images have no picture.
    pub fn pictureless(&self) -> usize {
        self.store(|store| {
            let bare = |entry: &&Entry| {
                let small = entry.content.as_ref().is_some_and(|content| !content.thumbnail.is_empty());
                entry.content.is_some() && !small && !store.files.contains_key(&entry.id)
            };
            store.gallery.entries().iter().filter(bare).count()
        })
    }

    /// Gives an image that has no file the one of a later image with the same content, which is gone; false if it has one.
    pub(super) fn picture(&self, id: Id, later: Id) -> bool {
        let name = self.store(|store| {
            if store.files.contains_key(&id) {
                return None;
            }
            let file = store.files.remove(&later)?;
            store.files.insert(id, file);
            if let Some(mask) = store.masks.remove(&later) {
                store.masks.insert(id, mask);
            }
            let entry = store.gallery.get(id)?;
            let (name, content) = (entry.name.clone(), entry.content.clone()?);
            let content = store.intake.content(&content.hash).cloned().unwrap_or(content);
            store.gallery.set_content(id, content);
            Some(name)
        });
        let Some(name) = name else { return false };
        self.refresh();
        self.preview_next();
        self.link.enqueue([id]);
        self.messages.tell(format!("{name} has its picture again."));
        true
    }
}
