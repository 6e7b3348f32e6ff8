//! What is shown of each image: one signal per image, so that a change touches only that image's elements.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use crate::gallery::{Gallery, Id};
use crate::ui::blob::BlobUrl;

/// Stands for a picture that is not here. It looks after light and dark itself.
const PLACEHOLDER: &[u8] = include_bytes!("placeholder.svg");

/// What is shown of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The file's name.
    pub name: String,
    /// Its label; empty if it has none.
    pub label: String,
    /// Width and height in pixels, once the file has been read.
    pub size: Option<(u32, u32)>,
    /// How far its features are, by the current settings.
    pub completeness: Completeness,
    /// Whether the browser decoded it, since the engine does not know its format.
    pub by_browser: bool,
    /// Whether its file is not here, and no small picture of it either: all else came from an archive.
    pub pictureless: bool,
    /// The thumbnail's address, once there is one: the browser's own, then the engine's; a placeholder's without a picture.
    pub thumbnail: Option<Arc<BlobUrl>>,
}

/// How far an image's features are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// It has none.
    Nothing,
    /// It has some parts, its embedding among them.
    Partial,
    /// It has all.
    Complete,
}

/// The images' signals.
#[derive(Default)]
pub struct Cards {
    signals: HashMap<Id, ArcRwSignal<Shown>>,
    by_browser: HashSet<Id>,
    /// What stands for every picture that is not here.
    placeholder: OnceCell<Arc<BlobUrl>>,
}

impl Cards {
    /// An image's signal.
    pub fn get(&self, id: Id) -> Option<ArcRwSignal<Shown>> {
        self.signals.get(&id).cloned()
    }

    /// Keeps signals for exactly `ids`; returns the images whose signals were removed.
    pub fn keep(&mut self, gallery: &Gallery, files: &HashMap<Id, File>, ids: impl Iterator<Item = Id>) -> HashSet<Id> {
        let mut gone: HashSet<Id> = self.signals.keys().copied().collect();
        for id in ids {
            if !gone.remove(&id)
                && let Some(shown) = self.shown(gallery, files, id, None)
            {
                self.signals.insert(id, ArcRwSignal::new(shown));
            }
        }
        self.signals.retain(|id, _| !gone.contains(id));
        gone
    }

    /// What changes for an image, to be set once the gallery is no longer borrowed.
    pub fn change(&self, gallery: &Gallery, files: &HashMap<Id, File>, id: Id) -> Option<(ArcRwSignal<Shown>, Shown)> {
        let signal = self.signals.get(&id)?;
        let before = signal.get_untracked();
        let now = self.shown(gallery, files, id, Some(&before))?;
        (now != before).then(|| (signal.clone(), now))
    }

    /// The browser decoded this image.
    pub fn by_browser(&mut self, id: Id) {
        self.by_browser.insert(id);
    }

    /// Whether the browser decoded this image.
    pub fn is_by_browser(&self, id: Id) -> bool {
        self.by_browser.contains(&id)
    }

    /// Every image that has a signal.
    pub fn ids(&self) -> Vec<Id> {
        self.signals.keys().copied().collect()
    }

    fn shown(&self, gallery: &Gallery, files: &HashMap<Id, File>, id: Id, before: Option<&Shown>) -> Option<Shown> {
        let entry = gallery.get(id)?;
        let content = entry.content.as_ref();
        let small = content.filter(|content| !content.thumbnail.is_empty());
        let pictureless = content.is_some() && small.is_none() && !files.contains_key(&id);
        // Before the content is known, the browser's own thumbnail; the content's once, since it never changes.
        let kept = before.filter(|before| (before.size.is_some() || content.is_none()) && !before.pictureless);
        let thumbnail = if pictureless {
            Some(self.placeholder.get_or_init(|| Arc::new(BlobUrl::new(PLACEHOLDER, "image/svg+xml"))).clone())
        } else {
            let kept = kept.and_then(|before| before.thumbnail.clone());
            kept.or_else(|| Some(Arc::new(BlobUrl::new(&small?.thumbnail, "image/jpeg"))))
        };
        Some(Shown {
            name: entry.name.clone(),
            label: entry.label.clone().unwrap_or_default(),
            size: content.map(|content| content.size),
            completeness: match (gallery.features(id), gallery.origin()) {
                (Some(features), Some(origin)) if features.has(&origin.settings.parts()) => Completeness::Complete,
                (Some(_), _) => Completeness::Partial,
                (None, _) => Completeness::Nothing,
            },
            by_browser: self.by_browser.contains(&id),
            pictureless,
            thumbnail,
        })
    }
}
