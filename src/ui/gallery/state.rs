//! The gallery's state: the pure gallery, and the signals that follow from its changes.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use web_sys::{Blob, File};

use super::factor_store::FactorStore;
use super::intake::{Intake, successor};
use super::label_files::LabelFiles;
use super::looked::Looked;
use super::lost_queries::LostQueries;
use super::previews::Previews;
use super::shown::{Cards, Shown};
use crate::gallery::label_report::LabelReport;
use crate::gallery::{Changes, Edit, Gallery, Hash, Id, LabelSource};
use crate::ui::blob::BlobUrl;
use crate::ui::link::{ImageSource, Link};
use crate::ui::messages::Messages;

/// The gallery as components see it. `Copy`: each gets one.
#[derive(Clone, Copy)]
pub struct GalleryState {
    /// The images, in the order in which they were added.
    pub ids: RwSignal<Vec<Id>>,
    /// The image whose neighbours are shown; it need not be in the gallery.
    pub query: RwSignal<Option<Id>>,
    /// The gallery's image that arrow keys start from.
    pub active: RwSignal<Option<Id>>,
    /// The selected images of the gallery, apart from the active image and the query. Map, grid and lists all read and set it.
    pub selected: RwSignal<BTreeSet<Id>>,
    /// The image under the pointer, marked wherever it appears.
    pub hovered: RwSignal<Option<Id>>,
    /// Two images that are looked at side by side.
    pub looked: RwSignal<Option<Looked>>,
    /// The image that is looked into.
    pub inside: RwSignal<Option<Id>>,
    /// All labels in use.
    pub labels: Memo<BTreeSet<String>>,
    /// What undo would reverse.
    pub undo: RwSignal<Option<String>>,
    /// Files that can't be used.
    pub problems: RwSignal<Vec<Problem>>,
    /// Names of files that are no pictures.
    pub strangers: RwSignal<Vec<String>>,
    /// Files that were already in the gallery.
    pub duplicates: RwSignal<Vec<Problem>>,
    /// What came of tables of labels.
    pub label_reports: RwSignal<Vec<LabelReport>>,
    /// Whether the sample set is being drawn.
    pub drawing: RwSignal<bool>,
    /// The sample set's images that have stood there from the start, until a person's own take their place.
    pub(super) standing: RwSignal<Vec<Id>>,
    /// A file of weights that was dropped: a model, and no picture.
    pub weights: RwSignal<Option<File>, LocalStorage>,
    /// Counts up whenever there is something new to keep.
    pub unkept: RwSignal<u32>,
    /// Archives of results that were dropped, to be opened in turn.
    pub archives: RwSignal<Vec<File>, LocalStorage>,
    /// Where images are computed.
    pub link: Link,
    /// Messages of the area.
    pub(super) messages: Messages,
    /// Counts up whenever features are added or removed.
    features: RwSignal<u32>,
    /// Counts up whenever labels are added, removed or changed.
    relabelled: RwSignal<u32>,
    store: StoredValue<Store, LocalStorage>,
}

/// State without signals.
#[derive(Default)]
pub(super) struct Store {
    pub(super) gallery: Gallery,
    pub(super) intake: Intake,
    pub(super) lost: LostQueries,
    pub(super) label_files: LabelFiles,
    pub(super) factors: FactorStore<Blob>,
    pub(super) previews: Previews,
    /// The query from outside the gallery, if there is one.
    pub(super) outside: Option<Id>,
    /// Every image's file, needed for computing again and for undo.
    pub(super) files: HashMap<Id, File>,
    /// Masks that came with images.
    pub(super) masks: HashMap<Id, File>,
    pub(super) cards: Cards,
    /// Images that the browser is to decode, one after the other, and why the engine refused them.
    pub(super) decoding: VecDeque<(Id, String)>,
    /// What changed and is not kept yet.
    pub(super) unkept: Changes,
    /// Whether those who compare features are to be told of a change soon.
    told_later: bool,
    /// The query from outside the gallery when the cards were last made.
    carded: Option<Id>,
}

/// A file that is not in the gallery, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The number that it had.
    pub id: Id,
    /// The file's name.
    pub name: String,
    /// The reason, as a sentence.
    pub reason: String,
}

