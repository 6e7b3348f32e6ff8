//! What is shown: one struct of signals in context.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use super::desk::{Desk, Run};
use super::options::{Method, Options, Wish};
use super::photo::{Photo, Shot};
use super::ranking::Ranking;
use super::segmentation::Studio;
use super::transport::Transport;
use crate::engine::{Choice, DeviceInfo, Hash, ModelInfo, Stage, Timings};
use crate::retrieval::Weights;

/// The page's state. `Copy`: every component takes it whole from the context.
#[derive(Clone, Copy)]
pub struct Page {
    /// The gallery, in the order in which images were given.
    pub photos: RwSignal<Vec<Photo>>,
    /// Counts up whenever features come, go or change.
    pub revision: RwSignal<u32>,
    /// Counts up with every change of settings: older features are of no use.
    pub generation: RwSignal<u32>,
    /// The image whose neighbours are shown.
    pub query: RwSignal<Option<Photo>>,
    /// The gallery's image that arrow keys start from.
    pub active: RwSignal<Option<u32>>,
    /// The image under the pointer, marked wherever it appears.
    pub hovered: RwSignal<Option<u32>>,

    /// Neighbours in each column.
    pub k: RwSignal<usize>,
    /// What each part counts.
    pub weights: RwSignal<Weights>,
    /// Whether the gallery's mean is taken away first.
    pub centred: RwSignal<bool>,
    /// Where a person wants to compute.
    pub wish: RwSignal<Wish>,
    /// How features are made.
    pub method: RwSignal<Method>,
    /// The neighbours that follow from all this.
    pub ranking: Ranking,

    /// How the engine is.
    pub phase: RwSignal<Phase>,
    /// Where it computes, once it does.
    pub device: RwSignal<Option<DeviceInfo>>,
    /// Why there: a sentence.
    pub device_reason: RwSignal<String>,
    /// The model, once loaded.
    pub model: RwSignal<Option<ModelInfo>>,
    /// Where the latest image's time went.
    pub timings: RwSignal<Option<Timings>>,

    /// How far the work is.
    pub progress: RwSignal<Progress>,
    /// The last thing that happened, in a sentence.
    pub news: RwSignal<String>,
    /// Files that can't be used.
    pub problems: RwSignal<Vec<Problem>>,
    /// Files that were there already.
    pub duplicates: RwSignal<Vec<Problem>>,
    /// Things that a person should know.
    pub notices: RwSignal<Vec<String>>,
    /// What can be undone, latest last.
    pub undo: RwSignal<Vec<Undo>>,
    /// The drawn sample set was asked for and has not come.
    pub sample_wanted: RwSignal<bool>,

    /// The Segmentation tab's own state.
    pub studio: Studio,

    /// What is not shown.
    pub back: StoredValue<Back, LocalStorage>,
}

/// What the page keeps without showing it.
#[derive(Default)]
pub struct Back {
    /// Waiting images.
    pub desk: Desk,
    /// The worker, when there is one.
    pub transport: Option<Transport>,
    /// Which kind of worker.
    pub engine: Option<Choice>,
    /// Whether images may be sent.
    pub ready: bool,
    /// Times that a worker broke down before it was ready, in a row.
    pub false_starts: u32,
    /// When the engine last said something, milliseconds.
    pub heard: f64,
    /// Every image's file: computing again needs it.
    pub files: HashMap<u32, File>,
    /// Masks that came with images.
    pub masks: HashMap<u32, File>,
    /// What was computed under the present settings, whether still in the gallery or not.
    pub kept: HashMap<Hash, Arc<Shot>>,
    /// The next image's number.
    pub next: u32,
}

/// How the engine is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The worker is loading.
    Waking,
    /// It is starting: a step.
    Starting(Stage),
    /// Images may come.
    Ready,
    /// It can't work: why, and what helps.
    Failed(String),
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Progress {
    /// The present or last run.
    pub run: Run,
    /// Images that wait or are computed.
    pub open: usize,
    /// Images with the engine.
    pub in_flight: usize,
    /// A person pressed stop.
    pub stopped: bool,
    /// Seconds without a word from an engine that should speak; 0 while all is well.
    pub silent: u32,
}

impl Progress {
    /// Whether the engine works.
    pub fn busy(&self) -> bool {
        self.in_flight > 0 || (self.open > 0 && !self.stopped)
    }
}

/// A file that is not in the gallery, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A number of its own.
    pub key: u32,
    /// The file's name.
    pub name: String,
    /// A sentence.
    pub reason: String,
}

/// What can be undone.
#[derive(Clone)]
pub enum Undo {
    /// Images were removed from these places.
    Removed(Vec<(usize, Photo)>),
    /// An image had another label.
    Labelled(Photo, String),
}

impl Undo {
    /// What a button says.
    pub fn describe(&self) -> String {
        match self {
            Self::Removed(photos) if photos.len() == 1 => format!("Bring back {}", photos[0].1.name),
            Self::Removed(photos) => format!("Bring back {} images", photos.len()),
            Self::Labelled(photo, _) => format!("Give {} its old label", photo.name),
        }
    }
}

impl Page {
    /// The state at the start, as the address wants it.
    pub fn new(options: Options) -> Self {
        let photos = RwSignal::new(Vec::new());
        let (revision, generation) = (RwSignal::new(0), RwSignal::new(0));
        let query = RwSignal::new(None);
        let (k, weights, centred) =
            (RwSignal::new(options.k), RwSignal::new(options.weights), RwSignal::new(options.centred));
        Self {
            photos,
            revision,
            generation,
            query,
            active: RwSignal::new(None),
            hovered: RwSignal::new(None),
            k,
            weights,
            centred,
            wish: RwSignal::new(options.device),
            method: RwSignal::new(options.method),
            ranking: Ranking::new(photos, revision, generation, query, weights, k, centred),
            phase: RwSignal::new(Phase::Waking),
            device: RwSignal::new(None),
            device_reason: RwSignal::new(String::new()),
            model: RwSignal::new(None),
            timings: RwSignal::new(None),
            progress: RwSignal::new(Progress::default()),
            news: RwSignal::new(String::new()),
            problems: RwSignal::new(Vec::new()),
            duplicates: RwSignal::new(Vec::new()),
            notices: RwSignal::new(Vec::new()),
            undo: RwSignal::new(Vec::new()),
            sample_wanted: RwSignal::new(false),
            studio: Studio::default(),
            back: StoredValue::new_local(Back::default()),
        }
    }

    /// What the address should say.
    pub fn options(&self) -> Options {
        Options {
            k: self.k.get(),
            weights: self.weights.get(),
            centred: self.centred.get(),
            device: self.wish.get(),
            method: self.method.get(),
        }
    }

    /// Says that features came, went or changed.
    pub fn touch(&self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// Tells a person something; the same thing only once.
    pub fn notify(&self, notice: String) {
        self.notices.update(|notices| {
            if !notices.contains(&notice) {
                notices.push(notice);
            }
        });
    }

    /// All labels in the gallery, each once, in order.
    pub fn labels(&self) -> BTreeSet<String> {
        let mut labels: BTreeSet<String> =
            self.photos.with(|photos| photos.iter().map(|photo| photo.label.get()).collect());
        labels.remove("");
        labels
    }
}
