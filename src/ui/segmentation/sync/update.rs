//! Sends the engine what it lacks, whenever something changes on either side.

use leptos::prelude::*;
use web_sys::File;

use super::engine_sync::EngineSync;
use super::known::Known;
use super::plan::plan;
use super::shown::Wanted;
use super::snapshot::shown;
use super::step::Step;
use crate::engine::protocol::SegmentRequest;
use crate::ui::segmentation::paint::LabelLayer;
use crate::ui::segmentation::state::SegmentationState;

impl EngineSync {
    /// Keeps the engine in sync from now on, as long as the current owner lives.
    pub fn start(state: SegmentationState) -> Self {
        let sync = Self::new(state);
        Effect::new(move |_| sync.update());
        sync
    }

    /// Compares what is shown with what the worker has, and sends the difference. Runs again when one of them changes.
    fn update(self) {
        let (shown, link) = (shown(self.state), self.state.link);
        let worker = link.worker.get();
        self.known.track();
        match shown.wanted() {
            None => self.drop_maps(),
            Some(wanted) => self.recall(wanted),
        }
        // If no engine is ready, `session` changes when one is.
        if self.state.pausing.get() || !link.is_ready() {
            return;
        }
        if self.known.with_untracked(|known| !known.is_of(worker)) {
            self.known.update(|known| known.start(worker));
        }
        let steps = self.known.with_untracked(|known| plan(&shown, known));
        if steps.is_empty() {
            return;
        }
        self.known.update(|known| steps.iter().for_each(|step| known.sent(step)));
        for step in steps {
            if let Some((request, file)) = self.request(&step) {
                self.ask(request, file, move |answer| self.take_in(worker, step, answer));
            }
        }
    }

    /// Shows maps that were computed earlier and are wanted again.
    fn recall(self, wanted: Wanted) {
        if self.known.with_untracked(|known| known.has_maps(&wanted)) {
            return;
        }
        if let Some(maps) = self.kept.try_update_value(|kept| kept.recall(&wanted)).flatten() {
            self.state.problem.set(None);
            self.state.maps.set(Some(maps));
            self.known.update(|known| known.recalled(wanted));
        }
    }

    fn drop_maps(self) {
        if self.known.with_untracked(Known::wants_maps) {
            self.known.update(Known::drop_maps);
        }
        if self.state.maps.with_untracked(Option::is_some) {
            self.state.maps.set(None);
        }
    }

    /// The request for a step, with the file that accompanies it. None if its photo is gone.
    fn request(self, step: &Step) -> Option<(SegmentRequest, Option<File>)> {
        let bytes = Vec::new;
        Some(match step {
            &Step::Forget(id) => (SegmentRequest::Forget { id }, None),
            &Step::Open { id, side } => {
                (SegmentRequest::Open { id, bytes: bytes(), side }, Some(self.state.find(id)?.file))
            }
            &Step::ReadMask { id, .. } => {
                let file = self.state.find(id)?.mask_file.with_untracked(|mask| mask.file.clone())?;
                (SegmentRequest::ReadMask { id, bytes: bytes() }, Some(file))
            }
            Step::Support(ids) => (SegmentRequest::Support { ids: ids.clone() }, None),
            &Step::Labels { id, .. } => {
                let mask = self.state.find(id)?.layer.with_untracked(LabelLayer::committed);
                (SegmentRequest::Paint { id, mask }, None)
            }
            Step::Truth { id, mask } => (SegmentRequest::Truth { id: *id, mask: mask.as_deref().cloned() }, None),
            Step::Maps(wanted) => {
                (SegmentRequest::Propagate { id: wanted.query, settings: wanted.propagation.clone() }, None)
            }
        })
    }
}
