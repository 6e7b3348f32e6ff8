//! What lies in the database, as far as this tab wrote or read it, and so what is still to be written.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::record::{ImageRecord, Key, OriginRecord};
use crate::fungi::{Features, Part};
use crate::gallery::{Entry, Gallery, Hash, Id, Origin};
use crate::segmentation::Mask;

/// What was written. Nothing here is bytes: only what tells whether a record is still as it was.
#[derive(Debug, Default)]
pub struct Ledger {
    keys: HashMap<Id, Key>,
    last: Key,
    images: HashMap<Key, Written>,
    /// The parts that were written, by origin's number and image.
    features: HashMap<(u32, Key), u32>,
    origins: OriginRecord,
    photos: HashMap<Key, Painted>,
    /// Bytes of each record and file, by where it lies.
    sizes: BTreeMap<(&'static str, u64), u64>,
}

/// What an image's record says, without its thumbnail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    name: String,
    label: Option<String>,
    hash: Option<Hash>,
    by_browser: bool,
}

/// What a photo's record says: the revision of its labels, and its true labels.
#[derive(Debug, Clone)]
pub struct Painted {
    /// The labels' revision.
    pub revision: u32,
    /// The true labels.
    pub truth: Option<Arc<Mask>>,
}

impl PartialEq for Painted {
    /// True labels are never changed in place.
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.truth, &other.truth) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        };
        same && self.revision == other.revision
    }
}

/// A record that has been written, to be noted once the browser says so.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// An image.
    Image(Key, Written),
    /// Features of that origin: which parts.
    Features(u32, Key, u32),
    /// Where features come from.
    Origins(OriginRecord),
    /// A photo.
    Photo(Key, Painted),
}

impl Ledger {
    /// The key of an image or photo; a new one where it has none.
    pub fn key(&mut self, id: Id) -> Key {
        let last = &mut self.last;
        *self.keys.entry(id).or_insert_with(|| {
            *last += 1;
            *last
        })
    }

    /// An image or photo was read back under `key`, and has this number now.
    pub fn read(&mut self, key: Key, id: Id) {
        self.last = self.last.max(key);
        self.keys.insert(id, key);
    }

    /// Keys up to this one are taken, whether their records could be read or not.
    pub fn reserve(&mut self, key: Key) {
        self.last = self.last.max(key);
    }

    /// Whether an image lies in the database.
    pub fn has(&mut self, id: Id) -> bool {
        let key = self.key(id);
        self.images.contains_key(&key)
    }

    /// An image's record, if it is not written as it is now.
    pub fn image(&mut self, entry: &Entry, by_browser: bool) -> Option<(Key, ImageRecord, Mark)> {
        let key = self.key(entry.id);
        let now = Written {
            name: entry.name.clone(),
            label: entry.label.clone(),
            hash: entry.content.as_ref().map(|content| content.hash),
            by_browser,
        };
        if self.images.get(&key) == Some(&now) {
            return None;
        }
        let content = entry.content.as_deref().cloned();
        let record = ImageRecord { name: entry.name.clone(), label: entry.label.clone(), content, by_browser };
        Some((key, record, Mark::Image(key, now)))
    }

    /// An image's features that are not written as they are now, with their origin's number.
    pub fn features(&mut self, gallery: &Gallery, entry: &Entry) -> Vec<(u32, Key, Features, Mark)> {
        let Some(content) = &entry.content else { return Vec::new() };
        let key = self.key(entry.id);
        let due = gallery.features_by_origin(&content.hash).filter_map(|(origin, features)| {
            let number = self.number(origin)?;
            let parts = bits(features);
            let written = self.features.get(&(number, key)) == Some(&parts);
            (!written).then(|| (number, key, Features::clone(features), Mark::Features(number, key, parts)))
        });
        due.collect()
    }

    /// The origins, if they are not written as they are now, and the numbers of those whose features are no longer kept.
    /// A number is used again only once what it named is gone.
    pub fn origins<'a>(&self, now: impl Iterator<Item = &'a Origin>) -> Option<(OriginRecord, Vec<u32>)> {
        let mut fresh = self.origins.iter().map(|(number, _)| *number).max().unwrap_or(0);
        let mut numbered = |origin: &Origin| {
            let number = self.number(origin).unwrap_or_else(|| {
                fresh += 1;
                fresh
            });
            (number, origin.clone())
        };
        let now: OriginRecord = now.map(&mut numbered).collect();
        let gone = self.origins.iter().map(|(number, _)| *number);
        let gone = gone.filter(|number| now.iter().all(|(kept, _)| kept != number)).collect();
        (now != self.origins).then_some((now, gone))
    }

    /// The origins as they were noted last.
    pub fn known_origins(&self) -> &OriginRecord {
        &self.origins
    }

    /// Only what lies under these keys is left.
    pub fn keep_only(&mut self, live: &HashSet<Key>) {
        self.images.retain(|key, _| live.contains(key));
        self.photos.retain(|key, _| live.contains(key));
        self.features.retain(|(_, key), _| live.contains(key));
    }

    /// Whether a photo lies in the database.
    pub fn has_photo(&mut self, id: Id) -> bool {
        let key = self.key(id);
        self.photos.contains_key(&key)
    }

    fn number(&self, origin: &Origin) -> Option<u32> {
        self.origins.iter().find(|(_, known)| known == origin).map(|(number, _)| *number)
    }

    /// A photo's key and mark, if it is not written as it is now.
    pub fn photo(&mut self, id: Id, now: Painted) -> Option<(Key, Mark)> {
        let key = self.key(id);
        (self.photos.get(&key) != Some(&now)).then_some((key, Mark::Photo(key, now)))
    }

    /// The browser says that it was written, or it was read back.
    pub fn note(&mut self, mark: Mark) {
        match mark {
            Mark::Image(key, written) => drop(self.images.insert(key, written)),
            Mark::Features(origin, key, parts) => drop(self.features.insert((origin, key), parts)),
            Mark::Origins(now) => {
                self.features.retain(|(origin, _), _| now.iter().any(|(number, _)| number == origin));
                self.origins = now;
            }
            Mark::Photo(key, painted) => drop(self.photos.insert(key, painted)),
        }
    }

    /// That many bytes lie in `store` under a key.
    pub fn weigh(&mut self, store: &'static str, key: u64, bytes: u64) {
        self.sizes.insert((store, key), bytes);
    }

    /// What lay in `store` between two keys, both included, is gone.
    pub fn lighten(&mut self, store: &'static str, keys: std::ops::RangeInclusive<u64>) {
        self.sizes.retain(|(place, key), _| *place != store || !keys.contains(key));
    }

    /// Bytes of all records and files.
    pub fn bytes(&self) -> u64 {
        self.sizes.values().sum()
    }
}

/// An image's mark when it is read back.
pub fn mark_of(key: Key, record: &ImageRecord) -> Mark {
    let ImageRecord { name, label, content, by_browser } = record;
    let hash = content.as_ref().map(|content| content.hash);
    Mark::Image(key, Written { name: name.clone(), label: label.clone(), hash, by_browser: *by_browser })
}

/// Which parts there are, a bit each.
pub fn bits(features: &Features) -> u32 {
    features.parts().map(|(part, _)| 1 << (part as u32)).sum()
}

const _: () = assert!(Part::COUNT <= 32, "a bit for each part");

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
