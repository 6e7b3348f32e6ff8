//! Choosing the photos to paint on and the photo to map, and how maps are made.

use leptos::prelude::*;
use web_sys::File;

use super::map_settings::Vote;
use super::signals::{Chosen, SegmentationState};
use super::tab_photo::TabPhoto;
use crate::ui::segmentation::paint::{Change, Edit};

/// Former queries that are remembered, with their true labels: as many as there are maps that may be kept of them.
const FORMER: usize = 7;

impl SegmentationState {
    /// Adds an image of the gallery to the support.
    pub fn add_support(&self, chosen: Chosen) {
        let id = chosen.id;
        if untrack(|| self.is_support(id)) {
            return;
        }
        let photo = self.take(chosen);
        // The true labels of the former query become labels to learn from.
        let truth = photo.truth.get_untracked().filter(|_| !photo.is_labelled());
        let labels = truth.and_then(|truth| photo.layer.try_update(|layer| layer.load(&truth)).flatten());
        let before = self.support.get_untracked();
        self.support.update(|support| support.push(photo.clone()));
        self.record(Edit {
            support: Some(Change { before, after: self.support.get_untracked() }),
            labels: labels.map(|change| (photo.clone(), change)).into_iter().collect(),
            ..Edit::new(format!("adding {}", photo.name))
        });
        self.edited();
    }

    /// Makes an image of the gallery the query.
    pub fn query_chosen(&self, chosen: Chosen) {
        let photo = self.take(chosen);
        self.set_query(Some(photo));
    }

    /// Makes a photo the query, or clears it.
    pub fn set_query(&self, photo: Option<TabPhoto>) {
        self.clear_similarity();
        let before = self.query.get_untracked();
        self.former.update(|all| {
            all.extend(before);
            let again = |id: u32| photo.as_ref().is_some_and(|photo| photo.id == id);
            all.retain(|former| !again(former.id));
            if all.len() > FORMER {
                all.remove(0);
            }
        });
        self.query.set(photo);
        self.edited();
    }

    /// A photo for an image of the gallery: the one in the tab already, or else a new one.
    fn take(&self, chosen: Chosen) -> TabPhoto {
        self.find(chosen.id).unwrap_or_else(|| TabPhoto::new(chosen.id, chosen.name, chosen.file, chosen.mask))
    }

    /// Sets a mask file to be read: labels of a support photo, or the query's true labels.
    pub fn load_mask(&self, photo: &TabPhoto, file: File) {
        photo.load_mask(file);
        self.edited();
    }

    /// Sets which neighbours vote.
    pub fn set_vote(&self, vote: Vote) {
        self.settings.update(|settings| settings.vote = vote);
        self.edited();
    }

    /// Sets the side that photos are resized to: all are opened again.
    pub fn set_side(&self, side: Option<usize>) {
        if self.settings.with_untracked(|settings| settings.side) != side {
            self.photos().iter().for_each(|photo| photo.open_error.set(None));
            self.clear_similarity();
            self.settings.update(|settings| settings.side = side);
            self.edited();
        }
    }
}
