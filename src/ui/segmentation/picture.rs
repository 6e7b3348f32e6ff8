//! A photo on the bench: its address for the browser, what the engine said of it, what is painted on it.

use std::sync::Arc;

use leptos::prelude::*;

use super::sheet::Sheet;
use crate::segmentation::Mask;
use crate::ui::photo::BlobUrl;

/// A photo to paint on, or to be asked about.
#[derive(Clone)]
pub struct Picture {
    /// Its number, on this page and towards the engine.
    pub id: u32,
    /// The file's name.
    pub name: String,
    /// Where the browser finds it.
    pub url: Arc<BlobUrl>,
    /// What the engine said, once it has.
    pub opened: ArcRwSignal<Option<Opened>>,
    /// What is painted.
    pub sheet: ArcRwSignal<Sheet>,
    /// Its true labels, where they are known.
    pub truth: ArcRwSignal<Option<Arc<Mask>>>,
    /// Why the engine can't use it: a sentence.
    pub failure: ArcRwSignal<Option<String>>,
    /// Why its last mask was not taken: a sentence.
    pub refusal: ArcRwSignal<Option<String>>,
}

/// What the engine said of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Size of its maps and of what is painted on it.
    pub size: (u32, u32),
    /// Patches a side.
    pub grid: usize,
}

impl Picture {
    /// A photo that the engine has not seen.
    pub fn new(id: u32, name: String, url: BlobUrl) -> Self {
        Self {
            id,
            name,
            url: Arc::new(url),
            opened: ArcRwSignal::new(None),
            sheet: ArcRwSignal::new(Sheet::default()),
            truth: ArcRwSignal::new(None),
            failure: ArcRwSignal::new(None),
            refusal: ArcRwSignal::new(None),
        }
    }

    /// Whether anything is painted on it, without watching for a change.
    pub fn is_labelled(&self) -> bool {
        self.sheet.with_untracked(Sheet::is_labelled)
    }
}
