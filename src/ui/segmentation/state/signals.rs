//! The tab's state: one struct of signals.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use super::feature::Feature;
use super::map_settings::MapSettings;
use super::similarity_map::SimilarityMap;
use super::tab_photo::TabPhoto;
use crate::engine::protocol::Maps;
use crate::segmentation::UNLABELLED;
use crate::ui::address::Method;
use crate::ui::link::Link;
use crate::ui::segmentation::paint::{self, Class, LoadedMasks, MapView, Palette, Timeline, Way};

/// The tab's state.
#[derive(Clone, Copy)]
pub struct SegmentationState {
    /// The link to the engine.
    pub link: Link,
    /// The image that is chosen in the gallery.
    pub chosen: Signal<Option<Chosen>, LocalStorage>,
    /// How features are made.
    pub method: Signal<Method>,
    /// A function that returns an unused number for a photo.
    pub(super) fresh_id: Callback<(), u32>,

    /// The classes.
    pub classes: RwSignal<Vec<Class>>,
    /// The masks that were loaded.
    pub(super) masks: StoredValue<LoadedMasks>,
    /// The class that was just added and has no name of its own yet.
    pub naming: RwSignal<Option<u8>>,
    /// The class that is painted with.
    pub class: RwSignal<u8>,
    /// Whether the brush erases.
    pub erasing: RwSignal<bool>,
    /// The brush's width, as a share of the photo's longer side.
    pub brush: RwSignal<f32>,
    /// Photos to paint on.
    pub support: RwSignal<Vec<TabPhoto>>,
    /// The photo to be mapped.
    pub query: RwSignal<Option<TabPhoto>>,
    /// Photos that were the query before, the latest last.
    pub former: RwSignal<Vec<TabPhoto>>,

    /// The latest maps.
    pub maps: RwSignal<Option<Arc<QueryMaps>>>,
    received: StoredValue<u32>,
    /// The patch under the pointer or the cursor: photo and index.
    pub pointed: RwSignal<Option<(u32, usize)>>,
    /// Similarities of all patches to one.
    pub similarity: RwSignal<Option<Arc<SimilarityMap>>>,
    /// How the maps are looked at, where that is possible.
    pub view: RwSignal<MapView>,
    /// Opacity of the maps' colours, in 0..1.
    pub opacity: RwSignal<f32>,
    /// Whether borders are drawn on the maps.
    pub outline: RwSignal<bool>,
    /// How maps are made.
    pub settings: RwSignal<MapSettings>,

    /// Counts up with every edit of photos, strokes and settings.
    pub edits: RwSignal<u32>,
    /// Whether a stroke has just ended: another may follow, so labels are sent after a short pause.
    pub pausing: RwSignal<bool>,
    pub(super) pause: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// What went wrong, as a sentence.
    pub problem: RwSignal<Option<String>>,
    /// The one history of all edits.
    pub timeline: RwSignal<Timeline<TabPhoto>>,
    /// The edit that was undone or made again last, for screen readers.
    pub stepped: RwSignal<Option<(Way, String)>>,
    /// The drawn scenes that can be the query.
    pub scenes: RwSignal<Vec<TabPhoto>>,
}

/// The image that is chosen in the gallery.
#[derive(Clone, PartialEq)]
pub struct Chosen {
    /// Its number.
    pub id: u32,
    /// The file's name.
    pub name: String,
    /// The file.
    pub file: File,
    /// The mask that came with it.
    pub mask: Option<File>,
}

/// Maps of a photo.
pub struct QueryMaps {
    /// The photo.
    pub query: u32,
    /// Counts the maps that have arrived.
    pub number: u32,
    /// The maps.
    pub maps: Maps,
}

impl SegmentationState {
    /// An empty tab with two classes.
    pub fn new(
        link: Link,
        chosen: Signal<Option<Chosen>, LocalStorage>,
        method: Signal<Method>,
        fresh_id: Callback<(), u32>,
    ) -> Self {
        Self {
            link,
            chosen,
            method,
            fresh_id,
            classes: RwSignal::new(paint::first_classes()),
            masks: StoredValue::new(LoadedMasks::default()),
            naming: RwSignal::new(None),
            class: RwSignal::new(1),
            erasing: RwSignal::new(false),
            brush: RwSignal::new(0.04),
            support: RwSignal::new(Vec::new()),
            query: RwSignal::new(None),
            former: RwSignal::new(Vec::new()),
            maps: RwSignal::new(None),
            received: StoredValue::new(0),
            pointed: RwSignal::new(None),
            similarity: RwSignal::new(None),
            view: RwSignal::new(MapView::default()),
            opacity: RwSignal::new(0.6),
            outline: RwSignal::new(true),
            settings: RwSignal::new(MapSettings::default()),
            edits: RwSignal::new(0),
            pausing: RwSignal::new(false),
            pause: StoredValue::new_local(None),
            problem: RwSignal::new(None),
            timeline: RwSignal::new(Timeline::default()),
            stepped: RwSignal::new(None),
            scenes: RwSignal::new(Vec::new()),
        }
    }

