//! The one gallery: images in the order they were added, their labels, and their features by model and settings. The
//! page and the command line both keep their images here, outside of the engine, so that nothing is lost when the
//! engine is restarted.
//!
//! It is plain data. [`Gallery::take_changes`] reports which entries changed, so that only those are drawn or saved
//! again.

mod changes;
mod entry;
mod feature_store;
#[cfg(any(feature = "engine", feature = "evaluation"))]
pub mod file;
#[cfg(any(feature = "evaluation", feature = "page"))]
pub mod label_file;
#[cfg(any(feature = "evaluation", feature = "page"))]
pub mod label_match;
#[cfg(any(feature = "evaluation", feature = "page"))]
pub mod label_report;
mod labelling;
mod provenance;
pub mod snapshot;
mod undo;

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

pub use changes::Changes;
pub use entry::{Content, Entry, Hash, Id, hexadecimal, parse_hash};
pub use feature_store::{FeatureStore, Origin};
pub use provenance::Provenance;
pub use undo::{Edit, LabelSource, UNDO_DEPTH};

use crate::fungi::{Features, Part};
use snapshot::{Image, Snapshot};

/// Images with their labels and features.
#[derive(Debug, Clone, Default)]
pub struct Gallery {
    entries: Vec<Entry>,
    /// A query from outside the gallery: see [`Gallery::add_query`].
    query: Option<Entry>,
    features: FeatureStore,
    edits: VecDeque<Edit>,
    last: Id,
    changes: Changes,
}

/// What became of an image once its content was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identified {
    /// It is the first with its content.
    First,
    /// The gallery has the same content under this number; the later image was removed, if it was in the gallery.
    Duplicate(Id),
    /// The image no longer exists.
    Gone,
}

impl Gallery {
    /// An empty gallery.
    pub fn new() -> Self {
        Self::default()
    }

    /// The images.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The images' numbers, that of the query from outside first.
    pub fn ids(&self) -> impl Iterator<Item = Id> {
        self.query.iter().chain(&self.entries).map(|entry| entry.id)
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The position of an image in the gallery.
    pub fn position(&self, id: Id) -> Option<usize> {
        // Numbers ascend, as long as no image that was brought back lies before its former neighbours.
        let place = self.entries.binary_search_by_key(&id, |entry| entry.id).ok();
        place.or_else(|| self.entries.iter().position(|entry| entry.id == id))
    }

    /// The image with that number, in the gallery or as the query from outside.
    pub fn get(&self, id: Id) -> Option<&Entry> {
        let outside = self.query.as_ref().filter(|query| query.id == id);
        outside.or_else(|| Some(&self.entries[self.position(id)?]))
    }

    fn get_mut(&mut self, id: Id) -> Option<&mut Entry> {
        if self.query.as_ref().is_some_and(|query| query.id == id) {
            return self.query.as_mut();
        }
        let place = self.position(id)?;
        self.entries.get_mut(place)
    }

    /// A number that has not been used.
    pub fn fresh_id(&mut self) -> Id {
        self.last += 1;
        self.last
    }

    /// Adds an image at the end; its content is not known yet.
    pub fn add(&mut self, name: String, label: Option<String>) -> Id {
        let id = self.fresh_id();
        self.entries.push(Entry { id, name, label, content: None });
        self.changes.list = true;
        id
    }

    /// Adds the images of a snapshot with their features, whose origin becomes the current one if there is none yet; gives
    /// their numbers. A content that is there already is not added again: it gets the features, and the label if it has
    /// none.
    pub fn open(&mut self, snapshot: Snapshot) -> Vec<Id> {
        let before = self.origin().cloned();
        self.set_origin(snapshot.origin);
        let hash = |entry: &Entry| Some((entry.content.as_ref()?.hash, entry.id));
        let mut known: HashMap<Hash, Id> = self.entries.iter().filter_map(hash).collect();
        let add = |image: Image| {
            let hash = image.content.hash;
            let id = match known.get(&hash).copied() {
                Some(id) => {
                    if let Some(entry) = self.get_mut(id).filter(|entry| entry.label.is_none()) {
                        entry.label = image.label;
                    }
                    id
                }
                None => {
                    let id = self.add(image.name, image.label);
                    self.set_content(id, Arc::new(image.content));
                    known.insert(hash, id);
                    id
                }
            };
            self.keep(hash, image.features);
            id
        };
        let ids = snapshot.images.into_iter().map(add).collect();
        before.into_iter().for_each(|origin| self.set_origin(origin));
        ids
    }

    /// Sets the query from outside the gallery, in place of the one before.
    pub fn add_query(&mut self, name: String, label: Option<String>) -> Id {
        let id = self.fresh_id();
        if let Some(before) = self.query.take() {
            self.forget_labels(before.id);
        }
        self.query = Some(Entry { id, name, label, content: None });
        id
    }

    /// Sets the origin of features from now on. Features of earlier origins are kept for a return, within the limit of
    /// [`FeatureStore`].
    pub fn set_origin(&mut self, origin: Origin) {
        if self.features.set_origin(origin) {
            self.changes.all = true;
            self.changes.features = true;
        }
    }

    /// The current origin of features.
    pub fn origin(&self) -> Option<&Origin> {
        self.features.origin()
    }

    /// Every origin whose features are kept, the current one last.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.features.origins()
    }

