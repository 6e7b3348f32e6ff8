//! Images for the workers: what is sent to which, and when.

use std::collections::HashSet;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::{Blob, File};

use super::queue::Job;
use super::requests::Asked;
use super::worker::now;
use super::{Link, Reply};
use crate::engine::protocol::{Answer, ModelInfo, Request};
use crate::fungi::{Part, Settings};
use crate::gallery::{Hash, Id};

/// The owner of the images. A stage is one of the settings' sets of views, by its place among them.
pub trait ImageSource {
    /// The file of an image, and its content's hash once that is known.
    fn file(&self, id: Id) -> Option<(File, Option<Hash>)>;

    /// The stages that an image needs, in order.
    fn needs(&self, id: Id) -> Vec<usize>;

    /// A worker has answered for an image, or it is left out because a worker crashed on it. Returns the stages that it
    /// still needs.
    fn answered(&self, id: Id, answer: Answer) -> Vec<usize>;

    /// An engine is ready, with this model and these settings. If they are new, returns the images that need something.
    /// `exact`: images come with what exact cosines of their gradients come from.
    fn ready(&self, model: &ModelInfo, settings: &Settings, exact: bool) -> Option<Vec<(Id, Vec<usize>)>>;

    /// The contents whose first stage need not be computed.
    fn known(&self) -> Vec<Hash>;
}

/// The progress of the images.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct QueueState {
    /// The stage that the work is at.
    pub stage: Option<usize>,
    /// Milliseconds until it is done, as far as can be told.
    pub left: Option<f64>,
    /// Images that are waiting or with a worker.
    pub open: usize,
    /// Images with workers.
    pub in_flight: usize,
    /// Whether the user has stopped the work.
    pub stopped: bool,
    /// Seconds since a worker that owes an answer last sent anything; 0 while all is well.
    pub silent: u32,
}

impl QueueState {
    /// Whether workers are at images.
    pub fn is_busy(&self) -> bool {
        self.in_flight > 0 || (self.open > 0 && !self.stopped)
    }
}

impl Link {
    /// Queues images after those that wait, and resumes work that was stopped.
    pub fn enqueue(&self, ids: impl IntoIterator<Item = Id>) {
        if let Some(source) = self.source() {
            let images: Vec<_> = ids.into_iter().map(|id| (id, source.needs(id))).collect();
            self.core(|core| core.queue.add(images));
        }
        self.resume();
    }

    /// An image of the queue that a person waits for comes next: workers give back what they have not begun.
    pub fn overtake(&self, id: Id) {
        self.core(|core| {
            if core.queue.overtake(id) {
                let queue = &core.queue;
                let busy = core.workers.iter_mut().enumerate().filter(|(i, worker)| worker.ready && queue.with(*i) > 1);
                busy.for_each(|(_, worker)| {
                    worker.post(Asked::Stop, Request::Stop, &[]);
                });
            }
        });
        self.go_on();
    }

    /// Says what a person looks at, the most important first.
    pub fn prefer(&self, ids: Vec<Id>) {
        self.core(|core| core.queue.prefer(ids));
    }

    /// Forgets images that were removed.
    pub fn cancel(&self, ids: &HashSet<Id>) {
        self.core(|core| core.queue.cancel(ids));
        self.report();
    }

    /// What a stage computes, in words: the parts that have gradients, and the embedding.
    pub fn stage_name(&self, stage: usize) -> Option<String> {
        self.core(|core| {
            let set = core.settings.view_sets().get(stage).copied()?;
            let is_mean = |part: &Part| core.settings.objectives.iter().any(|o| o.averages_to(*part));
            let parts = core.settings.parts_of(set).into_iter().filter(|part| !is_mean(part));
            let names: Vec<&str> = parts.map(Part::name).collect();
            Some(names.join(" and "))
        })
    }

    /// The waiting images, in order.
    pub fn waiting_images(&self) -> Vec<Id> {
        self.core(|core| core.queue.waiting())
    }

