//! Thumbnails by the browser's own decoder: a person sees at once what was dropped.

use std::collections::BTreeSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{GalleryState, picture};
use crate::gallery::Id;
use crate::ui::blob::BlobUrl;

/// Width in pixels.
const WIDTH: u32 = 192;

impl GalleryState {
    /// Has thumbnails made of the query and of what is on screen.
    pub(super) fn preview(&self, query: Option<Id>, on_screen: &BTreeSet<Id>) {
        let wanted = query.into_iter().chain(on_screen.iter().copied()).collect();
        self.store(|store| store.previews.want(wanted));
        self.preview_next();
    }

    pub(super) fn preview_next(&self) {
        let gallery = *self;
        let lacks = |id| gallery.shown(id).is_some_and(|shown| shown.with_untracked(|shown| shown.thumbnail.is_none()));
        // Without its file there is nothing to decode; the file may come later.
        let wanted: Vec<Id> = gallery
            .store(|store| store.previews.wanted().iter().copied().filter(|id| store.files.contains_key(id)).collect());
        let lacking: BTreeSet<Id> = wanted.into_iter().filter(|&id| lacks(id)).collect();
        while let Some((id, file)) = self.store(|store| {
            let id = store.previews.next(|id| lacking.contains(&id))?;
            Some((id, store.files.get(&id).cloned()))
        }) {
            spawn_local(async move {
                let made = match file {
                    Some(file) => picture::small(&file, WIDTH).await,
                    None => None,
                };
                gallery.store(|store| store.previews.ended());
                if let (Some(blob), Some(shown)) = (made, gallery.shown(id)) {
                    // The engine's own may have come meanwhile.
                    if shown.with_untracked(|shown| shown.thumbnail.is_none()) {
                        shown.update(|shown| shown.thumbnail = Some(Arc::new(BlobUrl::of(&blob))));
                    }
                }
                gallery.preview_next();
            });
        }
    }
}