    /// A content's features of each origin that has some.
    pub fn features_by_origin(&self, hash: &Hash) -> impl Iterator<Item = (&Origin, &Arc<Features>)> {
        self.features.by_origin(hash)
    }

    /// Takes back features that were computed earlier, whatever their origin; the current origin stays.
    pub fn restore_features(&mut self, origin: &Origin, hash: Hash, features: Features) {
        self.features.restore(origin, hash, features);
        self.touch(hash);
    }

    /// Takes back an image that was kept: at the end of the gallery, or as the query from outside. None if the gallery has its
    /// content already.
    pub fn restore(
        &mut self,
        name: String,
        label: Option<String>,
        content: Option<Arc<Content>>,
        outside: bool,
    ) -> Option<Id> {
        if content.as_ref().is_some_and(|content| self.entries.iter().any(|entry| entry.has(&content.hash))) {
            return None;
        }
        let id = if outside { self.add_query(name, label) } else { self.add(name, label) };
        content.into_iter().for_each(|content| {
            self.set_content(id, content);
        });
        Some(id)
    }

    /// Removes all images for good, and what could be undone. Features stay for the case that an image comes again: engines
    /// answer that they know its content.
    pub fn forget_all(&mut self) {
        self.entries.clear();
        self.query = None;
        self.edits.clear();
        self.changes.list = true;
        self.changes.features = true;
    }

    /// Stores parts of a content's features, by the current origin, beside those that are there; whether or not an image
    /// has that content.
    pub fn keep(&mut self, hash: Hash, features: Features) {
        self.features.insert(hash, features);
        self.touch(hash);
    }

    /// A content's features changed.
    fn touch(&mut self, hash: Hash) {
        let of_it = |entry: &&Entry| entry.content.as_ref().is_some_and(|content| content.hash == hash);
        self.changes.entries.extend(self.entries.iter().chain(&self.query).filter(of_it).map(|entry| entry.id));
        self.changes.features = true;
    }

    /// Sets an image's content. Of images with the same content, the gallery keeps the first.
    pub fn identify(&mut self, id: Id, content: Arc<Content>) -> Identified {
        let twin = self.entries.iter().find(|entry| entry.id != id && entry.has(&content.hash)).map(|entry| entry.id);
        match twin {
            Some(twin) if self.get(id).is_some() => {
                self.take(id);
                Identified::Duplicate(twin)
            }
            _ if self.set_content(id, content) => Identified::First,
            _ => Identified::Gone,
        }
    }

    /// Sets an image's content, and keeps the image even if another has the same: a list of files has a row for each.
    /// False if there is no such image.
    pub fn set_content(&mut self, id: Id, content: Arc<Content>) -> bool {
        let Some(entry) = self.get_mut(id) else { return false };
        entry.content = Some(content);
        self.changes.entries.insert(id);
        self.changes.features = true;
        true
    }