    /// Whether there is no photo.
    pub fn is_empty(&self) -> bool {
        self.support.with(Vec::is_empty) && self.query.with(Option::is_none)
    }

    /// Whether anything is painted on a support photo.
    pub fn is_labelled(&self) -> bool {
        self.support.with(|all| all.iter().any(|photo| photo.layer.with(paint::LabelLayer::is_labelled)))
    }

    /// Every photo once: the support, then the query.
    pub fn photos(&self) -> Vec<TabPhoto> {
        let mut all = self.support.get_untracked();
        if let Some(query) = self.query.get_untracked()
            && all.iter().all(|photo| photo.id != query.id)
        {
            all.push(query);
        }
        all
    }

    /// The photo with that number; it may be a former query.
    pub fn find(&self, id: u32) -> Option<TabPhoto> {
        self.photos().into_iter().chain(self.former.get_untracked()).find(|photo| photo.id == id)
    }

    /// Whether a photo belongs to the support.
    pub fn is_support(&self, id: u32) -> bool {
        self.support.with(|all| all.iter().any(|photo| photo.id == id))
    }

    /// The maps, if they are the current query's.
    pub fn present_maps(&self) -> Option<Arc<QueryMaps>> {
        let query = self.query.with(|query| query.as_ref().map(|query| query.id))?;
        self.maps.get().filter(|maps| maps.query == query)
    }

    /// Whether the query's true labels are known.
    pub fn has_truth(&self) -> bool {
        self.query.with(|query| query.as_ref().is_some_and(|query| query.truth.with(Option::is_some)))
    }

    /// How the maps are looked at now.
    pub fn map_view(&self) -> MapView {
        let view = self.view.get();
        if view.needs_truth() && !self.has_truth() { MapView::Maps } else { view }
    }

    /// The labels that are shown of a feature's map, if it is there.
    pub fn shown_labels(&self, feature: Feature) -> Option<(Vec<u8>, (u32, u32))> {
        let (shown, view) = (self.present_maps()?, self.map_view());
        let size = shown.maps.size;
        let other = if feature == Feature::Fungi { Feature::Embedding } else { Feature::Fungi };
        let truth = self.query.with(|query| query.as_ref().and_then(|query| query.truth.get()));
        let truth = truth.filter(|_| view.needs_truth()).map(|truth| truth.resized(size.0, size.1));
        let truth = truth.as_ref().map(|truth| truth.labels.as_slice());
        Some((view.labels(&feature.of(&shown.maps).labels, &other.of(&shown.maps).labels, truth), size))
    }

    /// Gives maps of a photo that have arrived their number.
    pub fn number_maps(&self, query: u32, maps: Maps) -> Arc<QueryMaps> {
        let number = self.received.try_update_value(|received| {
            *received += 1;
            *received
        });
        Arc::new(QueryMaps { query, number: number.unwrap_or_default(), maps })
    }

    /// How many former queries stay open in the engine.
    pub fn spare(&self) -> usize {
        self.link.model.with(|model| self.settings.with(|settings| settings.spare(model.as_ref())))
    }

    /// The colours of all labels.
    pub fn palette(&self) -> Palette {
        self.classes.with(|classes| paint::palette(classes))
    }

    /// The name of a class.
    pub fn class_name(&self, id: u8) -> String {
        self.classes.with(|classes| paint::class_name(classes, id))
    }

    /// Patches per side of a photo.
    pub fn grid(&self) -> usize {
        self.link.model.with(|model| self.settings.with(|settings| settings.grid(model.as_ref())))
    }

    /// What the brush paints.
    pub fn brush_label(&self) -> u8 {
        if self.erasing.get_untracked() { UNLABELLED } else { self.class.get_untracked() }
    }

    /// Shows maps again instead of a patch's similarities.
    pub fn clear_similarity(&self) {
        if self.pointed.with_untracked(Option::is_some) {
            self.pointed.set(None);
        }
        if self.similarity.with_untracked(Option::is_some) {
            self.similarity.set(None);
        }
    }
}
