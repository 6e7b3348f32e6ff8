//! The handle that keeps the engine in sync with the tab.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::File;

use super::kept::Kept;
use super::known::{Crash, Known};
use crate::engine::protocol::{Answer, Progress, Request, SegmentRequest};
use crate::ui::link::Reply;
use crate::ui::segmentation::state::{QueryMaps, SegmentationState};

/// Keeps the engine in sync with the tab.
#[derive(Clone, Copy)]
pub struct EngineSync {
    /// What is shown.
    pub state: SegmentationState,
    /// What the current worker has.
    pub known: RwSignal<Known>,
    /// The slow step that is under way.
    pub progress: RwSignal<Option<Progress>>,
    /// Whether the drawn scenes have been requested and not arrived yet.
    pub drawing: RwSignal<bool>,
    /// The latest maps.
    pub(super) kept: StoredValue<Kept<Arc<QueryMaps>>>,
    /// Requests without an answer.
    pending: RwSignal<usize>,
    /// Whether a patch's similarities have been requested and not arrived yet.
    pub(super) comparing: StoredValue<bool>,
}

impl EngineSync {
    pub(super) fn new(state: SegmentationState) -> Self {
        Self {
            state,
            known: RwSignal::new(Known::default()),
            progress: RwSignal::new(None),
            drawing: RwSignal::new(false),
            kept: StoredValue::new(Kept::default()),
            pending: RwSignal::new(0),
            comparing: StoredValue::new(false),
        }
    }

    /// Whether something is still to be sent or answered.
    pub fn is_busy(&self) -> bool {
        self.state.pausing.get() || self.pending.get() > 0
    }

    /// Sends a request; `done` gets its answer, if the engine does not crash.
    pub(super) fn ask(
        self,
        request: SegmentRequest,
        file: Option<File>,
        done: impl FnOnce(Result<Answer, Crash>) + 'static,
    ) {
        let mut done = Some(done);
        self.pending.update(|pending| *pending += 1);
        self.state.link.ask(Request::Segment(request), file, move |reply| {
            let answer = match reply {
                Reply::Progress(progress) => {
                    self.progress.set(Some(progress));
                    return;
                }
                Reply::Answer(answer) => Ok(answer),
                Reply::Lost { blame } => Err(Crash { blame }),
            };
            if let Some(done) = done.take() {
                self.progress.set(None);
                self.pending.update(|pending| *pending -= 1);
                done(answer);
            }
        });
    }
}
