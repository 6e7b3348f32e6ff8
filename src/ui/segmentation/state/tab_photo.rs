//! A photo of the tab: its file, the engine's answer about it, its labels.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use crate::engine::protocol::{Opened, map_size};
use crate::segmentation::Mask;
use crate::ui::blob::BlobUrl;
use crate::ui::segmentation::paint::LabelLayer;

/// A photo of the support, or the query.
#[derive(Clone)]
pub struct TabPhoto {
    /// Its number, on this page and for the engine.
    pub id: u32,
    /// The file's name.
    pub name: String,
    /// Its file, which every new engine needs.
    pub file: File,
    /// Its URL in the browser.
    pub url: Arc<BlobUrl>,
    /// The size of its labels and maps, as soon as the browser or the engine has read it: it can be painted on from then
    /// on.
    pub size: ArcRwSignal<Option<(u32, u32)>>,
    /// The engine's answer, once it has opened the photo.
    pub opened: ArcRwSignal<Option<Opened>>,
    /// Its painted labels.
    pub layer: ArcRwSignal<LabelLayer>,
    /// Its true labels, if known.
    pub truth: ArcRwSignal<Option<Arc<Mask>>>,
    /// The mask file to be read.
    pub mask_file: ArcRwSignal<MaskFile>,
    /// Why the engine can't use the photo, as a sentence.
    pub open_error: ArcRwSignal<Option<String>>,
    /// Why its last mask was rejected, as a sentence.
    pub mask_error: ArcRwSignal<Option<String>>,
    /// How its last mask was read: a sentence or two.
    pub mask_note: ArcRwSignal<Option<String>>,
}

/// A mask file to be read, if there is one.
#[derive(Clone, Default)]
pub struct MaskFile {
    /// Counts the photo's mask files, to tell them apart.
    pub number: u32,
    /// The file, until it has been read.
    pub file: Option<File>,
    /// Whether it came with the photo: then its labels are the true ones, whatever else they are used for.
    pub came_along: bool,
}

impl TabPhoto {
    /// A photo that the engine has not opened, with the mask that came with it.
    pub fn new(id: u32, name: String, file: File, mask: Option<File>) -> Self {
        let mask_file = MaskFile { number: 1, file: mask, came_along: true };
        Self {
            id,
            name,
            url: Arc::new(BlobUrl::of(&file)),
            file,
            size: ArcRwSignal::new(None),
            opened: ArcRwSignal::new(None),
            layer: ArcRwSignal::new(LabelLayer::default()),
            truth: ArcRwSignal::new(None),
            mask_file: ArcRwSignal::new(mask_file),
            open_error: ArcRwSignal::new(None),
            mask_error: ArcRwSignal::new(None),
            mask_note: ArcRwSignal::new(None),
        }
    }

    /// The browser shows it: `own` is its size, upright, in pixels. The engine may take long to say the same.
    pub fn seen(&self, own: (u32, u32)) {
        if self.opened.with_untracked(Option::is_none) && own.0 > 0 && own.1 > 0 {
            self.fit(map_size(own));
        }
    }

    /// The engine has opened it.
    pub fn was_opened(&self, opened: Opened) {
        self.fit(opened.size);
        self.opened.set(Some(opened));
    }

    fn fit(&self, size: (u32, u32)) {
        self.size.set(Some(size));
        if self.layer.with_untracked(LabelLayer::size) != size {
            self.layer.update(|layer| layer.fit(size));
        }
    }

    /// Whether anything is painted on it, without tracking changes.
    pub fn is_labelled(&self) -> bool {
        self.layer.with_untracked(LabelLayer::is_labelled)
    }

    /// Replaces the mask file.
    pub fn load_mask(&self, file: File) {
        self.mask_error.set(None);
        self.mask_note.set(None);
        self.mask_file.update(|mask| {
            *mask = MaskFile { number: mask.number + 1, file: Some(file), came_along: false };
        });
    }

    /// The mask file with that number was read or refused. Returns whether it came with the photo; none if it has been
    /// replaced meanwhile.
    pub fn mask_was_read(&self, number: u32) -> Option<bool> {
        let present = self.mask_file.with_untracked(|mask| mask.number == number && mask.file.is_some());
        present.then(|| {
            self.mask_file.update(|mask| mask.file = None);
            self.mask_file.with_untracked(|mask| mask.came_along)
        })
    }
}
