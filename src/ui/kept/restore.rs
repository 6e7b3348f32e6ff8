//! Brings back what lies in the database, a few images in each frame, and clears away what belongs to nothing.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::File;

use super::condition::{Condition, came_back, damaged};
use super::database::{
    Database, FEATURES, FILES, GALLERY, IMAGES, MASKS, ORIGINS, PHOTOS, Step, TAB, bytes, feature_key,
};
use super::ledger::{Mark, bits, mark_of};
use super::ranges::stale;
use super::record::{FeatureRecord, GalleryRecord, ImageRecord, Key, OriginRecord, RecordError, TabRecord, decode};
use super::state::Kept;
use super::widths::Widths;
use crate::fungi::Settings;
use crate::gallery::{Id, Origin};
use crate::ui::gallery::Returning;

/// Images that are brought back in one frame.
const PORTION: usize = 24;

/// What there is one of.
pub(super) struct Page {
    gallery: GalleryRecord,
    origins: OriginRecord,
    tab: Option<TabRecord>,
}

/// What lies under a key in a store.
type Found = HashMap<(&'static str, u64), JsValue>;

impl Kept {
    /// What there is one of; none if nothing is kept.
    pub(super) async fn page(self, database: &Database) -> Result<Option<Page>, Condition> {
        let gallery = match read::<GalleryRecord>(database, GALLERY).await? {
            Some(Ok(gallery)) => gallery,
            None => GalleryRecord::default(),
            // Its images are there still, in the order in which they came.
            Some(Err(())) => {
                let keys = database.keys(IMAGES).await?;
                GalleryRecord { images: keys.into_iter().map(|key| key as Key).collect(), ..GalleryRecord::default() }
            }
        };
        let origins = read::<OriginRecord>(database, ORIGINS).await?.and_then(Result::ok).unwrap_or_default();
        let tab = read::<TabRecord>(database, TAB).await?.and_then(Result::ok);
        let has_photos =
            tab.as_ref().is_some_and(|tab| !(tab.support.is_empty() && tab.query.is_none() && tab.scenes.is_empty()));
        let is_empty = gallery.images.is_empty() && gallery.outside.is_none() && !has_photos;
        Ok((!is_empty).then_some(Page { gallery, origins, tab }))
    }

    /// Brings it back, and says so.
    pub(super) async fn restore(self, database: &Database, page: Page, settings: &Settings) -> Result<(), Condition> {
        let Page { gallery, mut origins, tab } = page;
        self.gallery.make_room();
        let mut last = 0;
        for store in [IMAGES, FILES, MASKS, PHOTOS] {
            last = last.max(database.keys(store).await?.last().copied().unwrap_or(0) as Key);
        }
        self.core(|core| {
            core.ledger.reserve(last);
            core.ledger.note(Mark::Origins(origins.clone()));
        });
        // Until an engine says more: what the page's settings make.
        origins.sort_by_key(|(_, origin)| origin.settings == *settings);
        let all: Vec<Origin> = origins.iter().map(|(_, origin)| origin.clone()).collect();
        self.gallery.restore_origins(&all);

        let (mut ids, mut widths, mut lost) = (HashMap::new(), Widths::default(), 0);
        let outside = gallery.outside.as_slice();
        for keys in outside.chunks(1).chain(gallery.images.chunks(PORTION)) {
            lost += self.restore_portion(database, keys, outside, &origins, &mut widths, &mut ids).await?;
            gloo::timers::future::TimeoutFuture::new(0).await;
        }
        let id = |key: Option<Key>| ids.get(&key?).copied();
        let of = |keys: &[Key]| keys.iter().filter_map(|key| ids.get(key).copied()).collect::<Vec<Id>>();
        let (selected, standing) = (of(&gallery.selected), of(&gallery.standing));
        self.gallery.restored(id(gallery.query), id(gallery.active), selected, standing);
        if let Some(tab) = tab {
            lost += self.restore_tab(database, tab, &ids).await?;
        }
        self.collect(database).await?;
        self.bytes.set(self.core(|core| core.ledger.bytes()));
        if let Some(words) = came_back(ids.len(), lost) {
            self.messages.tell(words);
        }
        if lost > 0 {
            self.messages.notify(damaged(lost));
        }
        Ok(())
    }

    /// Brings some images back; how many of them are damaged.
    async fn restore_portion(
        self,
        database: &Database,
        keys: &[Key],
        outside: &[Key],
        origins: &OriginRecord,
        widths: &mut Widths,
        ids: &mut HashMap<Key, Id>,
    ) -> Result<usize, Condition> {
        let numbers: Vec<u32> = origins.iter().map(|(number, _)| *number).collect();
        let found = database.read(&[IMAGES, FILES, MASKS], keys, &numbers).await?;
        let found: Found = found.into_iter().map(|(store, key, value)| ((store, key), value)).collect();
        let (mut images, mut marks, mut lost) = (Vec::new(), Vec::new(), 0);
        for &key in keys {
            let image = found.get(&(IMAGES, key.into())).and_then(bytes).ok_or(RecordError::Damaged);
            match image.and_then(|bytes| decode::<ImageRecord>(&bytes)) {
                Ok(record) => {
                    let mut mark = vec![mark_of(key, &record)];
                    let mut image = returning(record, &found, key, outside.contains(&key));
                    for (number, origin) in origins {
                        let written = found.get(&(FEATURES, feature_key(*number, key))).and_then(bytes);
                        // Damaged features are computed again.
                        let read = written.and_then(|bytes| decode::<FeatureRecord>(&bytes).ok());
                        if let Some(FeatureRecord(features)) = read.filter(|read| widths.admit(*number, &read.0)) {
                            mark.push(Mark::Features(*number, key, bits(&features)));
                            image.features.push((origin.clone(), features));
                        }
                    }
                    images.push(image);
                    marks.push((key, mark));
                }
                Err(RecordError::Newer(_)) => return Err(Condition::Newer),
                Err(RecordError::Damaged) => lost += 1,
            }
        }
        let restored = self.gallery.restore_images(images);
        self.core(|core| {
            for ((key, marks), id) in marks.into_iter().zip(restored) {
                let Some(id) = id else { continue };
                ids.insert(key, id);
                core.ledger.read(key, id);
                marks.into_iter().for_each(|mark| core.ledger.note(mark));
                core.files.extend(file(&found, FILES, key).map(|file| (key, file)));
                core.masks.extend(file(&found, MASKS, key).map(|mask| (key, mask)));
            }
            for ((store, key), value) in &found {
                let weight = match value.dyn_ref::<File>() {
                    Some(file) => file.size() as u64,
                    None => bytes(value).map_or(0, |bytes| bytes.len() as u64),
                };
                core.ledger.weigh(store, *key, weight);
            }
        });
        Ok(lost)
    }

    /// Deletes what belongs to no image and no photo: those that were removed, and can't be brought back by undo any more.
    pub(super) async fn collect(self, database: &Database) -> Result<(), Condition> {
        let (images, outside) = self.gallery.everything();
        let contents = self.segmentation.contents();
        let photos: Vec<Id> = contents.photos().iter().map(|photo| photo.id).collect();
        let (live, origins) = self.core(|core| {
            let all = images.into_iter().chain(outside).chain(photos);
            let live: HashSet<Key> = all.map(|id| core.ledger.key(id)).collect();
            let origins: HashSet<u32> = core.ledger.known_origins().iter().map(|(number, _)| *number).collect();
            (live, origins)
        });
        let is_live = |key: u64| live.contains(&(key as Key));
        let mut steps = Vec::new();
        for store in [IMAGES, FILES, MASKS, PHOTOS, FEATURES] {
            let keys = database.keys(store).await?;
            let gone =
                stale(&keys, |key| is_live(key) && (store != FEATURES || origins.contains(&((key >> 32) as u32))));
            steps.extend(gone.into_iter().map(|(from, to)| Step::Delete { store, from, to }));
        }
        if !steps.is_empty() {
            database.write(&steps).await?;
        }
        self.core(|core| {
            for step in &steps {
                if let Step::Delete { store, from, to } = *step {
                    core.ledger.lighten(store, from..=to);
                }
            }
            core.ledger.keep_only(&live);
            core.files.retain(|key, _| live.contains(key));
            core.masks.retain(|key, _| live.contains(key));
        });
        Ok(())
    }
}

fn returning(record: ImageRecord, found: &Found, key: Key, outside: bool) -> Returning {
    let ImageRecord { name, label, content, by_browser } = record;
    Returning {
        name,
        label,
        content,
        file: file(found, FILES, key),
        mask: file(found, MASKS, key),
        by_browser,
        outside,
        features: Vec::new(),
    }
}

fn file(found: &Found, store: &'static str, key: Key) -> Option<File> {
    found.get(&(store, key.into()))?.dyn_ref::<File>().cloned()
}

/// A record of which there is one; within, an error if it is damaged.
async fn read<T: serde::de::DeserializeOwned>(
    database: &Database,
    key: u64,
) -> Result<Option<Result<T, ()>>, Condition> {
    let Some(bytes) = database.single(key).await? else { return Ok(None) };
    match decode(&bytes) {
        Ok(record) => Ok(Some(Ok(record))),
        Err(RecordError::Newer(_)) => Err(Condition::Newer),
        Err(RecordError::Damaged) => Ok(Some(Err(()))),
    }
}
