//! Writes what changed, a little at a time between frames, in one transaction each.

use std::collections::HashSet;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::condition::Condition;
use super::database::{FEATURES, FILES, GALLERY, IMAGES, MASKS, ORIGINS, Step, feature_key};
use super::due::Due;
use super::ledger::Mark;
use super::record::{FeatureRecord, GalleryRecord, Key, encode};
use super::state::{Core, Kept};
use crate::gallery::Id;
use crate::ui::gallery::Given;

/// The pause after a change, in which others are gathered.
const PAUSE: Duration = Duration::from_millis(100);
/// Milliseconds of the page's thread that a batch may take.
pub(super) const MILLIS: f64 = 4.0;
/// Steps in a batch.
const STEPS: usize = 256;

/// A batch: what is written together.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) steps: Vec<Step>,
    pub(super) marks: Vec<Mark>,
    /// What it writes, in case it fails.
    pub(super) due: Due,
    files: Vec<(Key, File)>,
    masks: Vec<(Key, File)>,
    /// What there is one of, as written.
    pub(super) singles: Vec<(u64, Vec<u8>)>,
}

impl Batch {
    /// Whether a batch without files could fare better.
    fn brings_files(&self) -> bool {
        !self.files.is_empty() || !self.masks.is_empty()
    }

    /// A file, unless it is written already.
    pub(super) fn file(&mut self, key: Key, file: &File, core: &Core) {
        if core.files.get(&key) != Some(file) {
            self.files.push((key, file.clone()));
            self.steps.push(put(FILES, key, file));
        }
    }

    fn mask(&mut self, key: Key, mask: &File, core: &Core) {
        if core.masks.get(&key) != Some(mask) {
            self.masks.push((key, mask.clone()));
            self.steps.push(put(MASKS, key, mask));
        }
    }

    pub(super) fn single(&mut self, key: u64, bytes: Vec<u8>, core: &Core) {
        if let Some(step) = core.single(key, bytes.clone()) {
            self.steps.push(step);
            self.singles.push((key, bytes));
        }
    }
}

/// The images that are kept.
struct Wanted {
    images: Vec<Id>,
    outside: Option<Id>,
    all: HashSet<Id>,
}

fn put(store: &'static str, key: Key, file: &File) -> Step {
    Step::Put { store, key: key.into(), value: file.clone().into(), bytes: file.size() as u64 }
}

impl Kept {
    /// Follows whatever is to be kept.
    pub(super) fn watch(self) {
        let gallery = self.gallery;
        Effect::new(move |_| {
            gallery.unkept.track();
            let changes = gallery.take_unkept();
            let images = || gallery.everything().0;
            self.changed(|due| due.add(&changes, if changes.all { images() } else { Vec::new() }));
        });
        Effect::new(move |_| {
            gallery.query.track();
            gallery.active.track();
            gallery.selected.track();
            self.changed(|due| due.list = true);
        });
        let segmentation = self.segmentation;
        Effect::new(move |_| {
            segmentation.track();
            self.changed(|due| due.tab = true);
        });
        // A page that is hidden may be ended without another word.
        let _ = window_event_listener(ev::visibilitychange, move |_| {
            if document().hidden() && self.core(|core| core.busy) {
                spawn_local(self.write_all());
            }
        });
    }

    fn changed(self, change: impl FnOnce(&mut Due)) {
        let due = self.core(|core| {
            change(&mut core.due);
            !core.due.is_empty()
        });
        if due {
            self.schedule();
        }
    }

    /// Writes soon.
    pub(super) fn schedule(self) {
        let kept = self.condition.with_untracked(|condition| *condition == Condition::Kept);
        if !kept || self.core(|core| std::mem::replace(&mut core.busy, true)) {
            return;
        }
        self.writing.set(true);
        set_timeout(move || spawn_local(self.write_all()), PAUSE);
    }