    /// Stops sending images until the work is resumed.
    pub fn stop(&self) {
        self.core(|core| {
            core.stopped = true;
            for worker in core.workers.iter_mut().filter(|worker| worker.ready) {
                worker.post(Asked::Stop, Request::Stop, &[]);
            }
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
            let first = &mut core.workers[0];
            if !first.ready || !first.requests.is_waiting() {
                return Vec::new();
            }
            if core.queue.with(0) > 1 {
                // The images that it has not begun come back; others take them, or they wait until the request is answered.
                first.post(Asked::Stop, Request::Stop, &[]);
            }
            first.post_waiting()
        });
        failed.iter().for_each(|hearer| (hearer.borrow_mut())(Reply::Lost { blame: false }));
        // In turns, so that no worker gets everything.
        while self.core(|core| core.workers.len()) > 0 && self.send_round() {}
        self.release();
        self.report();
    }

    /// Sends one image to each worker that can take one; false if none can.
    fn send_round(&self) -> bool {
        let jobs: Vec<Job> = self.core(|core| {
            let (workers, together) = (&core.workers, &core.together);
            let free =
                |worker: &usize| workers[*worker].ready && (*worker > 0 || workers[0].requests.of_persons() == 0);
            let held = core.stopped || !core.open;
            // A group that is being computed, and one that waits.
            let most = |stage: usize| 2 * together.get(stage).copied().unwrap_or(1);
            let free: Vec<usize> = (0..workers.len()).filter(|worker| !held && free(worker)).collect();
            free.into_iter().filter_map(|worker| core.queue.send(worker, most, now())).collect()
        });
        jobs.iter().for_each(|job| self.send_image(*job));
        !jobs.is_empty()
    }

    fn send_image(&self, job: Job) {
        let Some(source) = self.source() else { return };
        let file = source.file(job.id);
        let sent = file.is_some_and(|(file, hash)| {
            let hash = hash.filter(|_| job.stage > 0);
            self.core(|core| {
                let Some(&views) = core.settings.view_sets().get(job.stage) else { return false };
                core.kept = true;
                let request = Request::Embed { views, hash, bytes: Vec::new() };
                core.workers[job.worker].post(Asked::Image(job), request, &[Blob::from(file)])
            })
        });
        if !sent {
            self.image_answered(job, Answer::Refused("The browser no longer has this file. Add it again.".into()));
        }
    }

    /// Once nothing is left to compute, workers forget what they kept of pictures.
    fn release(&self) {
        self.core(|core| {
            if core.queue.is_empty() && std::mem::take(&mut core.kept) {
                for worker in core.workers.iter_mut().filter(|worker| worker.ready) {
                    worker.post(Asked::Release, Request::Release, &[]);
                }
            }
        });
    }

    pub(super) fn source(&self) -> Option<Rc<dyn ImageSource>> {
        self.core(|core| core.source.clone())
    }

    /// Updates what is shown.
    pub(super) fn report(&self) {
        let silent = self.queue.with_untracked(|queue| queue.silent);
        let (state, waiting, ready) = self.core(|core| {
            let open = core.queue.len();
            core.stopped &= open > 0;
            let (run, in_flight) = (core.queue.run(), core.queue.in_flight());
            let (stage, left) = (run.stage(), run.left(&core.cost.stages()));
            let ready = core.workers.iter().filter(|worker| worker.ready).count();
            let state = QueueState { stage, left, open, in_flight, stopped: core.stopped, silent };
            (state, core.workers[0].requests.of_persons(), ready)
        });
        self.show(state);
        if self.waiting.get_untracked() != waiting {
            self.waiting.set(waiting);
        }
        if self.workers.get_untracked() != ready {
            self.workers.set(ready);
        }
    }

    /// Shows the progress of the images, if it has changed.
    pub(super) fn show(&self, state: QueueState) {
        if self.queue.with_untracked(|before| *before != state) {
            self.queue.set(state);
        }
    }
}
