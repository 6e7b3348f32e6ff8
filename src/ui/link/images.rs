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

/// The owner of the images.
pub trait ImageSource {
    /// The file of an image.
    fn file(&self, id: Id) -> Option<File>;

    /// An engine has answered for an image, or it is left out because engines crash on it.
    fn answered(&self, id: Id, answer: Answer);

    /// An engine is ready, with this model and these settings. Returns the contents that it need not compute.
    fn ready(&self, model: &ModelInfo, settings: &Settings) -> Vec<Hash>;
}

/// The progress of the images.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct QueueState {
    /// The current or last run.
    pub run: Run,
    /// Images that are waiting or with the engine.
    pub open: usize,
    /// Images with the engine.
    pub in_flight: usize,
    /// Whether the user has stopped the work.
    pub stopped: bool,
    /// Seconds since an engine that owes an answer last sent anything; 0 while all is well.
    pub silent: u32,
}

impl QueueState {
    /// Whether the engine is working on images.
    pub fn is_busy(&self) -> bool {
        self.in_flight > 0 || (self.open > 0 && !self.stopped)
    }
}

impl Link {
    /// Queues images after those that wait, and resumes work that was stopped.
    pub fn enqueue(&self, ids: impl IntoIterator<Item = Id>) {
        self.core(|core| core.queue.add(ids));
        self.resume();
    }

    /// Queues an image before all others, and resumes work that was stopped.
    pub fn enqueue_first(&self, id: Id) {
        self.core(|core| core.queue.add_first(id));
        self.resume();
    }

    /// Replaces the waiting images with these.
    pub fn requeue(&self, ids: impl IntoIterator<Item = Id>) {
        self.core(|core| core.queue.replace(ids));
        self.go_on();
    }

    /// Forgets images that were removed.
    pub fn cancel(&self, ids: &HashSet<Id>) {
        self.core(|core| core.queue.cancel(ids));
        self.report();
    }

    /// The waiting images, in order.
    pub fn waiting_images(&self) -> Vec<Id> {
        self.core(|core| core.queue.waiting().collect())
    }

    /// Stops sending images until the work is resumed.
    pub fn stop(&self) {
        self.core(|core| {
            core.stopped = true;
            core.worker.post(Asked::Stop, Request::Stop, None);
        });
        self.report();
    }

    /// Resumes work, and sends what is waiting.
    pub fn resume(&self) {
        self.core(|core| core.stopped = false);
        self.go_on();
    }

    /// Sends whatever can be sent now: first the user's requests, then images.
    pub(super) fn go_on(&self) {
        let failed = self.core(|core| {
            if !core.worker.ready || !core.worker.requests.is_waiting() {
                return Vec::new();
            }
            if core.queue.in_flight() > 1 {
                // The images that the engine has not begun come back, and wait until the request is answered.
                core.worker.post(Asked::Stop, Request::Stop, None);
            }
            core.worker.post_waiting()
        });
        failed.iter().for_each(|hearer| (hearer.borrow_mut())(Reply::Lost { blame: false }));
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

    /// Updates what is shown.
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

    /// Shows the progress of the images, if it has changed.
    pub(super) fn show(&self, state: QueueState) {
        if self.queue.get_untracked() != state {
            self.queue.set(state);
        }
    }
}