    async fn write_all(self) {
        // One batch after the other: the list of images names those that are written.
        if self.core(|core| std::mem::replace(&mut core.running, true)) {
            return;
        }
        while self.write_now().await {
            // Whatever waits for the page's thread comes first.
            gloo::timers::future::TimeoutFuture::new(0).await;
        }
        self.core(|core| (core.busy, core.running) = (false, false));
        self.writing.set(false);
        // What came since the last batch was put together.
        if !self.core(|core| core.due.is_empty()) {
            self.schedule();
        }
    }

    /// Writes a batch; false if there is nothing to write, or it can't be.
    async fn write_now(self) -> bool {
        if self.condition.with_untracked(|condition| *condition != Condition::Kept) {
            return false;
        }
        let Some(database) = self.core(|core| core.database.clone()) else { return false };
        let batch = self.batch();
        if batch.steps.is_empty() {
            return !self.core(|core| core.due.is_empty());
        }
        let generation = self.core(|core| core.generation);
        let outcome = database.write(&batch.steps).await;
        if self.core(|core| core.generation) != generation {
            return true;
        }
        match outcome {
            Ok(()) => {
                self.note(batch);
                true
            }
            Err(Condition::Failed(_)) if batch.brings_files() => self.isolate(batch),
            Err(condition) => {
                self.core(|core| core.due.again(batch.due));
                self.set(condition);
                false
            }
        }
    }

    fn note(self, batch: Batch) {
        let bytes = self.core(|core| {
            for step in &batch.steps {
                match *step {
                    Step::Put { store, key, bytes, .. } => core.ledger.weigh(store, key, bytes),
                    Step::Delete { store, from, to } => core.ledger.lighten(store, from..=to),
                }
            }
            batch.marks.into_iter().for_each(|mark| core.ledger.note(mark));
            core.files.extend(batch.files);
            core.masks.extend(batch.masks);
            core.singles.extend(batch.singles);
            core.ledger.bytes()
        });
        self.bytes.set(bytes);
    }

    /// A batch with files failed: one of them can't be read any more. Its images are written one by one, and the one at fault
    /// without its file.
    fn isolate(self, batch: Batch) -> bool {
        let images: Vec<Id> = batch.due.images.iter().copied().collect();
        self.core(|core| core.due.again(batch.due));
        match images[..] {
            [] => {
                self.set(Condition::Failed("a photo of the Segmentation tab can't be read any more".into()));
                return false;
            }
            [id] => {
                let name = self.gallery.given(id).map(|given| given.entry.name).unwrap_or_default();
                self.messages.notify(format!(
                    "{name} can't be read any more, so its file is not kept: after a reload it will be here with its features alone."
                ));
                self.core(|core| core.unreadable.insert(id));
            }
            _ => self.core(|core| core.alone.extend(images)),
        }
        true
    }

    /// Puts together what can be written now.
    fn batch(self) -> Batch {
        let mut batch = Batch::default();
        let wanted = self.wanted();
        self.list_due(&wanted);
        self.origins(&mut batch);
        let begun = now();
        let mut first = true;
        while (first || now() - begun < MILLIS) && batch.steps.len() < STEPS {
            let Some((id, alone)) = self.core(|core| {
                let id = core.due.images.pop_first()?;
                Some((id, core.alone.remove(&id)))
            }) else {
                break;
            };
            if alone && !first {
                self.core(|core| {
                    core.due.images.insert(id);
                    core.alone.insert(id);
                });
                break;
            }
            self.image(id, &wanted, &mut batch);
            first = false;
            if alone {
                break;
            }
        }
        if self.core(|core| core.due.images.is_empty()) && (first || now() - begun < MILLIS) {
            self.tab(&mut batch);
        }
        self.list(wanted, &mut batch);
        batch
    }

