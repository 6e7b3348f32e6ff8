//! What the Segmentation tab shows: one struct of signals, and what people do to it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use super::choices::Choices;
use super::class::Class;
use super::look::{self, Heat};
use super::picture::Picture;
use super::raster::Palette;
use super::removal::Removed;
use super::talk::{self, Asked, Wanted};
use crate::engine::{Maps, SegmentStep};
use crate::segmentation::Mask;
use crate::ui::photo::BlobUrl;
use crate::ui::state::Page;

/// The tab's state. `Copy`, as [`Page`] is.
#[derive(Clone, Copy)]
pub struct Studio {
    /// The classes, in the order in which they were made.
    pub classes: RwSignal<Vec<Class>>,
    /// The one that is painted with.
    pub class: RwSignal<u8>,
    /// Whether the pointer erases.
    pub erasing: RwSignal<bool>,
    /// The brush's width, as a share of the photo's longer side.
    pub brush: RwSignal<f32>,
    /// Photos to paint on.
    pub support: RwSignal<Vec<Picture>>,
    /// The photo to be mapped.
    pub query: RwSignal<Option<Picture>>,
    /// The support photo that undo and redo are for.
    pub active: RwSignal<Option<u32>>,

    /// The query's maps.
    pub maps: RwSignal<Option<Arc<Maps>>>,
    /// The patch that is looked at: photo and place.
    pub looked: RwSignal<Option<(u32, usize)>>,
    /// How alike all patches are to one.
    pub heat: RwSignal<Option<Arc<Heat>>>,
    /// Of the maps' colours, in 0..1.
    pub opacity: RwSignal<f32>,
    /// Whether borders are drawn on the maps.
    pub outline: RwSignal<bool>,
    /// How maps are made.
    pub choices: RwSignal<Choices>,

    /// What the engine was asked and has not answered, in order.
    pub asked: RwSignal<VecDeque<Asked>>,
    /// Whether something was painted that the engine has yet to hear of.
    pub unsaid: RwSignal<bool>,
    /// The slow step that goes on: what, how many are done, of how many.
    pub step: RwSignal<Option<(SegmentStep, usize, usize)>>,
    /// What went wrong, in a sentence.
    pub problem: RwSignal<Option<String>>,
    /// What was removed, latest last.
    pub removed: RwSignal<Vec<Removed>>,
    /// Names of the drawn scenes that can be asked about.
    pub scenes: RwSignal<Vec<String>>,

    /// What is not shown.
    pub back: StoredValue<Back, LocalStorage>,
}

/// What the tab keeps without showing it.
#[derive(Default)]
pub struct Back {
    /// Every photo's file: a new engine needs it.
    pub files: HashMap<u32, File>,
    /// Drawn scenes that can be asked about, in the order of their names.
    pub scenes: Vec<(File, Arc<Mask>)>,
    /// Ready-made strokes that wait for their photo.
    pub ready_made: HashMap<u32, Arc<Mask>>,
    /// Masks that came with photos and are still to be read.
    pub masks: HashMap<u32, File>,
    /// Photos sent to the present engine.
    pub sent: HashSet<u32>,
    /// Photos that the present engine has.
    pub open: HashSet<u32>,
    /// The support that the present engine has.
    pub supported: Vec<u32>,
    /// Revisions of the labels that the present engine has.
    pub painted: HashMap<u32, u32>,
    /// What the latest maps were asked for.
    pub wanted: Option<Wanted>,
    /// The latest ticket.
    pub ticket: u32,
    /// Breakdowns of the engine over this tab's requests, in a row.
    pub breakdowns: u32,
    /// A pause after the last stroke.
    pub timer: Option<TimeoutHandle>,
}

/// An empty bench with two classes.
impl Default for Studio {
    fn default() -> Self {
        Self {
            classes: RwSignal::new(vec![Class::new(0, "background"), Class::new(1, "object")]),
            class: RwSignal::new(1),
            erasing: RwSignal::new(false),
            brush: RwSignal::new(0.04),
            support: RwSignal::new(Vec::new()),
            query: RwSignal::new(None),
            active: RwSignal::new(None),
            maps: RwSignal::new(None),
            looked: RwSignal::new(None),
            heat: RwSignal::new(None),
            opacity: RwSignal::new(0.6),
            outline: RwSignal::new(true),
            choices: RwSignal::new(Choices::default()),
            asked: RwSignal::new(VecDeque::new()),
            unsaid: RwSignal::new(false),
            step: RwSignal::new(None),
            problem: RwSignal::new(None),
            removed: RwSignal::new(Vec::new()),
            scenes: RwSignal::new(Vec::new()),
            back: StoredValue::new_local(Back::default()),
        }
    }
}

