//! The sample set as it stands there when the page opens: with features that were computed beforehand, so that the first
//! ranking needs no engine. It makes way for a person's own images.

use std::collections::HashMap;

use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use super::GalleryState;
use super::edits::{PORTION, breathe};
use super::files::Found;
use crate::engine::protocol::{Answer, Request, SampleFile};
use crate::gallery::Id;
use crate::gallery::snapshot::Snapshot;
use crate::ui::link::Reply;

/// Made by `mycoscope sample --snapshot`.
const ADDRESS: &str = "./models/vit-ti8-64/sample.snapshot";

impl GalleryState {
    /// Shows the sample set, unless images came first. Without its file the page starts empty.
    pub async fn show_samples(self) {
        let Some(Snapshot { origin, images }) = fetched().await.and_then(|bytes| Snapshot::from_bytes(&bytes).ok())
        else {
            return;
        };
        let mut images = images.into_iter();
        while images.len() > 0 {
            // Moved, not copied: with thousands, a second copy would stay in the page's memory for good.
            let portion = Snapshot { origin: origin.clone(), images: images.by_ref().take(PORTION).collect() };
            let is_first = self.standing.with_untracked(Vec::is_empty);
            let ids = self.store(|store| {
                let is_taken = is_first && (!store.gallery.is_empty() || store.outside.is_some());
                (!is_taken).then(|| store.gallery.open(portion))
            });
            let Some(ids) = ids else { return };
            self.refresh();
            if self.query.get_untracked().is_none() {
                self.query.set(ids.first().copied());
            }
            self.standing.update(|standing| standing.extend(ids));
            breathe().await;
        }
        self.draw_standing();
    }

    /// A person's own images come: the sample set leaves; this can be undone.
    pub(super) fn make_way(&self) {
        if self.standing.with_untracked(Vec::is_empty) {
            return;
        }
        let mut standing = Vec::new();
        self.standing.update(|ids| standing = std::mem::take(ids));
        if self.store(|store| store.gallery.remove(&standing)) > 0 {
            self.messages.tell("The sample set made way for your images; Undo brings it back.");
        }
    }

    /// Has the pictures drawn: other settings, other models and Segmentation need their files.
    pub(super) fn draw_standing(self) {
        self.link.ask(Request::Sample { seed: 0 }, None, move |reply| match reply {
            Reply::Answer(Answer::Sample(files)) => self.take_drawn(files),
            Reply::Lost { .. } => self.draw_standing(),
            _ => {}
        });
    }

    fn take_drawn(&self, files: Vec<SampleFile>) {
        let drawn: HashMap<String, Found> =
            files.into_iter().filter_map(Found::drawn).map(|found| (found.name.clone(), found)).collect();
        let (all, drawn): (Vec<Id>, Vec<Id>) = self.store(|store| {
            let removed = store.gallery.last_edit().into_iter().flat_map(|edit| edit.removed());
            let all = store.gallery.entries().iter().chain(removed.map(|(_, entry)| entry));
            let files = all.filter(|entry| !store.files.contains_key(&entry.id));
            let files: Vec<_> =
                files.filter_map(|entry| Some((entry.id, drawn.get(&entry.name)?.file.clone()))).collect();
            let drawn = files.iter().map(|(id, _)| *id).collect();
            store.files.extend(files);
            (store.gallery.ids().collect(), drawn)
        });
        self.file_changed(drawn);
        self.link.enqueue(all);
    }
}

async fn fetched() -> Option<Vec<u8>> {
    let response: Response = JsFuture::from(window().fetch_with_str(ADDRESS)).await.ok()?.dyn_into().ok()?;
    let buffer = JsFuture::from(response.ok().then(|| response.array_buffer())?.ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}