    /// What is known of a content, from any image that has it, even a removed one.
    pub fn content(&self, hash: &Hash) -> Option<&Arc<Content>> {
        let removed = self.edits.iter().flat_map(Edit::removed).map(|(_, entry)| entry);
        let contents = self.entries.iter().chain(&self.query).chain(removed).filter_map(|entry| entry.content.as_ref());
        contents.into_iter().find(|content| content.hash == *hash)
    }

    /// An image's features by the current origin.
    pub fn features(&self, id: Id) -> Option<&Arc<Features>> {
        self.features.get(&self.get(id)?.content.as_ref()?.hash)
    }

    /// A content's features by the present origin, whether an image has that content or not.
    pub fn features_of(&self, hash: &Hash) -> Option<&Arc<Features>> {
        self.features.get(hash)
    }

    /// The images that have features by the current origin, with them.
    pub fn computed(&self) -> impl Iterator<Item = (&Entry, &Arc<Features>)> {
        let features = |entry: &Entry| self.features.get(&entry.content.as_ref()?.hash);
        self.entries.iter().filter_map(move |entry| Some((entry, features(entry)?)))
    }

    /// Whether an image has each of `parts` by the current origin.
    pub fn has(&self, id: Id, parts: &[Part]) -> bool {
        self.features(id).is_some_and(|features| features.has(parts))
    }

    /// Every content that has each of `parts` by the current origin.
    pub fn known(&self, parts: &[Part]) -> impl Iterator<Item = &Hash> {
        self.features.all().filter(|(_, features)| features.has(parts)).map(|(hash, _)| hash)
    }

    /// Removes an image permanently, without undo: an unusable file, or a duplicate.
    pub fn take(&mut self, id: Id) -> Option<Entry> {
        self.forget_labels(id);
        if self.query.as_ref().is_some_and(|query| query.id == id) {
            return self.query.take();
        }
        let place = self.position(id)?;
        self.changes.list = true;
        self.changes.features = true;
        Some(self.entries.remove(place))
    }

    /// Removes images in one step, which [`Self::undo`] reverses; returns how many there were.
    pub fn remove(&mut self, ids: &[Id]) -> usize {
        let ids: BTreeSet<Id> = ids.iter().copied().collect();
        let mut removed = Vec::new();
        let mut place = 0;
        self.entries.retain(|entry| {
            let gone = ids.contains(&entry.id);
            if gone {
                removed.push((place, entry.clone()));
            }
            place += 1;
            !gone
        });
        let count = removed.len();
        if count > 0 {
            self.changes.list = true;
            self.changes.features = true;
            self.remember(Edit::Removed(removed));
        }
        count
    }

    /// Removes all images in one step.
    pub fn clear(&mut self) -> usize {
        let all: Vec<Id> = self.entries.iter().map(|entry| entry.id).collect();
        self.remove(&all)
    }

    /// The last edit, which [`Self::undo`] would reverse.
    pub fn last_edit(&self) -> Option<&Edit> {
        self.edits.back()
    }

    /// Undoes the last edit and returns it. Removed images return to their places, unless the same content has been
    /// added again since.
    pub fn undo(&mut self) -> Option<Edit> {
        let edit = self.edits.pop_back()?;
        match &edit {
            Edit::Removed(removed) => {
                for (place, entry) in removed {
                    let again = |hash| self.entries.iter().any(|other| other.has(hash));
                    if !entry.content.as_ref().is_some_and(|content| again(&content.hash)) {
                        self.entries.insert((*place).min(self.entries.len()), entry.clone());
                    }
                }
                self.changes.list = true;
                self.changes.features = true;
            }
            Edit::Labelled { before, .. } => {
                self.put_labels(before.iter().cloned().collect());
            }
        }
        Some(edit)
    }

    /// An image is gone for good: undo would seem to do nothing.
    fn forget_labels(&mut self, gone: Id) {
        self.edits.retain_mut(|edit| edit.forget(gone));
    }

    fn remember(&mut self, edit: Edit) {
        if self.edits.len() == UNDO_DEPTH {
            self.edits.pop_front();
        }
        self.edits.push_back(edit);
    }

    /// The changes since the last call.
    pub fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }
}

#[cfg(test)]
mod tests;