impl GalleryState {
    /// An empty gallery.
    pub fn new(link: Link, messages: Messages) -> Self {
        let store = StoredValue::new_local(Store::default());
        let relabelled = RwSignal::new(0);
        let labels = Memo::new(move |_| {
            relabelled.track();
            store.with_value(|store| store.gallery.labels().into_iter().map(str::to_owned).collect())
        });
        Self {
            ids: RwSignal::new(Vec::new()),
            query: RwSignal::new(None),
            active: RwSignal::new(None),
            selected: RwSignal::new(BTreeSet::new()),
            hovered: RwSignal::new(None),
            looked: RwSignal::new(None),
            inside: RwSignal::new(None),
            labels,
            undo: RwSignal::new(None),
            problems: RwSignal::new(Vec::new()),
            strangers: RwSignal::new(Vec::new()),
            duplicates: RwSignal::new(Vec::new()),
            label_reports: RwSignal::new(Vec::new()),
            drawing: RwSignal::new(false),
            standing: RwSignal::new(Vec::new()),
            weights: RwSignal::new_local(None),
            unkept: RwSignal::new(0),
            archives: RwSignal::new_local(Vec::new()),
            link,
            messages,
            features: RwSignal::new(0),
            relabelled,
            store,
        }
    }

    /// What is shown of an image, in the gallery or as the query from outside.
    pub fn shown(&self, id: Id) -> Option<ArcRwSignal<Shown>> {
        self.store.with_value(|store| store.cards.get(id))
    }

    /// What is shown of the query.
    pub fn shown_query(&self) -> Option<Shown> {
        Some(self.shown(self.query.get()?)?.get())
    }

    /// Reads the gallery, and again whenever features are added or removed.
    pub fn with_features<T>(&self, read: impl FnOnce(&Gallery) -> T) -> T {
        self.features.track();
        self.store.with_value(|store| read(&store.gallery))
    }

    /// Reads the gallery, and again whenever labels are added, removed or changed.
    pub fn with_labels<T>(&self, read: impl FnOnce(&Gallery) -> T) -> T {
        self.relabelled.track();
        self.store.with_value(|store| read(&store.gallery))
    }

    /// Whether the sample set stands there from the start.
    pub fn has_standing(&self) -> bool {
        !self.standing.with(Vec::is_empty) && !self.ids.with(Vec::is_empty)
    }

    /// Whether an image is in the gallery, and not just the query from outside.
    pub fn contains(&self, id: Id) -> bool {
        self.ids.with(|ids| ids.contains(&id))
    }

    /// A number that has not been used.
    pub fn fresh_id(&self) -> Id {
        self.store(|store| store.gallery.fresh_id())
    }

    /// An image's name and file, and the mask that came with it.
    pub fn file_of(&self, id: Id) -> Option<(String, File, Option<File>)> {
        self.store.with_value(|store| {
            let name = store.gallery.get(id)?.name.clone();
            Some((name, store.files.get(&id)?.clone(), store.masks.get(&id).cloned()))
        })
    }

    /// What an image's file holds, once it has been read.
    pub fn hash_of(&self, id: Id) -> Option<Hash> {
        self.store.with_value(|store| Some(store.gallery.get(id)?.content.as_ref()?.hash))
    }

    /// An image's file, for an `img` element.
    pub fn full_size(&self, id: Id) -> Option<Arc<BlobUrl>> {
        self.store.with_value(|store| store.files.get(&id).map(|file| Arc::new(BlobUrl::of(file))))
    }

    /// Whether an image's file is here and has been read; says so again when that changes.
    pub fn is_at_hand(&self, id: Id) -> bool {
        self.unkept.track();
        self.file(id).is_some_and(|(_, hash)| hash.is_some())
    }

    /// Tells those who compare features: at once where images came or went, otherwise a few times a second at most, since
    /// everything is compared again.
    fn features_changed(&self, at_once: bool) {
        const PAUSE: Duration = Duration::from_millis(200);
        let features = self.features;
        let pending = self.store(|store| std::mem::replace(&mut store.told_later, !at_once));
        if at_once {
            features.update(|count| *count += 1);
        } else if !pending {
            let store = self.store;
            set_timeout(
                move || {
                    if store.try_update_value(|store| std::mem::take(&mut store.told_later)) == Some(true) {
                        features.update(|count| *count += 1);
                    }
                },
                PAUSE,
            );
        }
    }

