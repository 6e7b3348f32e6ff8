//! Requests that the user makes directly: they are repeated if the engine crashes.

use leptos::prelude::*;

use super::engine_sync::EngineSync;
use super::known::Crash;
use crate::engine::protocol::{Answer, SegmentRequest};
use crate::segmentation::Mask;

/// How often a request is sent before it is given up.
const ATTEMPTS: u32 = 3;

impl EngineSync {
    /// Requests the drawn scenes, and shows them.
    pub fn load_scenes(self) {
        if self.drawing.get_untracked() {
            return;
        }
        self.drawing.set(true);
        self.state.problem.set(None);
        self.insist(SegmentRequest::Scenes { seed: 0 }, ATTEMPTS, move |answer| {
            self.drawing.set(false);
            match answer {
                Ok(Answer::Scenes { classes, scenes }) => self.state.show_scenes(&classes, scenes),
                Ok(Answer::Refused(reason)) => self.state.problem.set(Some(reason)),
                _ => self.state.problem.set(Some(
                    "The engine crashed each time the scenes were requested. Reload the page and try again.".into(),
                )),
            }
        });
    }

    /// Requests labels as an indexed PNG in the classes' colours; `save` gets the file.
    pub fn write_mask(self, mask: Mask, save: impl FnOnce(&[u8]) + 'static) {
        let palette = untrack(|| self.state.palette()).to_vec();
        self.insist(SegmentRequest::WriteMask { mask, palette }, ATTEMPTS, move |answer| match answer {
            Ok(Answer::MaskWritten(bytes)) => save(&bytes),
            Ok(Answer::Refused(reason)) => self.state.problem.set(Some(reason)),
            _ => self.state.problem.set(Some(
                "The engine crashed each time it tried to write the file. Reload the page and save it again.".into(),
            )),
        });
    }

    /// Sends a request up to `attempts` times, as long as the engine crashes.
    fn insist(self, request: SegmentRequest, attempts: u32, done: impl FnOnce(Result<Answer, Crash>) + 'static) {
        // Boxed, since otherwise each attempt would wrap the type of the last one's function.
        self.attempt(request, attempts, Box::new(done));
    }

    fn attempt(self, request: SegmentRequest, attempts: u32, done: Box<dyn FnOnce(Result<Answer, Crash>)>) {
        self.ask(request.clone(), None, move |answer| {
            if answer.is_err() && attempts > 1 {
                self.attempt(request, attempts - 1, done);
            } else {
                done(answer);
            }
        });
    }
}
