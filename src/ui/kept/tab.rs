//! The Segmentation tab's part: its photos with strokes and true labels, its classes, and what the masks' values are.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::File;

use super::condition::Condition;
use super::database::{Database, FILES, PHOTOS, Step, TAB, bytes};
use super::ledger::{Mark, Painted};
use super::record::{Key, PhotoRecord, TabRecord, decode, encode};
use super::runs::Runs;
use super::state::Kept;
use super::writer::{Batch, MILLIS, now};
use crate::gallery::Id;
use crate::segmentation::Mask;
use crate::ui::segmentation::paint::LabelLayer;
use crate::ui::segmentation::{Contents, TabPhoto};

impl Kept {
    /// Adds what changed of the tab, as far as there is time: what is left stays due.
    pub(super) fn tab(self, batch: &mut Batch) {
        let written_before = self.core(|core| core.singles.contains_key(&TAB));
        let due = self.core(|core| std::mem::take(&mut core.due.tab));
        if !due || (self.segmentation.is_untouched() && !written_before) {
            return;
        }
        batch.due.tab = true;
        let contents = self.segmentation.contents();
        // One photo at least, so that it comes to an end.
        let (begun, mut late) = (now(), false);
        for photo in contents.photos() {
            if late {
                break;
            }
            self.photo(photo, batch);
            late = now() - begun > MILLIS;
        }
        self.core(|core| {
            core.due.tab |= late;
            let mut key = |id: Id| {
                let key = core.ledger.key(id);
                let fresh = |mark: &Mark| matches!(mark, Mark::Photo(photo, _) if *photo == key);
                (core.ledger.has_photo(id) || batch.marks.iter().any(fresh)).then_some(key)
            };
            let mut keys = |photos: &[TabPhoto]| photos.iter().filter_map(|photo| key(photo.id)).collect::<Vec<Key>>();
            let record = TabRecord {
                support: keys(&contents.support),
                query: keys(contents.query.as_slice()).pop(),
                former: keys(&contents.former),
                scenes: keys(&contents.scenes),
                masks: contents.masks.renumbered(&mut key),
                classes: contents.classes,
                class: contents.class,
                settings: contents.settings,
            };
            batch.single(TAB, encode(&record), core);
        });
    }

    fn photo(self, photo: &TabPhoto, batch: &mut Batch) {
        // An image's file is written with the image.
        let own_file = self.gallery.given(photo.id).is_none();
        let painted =
            Painted { revision: photo.layer.with_untracked(LabelLayer::revision), truth: photo.truth.get_untracked() };
        self.core(|core| {
            let key = core.ledger.key(photo.id);
            if own_file {
                batch.file(key, &photo.file, core);
            }
            if let Some((_, mark)) = core.ledger.photo(photo.id, painted.clone()) {
                let labels = photo.layer.with_untracked(|layer| Runs::of(&layer.committed()));
                let truth = painted.truth.as_deref().map(Runs::of);
                let record = PhotoRecord { name: photo.name.clone(), labels, truth };
                batch.steps.push(Step::record(PHOTOS, key.into(), &encode(&record)));
                batch.marks.push(mark);
            }
        });
    }

    /// Brings the tab back; `images` are the numbers of the gallery's images by key. How many of its photos were damaged.
    pub(super) async fn restore_tab(
        self,
        database: &Database,
        record: TabRecord,
        images: &HashMap<Key, Id>,
    ) -> Result<usize, Condition> {
        let TabRecord { classes, class, masks, support, query, former, scenes, settings } = record;
        let mut keys: Vec<Key> = support.iter().chain(&query).chain(&former).chain(&scenes).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        let (mut photos, mut damaged) = (HashMap::new(), 0);
        for key in &keys {
            let found: HashMap<&str, _> = database
                .read(&[PHOTOS, FILES], &[*key], &[])
                .await?
                .into_iter()
                .map(|(store, _, value)| (store, value))
                .collect();
            let written = found.get(PHOTOS).and_then(bytes);
            let photo = written.as_ref().and_then(|bytes| decode::<PhotoRecord>(bytes).ok());
            let file = found.get(FILES).and_then(|file| file.dyn_ref::<File>()).cloned();
            let Some(photo) = photo.and_then(|photo| self.painted_photo(*key, photo, file, images)) else {
                damaged += 1;
                continue;
            };
            let weight = written.map_or(0, |bytes| bytes.len() as u64);
            self.core(|core| {
                let painted = Painted {
                    revision: photo.layer.with_untracked(LabelLayer::revision),
                    truth: photo.truth.get_untracked(),
                };
                core.ledger.read(*key, photo.id);
                core.ledger.note(Mark::Photo(*key, painted));
                core.ledger.weigh(PHOTOS, (*key).into(), weight);
                core.ledger.weigh(FILES, (*key).into(), photo.file.size() as u64);
                core.files.entry(*key).or_insert_with(|| photo.file.clone());
            });
            photos.insert(*key, photo);
        }
        let of = |keys: &[Key]| keys.iter().filter_map(|key| photos.get(key).cloned()).collect::<Vec<_>>();
        self.segmentation.restore(Contents {
            support: of(&support),
            query: of(query.as_slice()).pop(),
            former: of(&former),
            scenes: of(&scenes),
            masks: masks.renumbered(|key| photos.get(&key).map(|photo| photo.id)),
            classes,
            class,
            settings,
        });
        Ok(damaged)
    }

    /// A photo as it was painted; none without a file, or with labels that are none.
    fn painted_photo(
        self,
        key: Key,
        record: PhotoRecord,
        file: Option<File>,
        images: &HashMap<Key, Id>,
    ) -> Option<TabPhoto> {
        let (labels, truth) = (record.labels.mask()?, record.truth.as_ref().map(Runs::mask));
        let truth = match truth {
            Some(None) => return None,
            truth => truth.flatten(),
        };
        let of_gallery = images.get(&key).and_then(|id| self.gallery.given(*id));
        let (id, file, mask) = match of_gallery {
            Some(given) => (given.entry.id, given.file?, given.mask),
            None => (self.segmentation.fresh_id(), file?, None),
        };
        let is_labelled = |mask: &Mask| mask.labels.iter().any(|label| *label != crate::segmentation::UNLABELLED);
        // A mask that came with it and was not read yet.
        let mask = mask.filter(|_| truth.is_none() && !is_labelled(&labels));
        let photo = TabPhoto::new(id, record.name, file, mask);
        if !labels.labels.is_empty() {
            photo.seen((labels.width, labels.height));
            photo.layer.update(|layer| drop(layer.load(&labels)));
        }
        photo.truth.set(truth.map(Arc::new));
        Some(photo)
    }
}
