//! Similarities of all patches to the one under the pointer. One request at a time: a pointer moves faster than answers
//! come.

use std::sync::Arc;

use leptos::prelude::*;

use super::engine_sync::EngineSync;
use crate::engine::protocol::{Answer, SegmentRequest};
use crate::ui::segmentation::state::SimilarityMap;

impl EngineSync {
    /// Shows the similarities of all patches to this one of a photo.
    pub fn point_at(self, photo: u32, patch: usize) {
        if self.state.pointed.get_untracked() != Some((photo, patch)) {
            self.state.pointed.set(Some((photo, patch)));
            self.compare();
        }
    }

    /// Requests the similarities of the patch under the pointer, unless an answer is still to come or the photo is not
    /// open.
    fn compare(self) {
        let state = self.state;
        let Some((id, patch)) = state.pointed.get_untracked() else { return };
        let is_shown = state.similarity.with_untracked(|map| map.as_ref().is_some_and(|map| map.patch == (id, patch)));
        let is_ready = state.link.is_ready() && self.known.with_untracked(|known| known.is_open(id));
        if is_shown || !is_ready || self.comparing.get_value() {
            return;
        }
        self.comparing.set_value(true);
        let with = state.photos().iter().map(|photo| photo.id).collect();
        self.ask(SegmentRequest::Resemblance { id, patch, with }, None, move |answer| {
            self.comparing.set_value(false);
            match answer {
                Ok(Answer::Resemblance(answer)) => {
                    if state.pointed.with_untracked(Option::is_some) {
                        state.similarity.set(Some(Arc::new(SimilarityMap::new((id, patch), answer))));
                    }
                    // The pointer may have moved on.
                    self.compare();
                }
                _ => state.clear_similarity(),
            }
        });
    }
}