    /// The images that are kept, and the query from outside: all, unless the sample set stands there as nobody has touched it.
    fn wanted(self) -> Wanted {
        let (images, outside) = match self.gallery.is_untouched() && self.segmentation.is_untouched() {
            true => (Vec::new(), None),
            false => self.gallery.everything(),
        };
        Wanted { all: images.iter().copied().chain(outside).collect(), images, outside }
    }

    /// Images that are in the gallery and not in the database are due, however they came.
    fn list_due(self, wanted: &Wanted) {
        self.core(|core| {
            if core.due.list {
                let lacking: Vec<Id> = wanted.all.iter().copied().filter(|&id| !core.ledger.has(id)).collect();
                core.due.images.extend(lacking);
            }
        });
    }

    /// Features that come name their origin by its number, so it is looked at with every batch.
    fn origins(self, batch: &mut Batch) {
        self.gallery.read(|gallery| {
            self.core(|core| {
                let failed = std::mem::take(&mut core.due.origins);
                let (now, gone) = match core.ledger.origins(gallery.origins()) {
                    Some(change) => change,
                    None if failed => (core.ledger.known_origins().clone(), Vec::new()),
                    None => return,
                };
                batch.due.origins = true;
                for origin in gone {
                    let (from, to) = (feature_key(origin, 0), feature_key(origin, Key::MAX));
                    batch.steps.push(Step::Delete { store: FEATURES, from, to });
                }
                batch.single(ORIGINS, encode(&now), core);
                // Noted at once, since the features of this very batch are told by it.
                core.ledger.note(Mark::Origins(now));
            });
        });
    }

    fn image(self, id: Id, wanted: &Wanted, batch: &mut Batch) {
        let Some(Given { entry, file, mask, by_browser }) = self.gallery.given(id) else { return };
        if !wanted.all.contains(&id) {
            return;
        }
        batch.due.images.insert(id);
        let features = self.gallery.read(|gallery| self.core(|core| core.ledger.features(gallery, &entry)));
        self.core(|core| {
            let key = core.ledger.key(id);
            if let Some((_, record, mark)) = core.ledger.image(&entry, by_browser) {
                batch.steps.push(Step::record(IMAGES, key.into(), &encode(&record)));
                batch.marks.push(mark);
            }
            for (origin, key, features, mark) in features {
                let bytes = encode(&FeatureRecord(features));
                batch.steps.push(Step::record(FEATURES, feature_key(origin, key), &bytes));
                batch.marks.push(mark);
            }
            if !core.unreadable.contains(&id) {
                file.iter().for_each(|file| batch.file(key, file, core));
                mask.iter().for_each(|mask| batch.mask(key, mask, core));
            }
        });
    }

    /// The gallery as a whole: those images that are written by now.
    fn list(self, Wanted { images, outside, .. }: Wanted, batch: &mut Batch) {
        let brings = |mark: &Mark| matches!(mark, Mark::Image(..));
        let due = self.core(|core| std::mem::take(&mut core.due.list));
        if !due && !batch.marks.iter().any(brings) {
            return;
        }
        batch.due.list = true;
        let (standing, selected) = (self.gallery.standing_images(), self.gallery.selected.get_untracked());
        let (query, active) = (self.gallery.query.get_untracked(), self.gallery.active.get_untracked());
        self.core(|core| {
            let fresh: HashSet<Key> = (batch.marks.iter())
                .filter_map(|mark| if let Mark::Image(key, _) = mark { Some(*key) } else { None })
                .collect();
            let mut key = |id: Id| {
                let key = core.ledger.key(id);
                (core.ledger.has(id) || fresh.contains(&key)).then_some(key)
            };
            let record = GalleryRecord {
                images: images.into_iter().filter_map(&mut key).collect(),
                outside: outside.and_then(&mut key),
                query: query.and_then(&mut key),
                active: active.and_then(&mut key),
                selected: selected.into_iter().filter_map(&mut key).collect(),
                standing: standing.into_iter().filter_map(&mut key).collect(),
            };
            batch.single(GALLERY, encode(&record), core);
        });
    }
}

pub(super) fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
