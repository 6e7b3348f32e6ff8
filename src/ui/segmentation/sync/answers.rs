//! Handles the engine's answers.

use leptos::prelude::*;

use super::engine_sync::EngineSync;
use super::known::{Crash, Known};
use super::shown::Wanted;
use super::step::Step;
use crate::engine::protocol::{Answer, Maps, Opened};
use crate::segmentation::RawMask;

impl EngineSync {
    /// Handles the answer to a step that was sent to a worker, or that worker's crash.
    pub(super) fn take_in(self, worker: u32, step: Step, answer: Result<Answer, Crash>) {
        if !self.known.with_untracked(|known| known.is_of(worker)) {
            return;
        }
        let answer = match answer {
            Ok(answer) => answer,
            Err(crash) => return self.broke_down(&step, crash),
        };
        if let Step::Maps(_) = step {
            self.known.update(|known| known.propagated(matches!(answer, Answer::Maps(_))));
        }
        match (step, answer) {
            (Step::Open { id, side }, Answer::Opened(opened)) => self.opened(id, side, opened),
            (Step::Open { id, .. }, Answer::Refused(reason)) => {
                self.known.update(|known| known.refused(id));
                self.photo_refused(id, reason);
            }
            (Step::ReadMask { id, number }, Answer::MaskRead(raw)) => self.mask_read(id, number, &raw),
            (Step::ReadMask { id, number }, Answer::Refused(reason)) => {
                self.known.update(Known::file_refused);
                self.mask_refused(id, number, reason);
            }
            (Step::Maps(wanted), Answer::Maps(maps)) => self.mapped(wanted, *maps),
            (_, Answer::Refused(reason)) => self.state.problem.set(Some(reason)),
            _ => {}
        }
    }

    fn opened(self, id: u32, side: Option<usize>, opened: Opened) {
        if let Some(photo) = self.state.find(id) {
            photo.was_opened(opened);
        }
        self.known.update(|known| known.opened(id, side));
    }

    fn mask_read(self, id: u32, number: u32, raw: &RawMask) {
        let Some(photo) = self.state.find(id) else { return };
        let Some(came_along) = photo.mask_was_read(number) else { return };
        match self.state.take_mask(&photo, raw, came_along) {
            Ok(note) => photo.mask_note.set(Some(note)),
            Err(reason) => photo.mask_error.set(Some(reason)),
        }
    }

    fn photo_refused(self, id: u32, reason: String) {
        if let Some(photo) = self.state.find(id) {
            photo.open_error.set(Some(reason));
        }
    }

    fn mask_refused(self, id: u32, number: u32, reason: String) {
        if let Some(photo) = self.state.find(id)
            && photo.mask_was_read(number).is_some()
        {
            photo.mask_error.set(Some(reason));
        }
    }

    fn mapped(self, wanted: Wanted, maps: Maps) {
        let maps = self.state.number_maps(wanted.query, maps);
        self.kept.update_value(|kept| kept.keep(wanted.clone(), maps.clone()));
        // Another query may have been chosen meanwhile, earlier maps recalled, or every stroke erased.
        let is_query =
            self.state.query.with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.id == wanted.query));
        if is_query && self.known.with_untracked(|known| known.has_maps(&wanted)) {
            self.state.problem.set(None);
            self.state.maps.set(Some(maps));
        }
    }

    /// The worker crashed and everything in it is lost; the labels are kept here.
    fn broke_down(self, step: &Step, crash: Crash) {
        let edits = self.state.edits.get_untracked();
        if self.known.try_update(|known| known.broke_down(step, crash, edits)) == Some(true) {
            self.leave_out(step);
        }
        self.state.clear_similarity();
        if !self.known.with_untracked(|known| known.gave_up(edits)) {
            return;
        }
        self.state.problem.set(Some(
            "The engine crashed on these photos twice. Choose a smaller input side, or keep painting to try again."
                .into(),
        ));
        for photo in self.state.photos() {
            let unread = photo.mask_file.with_untracked(|mask| mask.file.is_some().then_some(mask.number));
            if let Some(number) = unread {
                self.mask_refused(
                    photo.id,
                    number,
                    "The engine crashed before it had read the mask. Load it again.".into(),
                );
            }
        }
    }

    /// Never sends the step's file again.
    fn leave_out(self, step: &Step) {
        let (&Step::Open { id, .. } | &Step::ReadMask { id, .. }) = step else { return };
        let Some(reason) = self.state.find(id).and_then(|photo| step.left_out(&photo.name)) else { return };
        match *step {
            Step::ReadMask { number, .. } => self.mask_refused(id, number, reason),
            _ => self.photo_refused(id, reason),
        }
    }
}
