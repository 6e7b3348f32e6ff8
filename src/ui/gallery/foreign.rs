//! Pictures in formats that the browser knows and the engine does not: the browser decodes them, and the engine gets a PNG.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::GalleryState;
use super::files::Found;
use super::kind::Kind;
use super::picture;
use crate::engine::protocol::Answer;
use crate::gallery::Id;

impl GalleryState {
    /// Sets aside what is no picture, as far as names and media types tell.
    pub(super) fn pictures(&self, found: Vec<Found>) -> Vec<Found> {
        let is_picture = |found: &Found| Kind::of(&found.name, &found.file.type_()) != Kind::Other;
        let (pictures, others): (Vec<_>, Vec<_>) = found.into_iter().partition(is_picture);
        if !others.is_empty() {
            self.strangers.update(|all| all.extend(others.into_iter().map(|found| found.name)));
        }
        pictures
    }

    /// What an image's file is.
    pub(super) fn kind(&self, id: Id) -> Option<Kind> {
        self.store(|store| store.files.get(&id).map(|file| Kind::of(&file.name(), &file.type_())))
    }

    /// The engine refused an image for a reason: the browser may know its format. They are decoded one after the other.
    pub(super) fn leave_to_browser(&self, id: Id, reason: String) {
        let idle = self.store(|store| {
            let idle = store.decoding.is_empty();
            if !store.decoding.iter().any(|(other, _)| *other == id) {
                store.decoding.push_back((id, reason));
            }
            idle
        });
        if idle {
            spawn_local(self.decode_all());
        }
    }

    async fn decode_all(self) {
        while let Some((id, file, reason)) = self.store(|store| {
            let (id, reason) = store.decoding.front()?;
            Some((*id, store.files.get(id).cloned(), reason.clone()))
        }) {
            let made = match file {
                Some(file) => picture::png(&file).await.map_err(|limit| limit.unwrap_or(reason)),
                None => Err(reason),
            };
            self.store(|store| store.decoding.pop_front());
            match made {
                Ok(png) => self.decoded(id, png),
                Err(reason) => {
                    self.take(id, Answer::Refused(reason));
                }
            }
        }
    }

    fn decoded(&self, id: Id, png: File) {
        self.store(|store| {
            store.files.insert(id, png);
            store.cards.by_browser(id);
        });
        self.file_changed([id]);
        if let Some(shown) = self.shown(id) {
            shown.update(|shown| shown.by_browser = true);
        }
        self.link.enqueue([id]);
        if self.query.get_untracked() == Some(id) {
            self.link.overtake(id);
        }
    }
}
