//! The maps' state: what is chosen, where images lie, how they are marked.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;

use super::camera::Camera;
use super::groups::{Classes, Groups, MarkedBy};
use super::layout::Layout;
use super::plan::Have;
use super::words::Progress;
use crate::gallery::Id;
use crate::retrieval::{FeatureSet, MapMethod};
use crate::ui::analysis::Analysis;
use crate::ui::gallery::GalleryState;

/// The label for which each image's nearest neighbours vote, as far as votes are known.
pub type Votes = HashMap<Id, String>;

/// An image's name and label.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Described {
    /// The file's name.
    pub name: String,
    /// Empty if there is none.
    pub label: String,
}

/// Both maps. `Copy`: each component gets it.
#[derive(Clone, Copy)]
pub struct MapState {
    /// The images.
    pub gallery: GalleryState,
    /// The worker of the maps alone: t-SNE holds up nothing else, and stopping it is ending that worker.
    pub(super) analysis: Analysis,
    /// The maps.
    pub sides: [Side; 2],
    /// How images become points.
    pub method: RwSignal<MapMethod>,
    /// What marks stand for.
    pub marked_by: RwSignal<MarkedBy>,
    /// The label that is shown in the foreground; none: all.
    pub lit: RwSignal<Option<String>>,
    /// Whether dragging draws an outline, and does not move the map.
    pub lasso: RwSignal<bool>,
    /// Whether pictures take the place of marks when zoomed in.
    pub pictures: RwSignal<bool>,
    /// Names and labels.
    pub described: Memo<Arc<HashMap<Id, Described>>>,
    /// Said to screen readers.
    pub announcement: RwSignal<String>,
    pub(super) have: StoredValue<[Have; 2]>,
    /// Counts changes of the gallery's features.
    pub(super) changes: StoredValue<u32>,
    /// Whether anyone can see the maps.
    pub(super) visible: Signal<bool>,
}

/// One map.
#[derive(Clone, Copy)]
pub struct Side {
    /// 0 or 1.
    pub place: usize,
    /// What it is made of.
    pub set: RwSignal<FeatureSet>,
    /// What neighbours by that set vote for.
    pub votes: Signal<Arc<Votes>>,
    /// Where images lie.
    pub layout: RwSignal<Arc<Layout>>,
    /// How they were laid out.
    pub made: RwSignal<Option<MapMethod>>,
    /// Which part is shown.
    pub camera: RwSignal<Camera>,
    /// How far the coordinates are.
    pub progress: RwSignal<Progress>,
    /// How images are marked, each by its place in the layout.
    pub groups: Memo<Arc<Groups>>,
    /// Whether each is in the foreground.
    pub lit: Memo<Arc<[bool]>>,
    /// Coordinates that are not shown yet.
    pub(super) latest: StoredValue<Option<Arc<Layout>>>,
}

impl MapState {
    /// Maps by these sets, which may be chosen elsewhere, too, with the votes of neighbours by them.
    pub fn new(
        gallery: GalleryState,
        analysis: Analysis,
        sets: [RwSignal<FeatureSet>; 2],
        votes: [Signal<Arc<Votes>>; 2],
        visible: Signal<bool>,
    ) -> Self {
        let described = Memo::new(move |_| {
            let describe = |name: &str, label: Option<&str>| Described {
                name: name.to_owned(),
                label: label.unwrap_or_default().to_owned(),
            };
            gallery.with_labels(|gallery| {
                let entries = gallery.entries().iter();
                Arc::new(
                    entries
                        .map(|entry| (entry.id, describe(&entry.name, entry.label.as_deref())))
                        .collect::<HashMap<_, _>>(),
                )
            })
        });
        let classes = Memo::new(move |_| {
            described.with(|all| Arc::new(Classes::of(all.values().map(|described| &described.label[..]))))
        });
        let (marked_by, lit) = (RwSignal::new(MarkedBy::Label), RwSignal::new(None::<String>));
        let sides = [0, 1].map(|place| Side::new(place, sets[place], votes[place], described, classes, marked_by, lit));
        let state = Self {
            gallery,
            analysis,
            sides,
            method: RwSignal::new(MapMethod::Pca),
            marked_by,
            lit,
            lasso: RwSignal::new(false),
            pictures: RwSignal::new(true),
            described,
            announcement: RwSignal::new(String::new()),
            have: StoredValue::new(Default::default()),
            changes: StoredValue::new(0),
            visible,
        };
        state.follow();
        state
    }

    /// An image's name and label (untracked).
    pub fn describe(&self, id: Id) -> Described {
        self.described.with_untracked(|all| all.get(&id).cloned().unwrap_or_default())
    }

    /// Selects the images in the gallery's order, in place of those that were selected, or beside them.
    pub fn select(&self, ids: impl IntoIterator<Item = Id>, beside: bool) {
        self.gallery.selected.update(|selected| {
            if !beside {
                selected.clear();
            }
            selected.extend(ids);
        });
    }

    /// Adds an image to the selection, or takes it out.
    pub fn toggle(&self, id: Id) {
        self.gallery.selected.update(|selected| {
            if !selected.remove(&id) {
                selected.insert(id);
            }
        });
    }

    /// Selects nothing.
    pub fn clear_selection(&self) {
        self.gallery.selected.update(std::collections::BTreeSet::clear);
    }
}

impl Side {
    fn new(
        place: usize,
        set: RwSignal<FeatureSet>,
        votes: Signal<Arc<Votes>>,
        described: Memo<Arc<HashMap<Id, Described>>>,
        classes: Memo<Arc<Classes>>,
        marked_by: RwSignal<MarkedBy>,
        lit: RwSignal<Option<String>>,
    ) -> Self {
        let layout = RwSignal::new(Arc::new(Layout::default()));
        let groups = Memo::new(move |_| {
            let (layout, described, votes) = (layout.get(), described.get(), votes.get());
            let labels: Vec<&str> = labels(&layout, &described);
            let votes: Vec<Option<&str>> = layout.ids().iter().map(|id| votes.get(id).map(String::as_str)).collect();
            classes.with(|classes| Arc::new(Groups::new(marked_by.get(), &labels, &votes, classes)))
        });
        let shown = Memo::new(move |_| {
            let (layout, described, groups, chosen) = (layout.get(), described.get(), groups.get(), lit.get());
            let labels = labels(&layout, &described);
            let lit = labels.iter().enumerate().map(|(image, label)| groups.lit(image, label, chosen.as_deref()));
            lit.collect::<Arc<[bool]>>()
        });
        let (camera, progress) = (RwSignal::new(Camera::default()), RwSignal::new(Progress::default()));
        let (made, latest) = (RwSignal::new(None), StoredValue::new(None));
        Self { place, set, votes, layout, made, camera, progress, groups, lit: shown, latest }
    }

    /// What neighbours vote for at an image (untracked).
    pub fn vote(&self, id: Id) -> Option<String> {
        self.votes.with_untracked(|votes| votes.get(&id).cloned())
    }
}

fn labels<'a>(layout: &Layout, described: &'a HashMap<Id, Described>) -> Vec<&'a str> {
    layout.ids().iter().map(|id| described.get(id).map(|described| &described.label[..]).unwrap_or_default()).collect()
}