    /// Reads the state without signals; others may be reading it.
    pub(super) fn with_store<T>(&self, read: impl FnOnce(&Store) -> T) -> T {
        self.store.with_value(read)
    }

    /// Works on the state without signals. `work` must not set a signal: effects that follow it might call this again.
    pub(super) fn store<T>(&self, work: impl FnOnce(&mut Store) -> T) -> T {
        self.store.try_update_value(work).expect("the gallery lives as long as the page")
    }

    /// Images that have left the gallery are neither selected nor under the pointer.
    fn forget_gone(&self) {
        let (selected, hovered) = (self.selected.get_untracked(), self.hovered.get_untracked());
        if selected.is_empty() && hovered.is_none() {
            return;
        }
        let ids: HashSet<Id> = self.ids.with_untracked(|ids| ids.iter().copied().collect());
        if selected.iter().any(|id| !ids.contains(id)) {
            self.selected.set(selected.into_iter().filter(|id| ids.contains(id)).collect());
        }
        if hovered.is_some_and(|id| !ids.contains(&id)) {
            self.hovered.set(None);
        }
    }

    /// Shows what has changed. Only elements of changed entries are touched.
    pub(super) fn refresh(&self) {
        let (changes, gone, changed, ids, undo) = self.store(|store| {
            let changes = store.gallery.take_changes();
            store.unkept.merge(&changes);
            store.outside = store.outside.filter(|&id| store.gallery.get(id).is_some());
            let ids = changes.list.then(|| store.gallery.entries().iter().map(|entry| entry.id).collect::<Vec<_>>());
            let carded = std::mem::replace(&mut store.carded, store.outside);
            let gone = if changes.list || carded != store.outside {
                let all = store.gallery.entries().iter().map(|entry| entry.id).chain(store.outside);
                let gone = store.cards.keep(&store.gallery, &store.files, all);
                store.previews.forget(&gone);
                gone
            } else {
                HashSet::new()
            };
            let touched = if changes.all { store.cards.ids() } else { changes.entries.iter().copied().collect() };
            let changed: Vec<_> =
                touched.into_iter().filter_map(|id| store.cards.change(&store.gallery, &store.files, id)).collect();
            let undo = store.gallery.last_edit().map(|edit| describe(&store.gallery, edit));
            (changes, gone, changed, ids, undo)
        });
        if !gone.is_empty() {
            self.link.cancel(&gone);
        }
        let mut relabelled = ids.is_some();
        for (signal, shown) in changed {
            relabelled |= signal.with_untracked(|before| before.label != shown.label);
            signal.set(shown);
        }
        if let Some(ids) = ids {
            let active = self.active.get_untracked();
            let next = self.ids.with_untracked(|before| successor(before, &ids, active));
            self.ids.set(ids);
            if next != active {
                self.active.set(next);
            }
            self.forget_gone();
        }
        if self.query.get_untracked().is_some_and(|query| gone.contains(&query)) {
            self.query.set(None);
        }
        if relabelled {
            self.relabelled.update(|count| *count += 1);
        }
        if changes.features {
            self.features_changed(changes.list || changes.all);
        }
        if self.undo.with_untracked(|before| *before != undo) {
            self.undo.set(undo);
        }
        if !changes.is_empty() {
            self.unkept.update(|count| *count += 1);
        }
    }
}

/// The effect of undoing an edit, as text for a button.
fn describe(gallery: &Gallery, edit: &Edit) -> String {
    match edit {
        Edit::Removed(removed) => match &removed[..] {
            [(_, entry)] => format!("Bring back {}", entry.name),
            all => format!("Bring back {} images", all.len()),
        },
        Edit::Labelled { source: LabelSource::Rename(from), .. } => format!("Bring the label {from} back"),
        Edit::Labelled { source: LabelSource::File(name), .. } => format!("Undo the labels of {name}"),
        Edit::Labelled { before, .. } => match &before[..] {
            [(id, _)] => {
                let name = gallery.get(*id).map_or("the image", |entry| &entry.name);
                format!("Give {name} its previous label")
            }
            all => format!("Give {} images their previous labels", all.len()),
        },
    }
}