impl Studio {
    /// Whether the engine owes an answer.
    pub fn is_waiting(&self) -> bool {
        self.asked.with_untracked(|all| !all.is_empty())
    }

    /// Whether there is no photo at all.
    pub fn is_empty(&self) -> bool {
        self.support.with(Vec::is_empty) && self.query.with(Option::is_none)
    }

    /// Every photo once: support, then query.
    pub fn pictures(&self) -> Vec<Picture> {
        let mut all = self.support.get_untracked();
        if let Some(query) = self.query.get_untracked()
            && all.iter().all(|picture| picture.id != query.id)
        {
            all.push(query);
        }
        all
    }

    /// The photo of that number.
    pub fn find(&self, id: u32) -> Option<Picture> {
        self.pictures().into_iter().find(|picture| picture.id == id)
    }

    /// The maps, if they are the present query's.
    pub fn present_maps(&self) -> Option<Arc<Maps>> {
        let query = self.query.with(|query| query.as_ref().map(|query| query.id))?;
        self.maps.get().filter(|maps| maps.id == query)
    }

    /// Colours of all labels; those without a class are black.
    pub fn palette(&self) -> Palette {
        let mut palette = [[0; 3]; 256];
        self.classes.with(|classes| classes.iter().for_each(|class| palette[class.id as usize] = class.colour));
        palette
    }

    /// What a class is called.
    pub fn class_name(&self, id: u8) -> String {
        let name = self.classes.with(|classes| classes.iter().find(|class| class.id == id).map(|c| c.name.clone()));
        name.unwrap_or_else(|| format!("class {}", u16::from(id) + 1))
    }

    /// Chooses the class to paint with.
    pub fn choose(&self, id: u8) {
        self.class.set(id);
        self.erasing.set(false);
    }

    /// Adds a class and paints with it from now on.
    pub fn add_class(&self) {
        let fresh = self.classes.with_untracked(|classes| Class::beside(classes));
        if let Some(class) = fresh {
            self.choose(class.id);
            self.classes.update(|classes| classes.push(class));
        }
    }

    /// Makes sure that every label of a mask has a class.
    pub fn adopt(&self, mask: &Mask, colours: &[[u8; 3]]) {
        let missing: Vec<u8> = self.classes.with_untracked(|classes| {
            let known = |id: u8| classes.iter().any(|class| class.id == id);
            mask.counts().into_iter().map(|(id, _)| id).filter(|&id| !known(id)).collect()
        });
        if !missing.is_empty() {
            self.classes.update(|classes| {
                for id in missing {
                    let mut class = Class::new(id, format!("class {}", u16::from(id) + 1));
                    class.colour = colours.get(id as usize).copied().unwrap_or(class.colour);
                    classes.push(class);
                }
                classes.sort_by_key(|class| class.id);
            });
        }
    }

    /// Puts a photo of the gallery among the support.
    pub fn add_support(&self, page: Page, key: u32) {
        if self.support.with_untracked(|support| support.iter().any(|picture| picture.id == key)) {
            return;
        }
        if let Some(picture) = self.take(page, key) {
            // What was to score it as the query is now what it teaches.
            if let Some(truth) = picture.truth.get_untracked().filter(|_| !picture.is_labelled()) {
                picture.sheet.update(|sheet| {
                    sheet.replace(truth.labels.clone());
                });
            }
            self.active.set(Some(key));
            self.support.update(|support| support.push(picture));
            talk::sync(page);
        }
    }

    /// Makes a photo of the gallery the query.
    pub fn set_query(&self, page: Page, key: u32) {
        if let Some(picture) = self.take(page, key) {
            self.ask(page, Some(picture));
        }
    }

    /// Makes a photo the query; the one before is dropped, unless it is of the support.
    pub fn ask(&self, page: Page, picture: Option<Picture>) {
        let before = self.query.get_untracked();
        look::unlook(page);
        self.query.set(picture);
        if let Some(before) = before
            && self.find(before.id).is_none()
        {
            talk::forget(page, before.id);
        }
        talk::sync(page);
    }

    /// The photo of that number as it stands here, or else as it comes from the gallery.
    fn take(&self, page: Page, key: u32) -> Option<Picture> {
        self.find(key).or_else(|| {
            let photo = page.find(key)?;
            let (file, mask) =
                page.back.with_value(|back| Some((back.files.get(&key).cloned()?, back.masks.get(&key).cloned())))?;
            let picture = Picture::new(key, photo.name, BlobUrl::of(&file));
            self.back.update_value(|back| {
                back.files.insert(key, file);
                back.masks.extend(mask.map(|mask| (key, mask)));
            });
            Some(picture)
        })
    }
}
