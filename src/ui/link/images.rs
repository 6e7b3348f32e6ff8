//! Images for the engine: what is sent to it, and when.

use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::File;

use super::queue::Run;
use super::requests::Asked;
use super::worker::now;
use super::{Link, Reply};
use crate::engine::protocol::{Answer, ModelInfo, Request};
use crate::fungi::Settings;
use crate::gallery::{Hash, Id};

/// Who owns the images.
pub trait ImageSource {
    /// The file of an image.
    fn file(&self, id: Id) -> Option<File>;

    /// An engine has answered for an image, or it is left out because engines break down over it.
    fn answered(&self, id: Id, answer: Answer);

    /// An engine is ready, with this model and these settings. Gives the contents that it need not compute.
    fn ready(&self, model: &ModelInfo, settings: &Settings) -> Vec<Hash>;
}

/// How far the images are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct QueueState {
    /// The present or last run.
    pub run: Run,
    /// Images that wait or are with the engine.
    pub open: usize,
    /// Images with the engine.
    pub in_flight: usize,
    /// Whether a person has stopped the work.
    pub stopped: bool,
    /// Seconds without a word from an engine that owes one; 0 while all is well.
    pub silent: u32,
}

impl QueueState {
    /// Whether the engine works on images.
    pub fn is_busy(&self) -> bool {
        self.in_flight > 0 || (self.open > 0 && !self.stopped)
    }
}

impl Link {
    /// Has images computed after those that wait; work that was stopped goes on.
    pub fn enqueue(&self, ids: impl IntoIterator<Item = Id>) {
        self.core(|core| core.queue.add(ids));
        self.resume();
    }

    /// Has an image computed before all others.
    pub fn enqueue_first(&self, id: Id) {
        self.core(|core| core.queue.add_first(id));
        self.resume();
    }

    /// Forgets the images that wait, and has these computed instead.
    pub fn requeue(&self, ids: impl IntoIterator<Item = Id>) {
        self.core(|core| core.queue.replace(ids));
        self.go_on();
    }

    /// Forgets images that were removed.
    pub fn cancel(&self, ids: &HashSet<Id>) {
        self.core(|core| core.queue.cancel(ids));
        self.report();
    }

    /// The images that wait, in order.
    pub fn waiting_images(&self) -> Vec<Id> {
        self.core(|core| core.queue.waiting().collect())
    }

    /// Lets images wait until a person says otherwise.
    pub fn stop(&self) {
        self.core(|core| {
            core.stopped = true;
            core.worker.post(Asked::Stop, Request::Stop, None);
        });
        self.report();
    }

    /// Sends what waits.
    pub fn resume(&self) {
        self.core(|core| core.stopped = false);
        self.go_on();
    }

    /// Sends whatever can be sent now: first what persons wait for, then images.
    pub(super) fn go_on(&self) {
        let failed = self.core(|core| {
            if !core.worker.ready || !core.worker.requests.is_waiting() {
                return Vec::new();
            }
            if core.queue.in_flight() > 1 {
                // The images that the engine has not begun come back, and wait for the person.
                core.worker.post(Asked::Stop, Request::Stop, None);
            }
            core.worker.post_waiting()
        });
        failed.iter().for_each(|hearer| (hearer.borrow_mut())(Reply::Lost));
        while let Some(id) = self.next_image() {
            self.send_image(id);
        }
        self.report();
    }

    fn next_image(&self) -> Option<Id> {
        self.core(|core| {
            let held = core.stopped || !core.worker.ready || core.worker.requests.of_persons() > 0;
            if held { None } else { core.queue.send(now()) }
        })
    }

    fn send_image(&self, id: Id) {
        let Some(source) = self.source() else { return };
        let file = source.file(id);
        let request = Request::Embed { bytes: Vec::new() };
        let sent = file.is_some() && self.core(|core| core.worker.post(Asked::Image(id), request, file.as_ref()));
        if !sent {
            self.core(|core| core.queue.answered(id, false, now()));
            source.answered(id, Answer::Refused("The browser no longer has this file. Add it again.".into()));
        }
    }

    pub(super) fn source(&self) -> Option<Rc<dyn ImageSource>> {
        self.core(|core| core.source.clone())
    }

    /// Brings what is shown up to date.
    pub(super) fn report(&self) {
        let silent = self.queue.with_untracked(|queue| queue.silent);
        let (state, waiting) = self.core(|core| {
            let open = core.queue.len();
            core.stopped &= open > 0;
            let (run, in_flight) = (core.queue.run(), core.queue.in_flight());
            (QueueState { run, open, in_flight, stopped: core.stopped, silent }, core.worker.requests.of_persons())
        });
        self.show(state);
        if self.waiting.get_untracked() != waiting {
            self.waiting.set(waiting);
        }
    }

    /// Shows how far the images are, if that is other than before.
    pub(super) fn show(&self, state: QueueState) {
        if self.queue.get_untracked() != state {
            self.queue.set(state);
        }
    }
}
