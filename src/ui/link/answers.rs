//! Passes the workers' messages on to whoever needs them.

use std::time::Duration;

use leptos::prelude::*;
use web_sys::Blob;

use super::files::lacks_negatives;
use super::inbox::Next;
use super::queue::{Cost, Job};
use super::requests::Asked;
use super::worker::{Arrival, blobs_of, now};
use super::{Link, Phase, Reply, pool};
use crate::engine::protocol::{Answer, Event, Message, ModelRequest, Progress, Ready, Request};
use crate::engine::{Backend, ModelFiles};
use crate::gallery::Hash;

impl Link {
    /// Something came from the process of a worker. It is taken in after what came before it, at the inbox's pace.
    pub(super) fn arrived(&self, worker: usize, process: u32, arrival: Arrival) {
        if self.core(|core| core.inbox.put((worker, process, arrival))) {
            self.take_in();
        }
    }

    fn take_in(&self) {
        let link = *self;
        loop {
            let begun = now();
            match self.core(|core| core.inbox.next(begun, document().hidden())) {
                Next::Take((worker, process, arrival)) => {
                    self.take(worker, process, arrival);
                    self.core(|core| core.inbox.spent(now() - begun));
                }
                Next::Pause(pause) => {
                    let resume = move || {
                        if link.core(|core| core.inbox.rested(pause, now())) {
                            link.take_in();
                        }
                    };
                    request_animation_frame(resume);
                    // A page that was hidden meanwhile gets no frames.
                    return set_timeout(resume, Duration::from_millis(250));
                }
                Next::Rest => return,
            }
        }
    }

    fn take(&self, worker: usize, process: u32, arrival: Arrival) {
        // A process that was ended meanwhile has nothing more to say.
        if !self.core(|core| core.workers.get(worker).is_some_and(|worker| worker.is(process))) {
            return;
        }
        match arrival {
            Arrival::Program(program) => {
                self.core(|core| core.program = Some(program));
                self.fill_pool();
            }
            Arrival::Message(message, beside) => self.receive(worker, message, blobs_of(beside)),
            Arrival::Crash(reason) => self.broken(worker, &reason),
        }
    }

    /// Takes in a message of the worker with that number, and the blobs beside it.
    fn receive(&self, worker: usize, message: Message<Event>, blobs: Vec<Blob>) {
        self.core(|core| core.workers[worker].heard = now());
        match message.body {
            Event::Hello => {
                let link = *self;
                self.core(|core| {
                    let of = &mut core.workers[worker];
                    let process = of.process();
                    of.listening = true;
                    of.watch(move || link.arrived(worker, process, Arrival::Crash("Its worker was closed.".into())));
                });
                self.start_engine(worker);
            }
            Event::Warning(warning) => self.messages.notify(warning),
            Event::Progress(progress) => self.progressed(worker, message.seq, progress),
            Event::Answer(Answer::Failed { reason, gpu }) => self.failed(worker, reason, gpu),
            Event::Answer(answer) => self.answered(worker, message.seq, answer, blobs),
        }
        self.go_on();
    }

    fn progressed(&self, worker: usize, seq: u32, progress: Progress) {
        let hearer = self.core(|core| {
            let worker = &mut core.workers[worker];
            match worker.requests.get(seq) {
                Some(Asked::Person(hearer)) => Some(hearer.clone()),
                Some(Asked::Image(_)) => {
                    worker.reading = (progress == Progress::Reading).then_some(seq);
                    None
                }
                _ => None,
            }
        });
        match hearer {
            Some(hearer) => (hearer.borrow_mut())(Reply::Progress(progress)),
            None if worker == 0 && self.core(|core| core.workers[0].requests.is_settling()) => {
                self.phase.set(Phase::Starting(progress));
            }
            None => {}
        }
    }

    fn answered(&self, worker: usize, seq: u32, answer: Answer, blobs: Vec<Blob>) {
        let asked = self.core(|core| {
            let worker = &mut core.workers[worker];
            let asked = worker.requests.answered(seq);
            if matches!(asked, Some(Asked::Image(_) | Asked::Person(_))) {
                worker.crashes = 0;
            }
            worker.reading = worker.reading.filter(|reading| *reading != seq);
            asked
        });
        match (asked, answer) {
            (Some(Asked::Fetch), Answer::Fetched { files, catalogue }) => {
                self.models.set(catalogue);
                self.fetched(files, blobs);
            }
            (Some(Asked::Start | Asked::Configure), Answer::Ready(ready)) => {
                self.ready(worker, *ready);
                self.ask_negatives(worker);
            }
            (Some(Asked::Negatives), Answer::Negatives(_)) => self.share_negatives(blobs),
            (Some(Asked::Fetch | Asked::Start | Asked::Configure), Answer::Refused(reason)) => {
                self.failed(worker, reason, false);
            }
            (Some(Asked::Image(job)), answer) => self.image_answered(job, answer),
            (Some(Asked::Person(hearer)), answer) => (hearer.borrow_mut())(Reply::Answer(answer)),
            _ => {}
        }
    }

    pub(super) fn image_answered(&self, job: Job, answer: Answer) {
        if matches!(answer, Answer::GivenUp) {
            self.core(|core| core.queue.given_up(job));
            return;
        }
        let timings = if let Answer::Item(item) = &answer { Some(item.timings) } else { None };
        if let Answer::Item(item) = &answer
            && item.content.is_some()
        {
            self.share_known(job.worker, item.hash);
        }
        // Out of the queue meanwhile: an image that turns out to be useless has been dealt with, not cancelled.
        let taken_out = self.core(|core| core.queue.take_out(job, timings.is_some(), now()));
        let needs = self.source().map(|source| source.answered(job.id, answer)).unwrap_or_default();
        if let Some(image) = taken_out {
            self.core(|core| core.queue.put_back(image, needs));
        }
        if let Some(timings) = timings {
            self.timings.set(Some(timings));
            let view = self.core(|core| {
                core.cost.computed(job.stage, timings.compute);
                core.cost.view()
            });
            self.view_millis.set(Some(view));
        }
    }

    /// The model's files are there: starts every worker that waits for them.
    fn fetched(&self, files: Box<ModelFiles>, blobs: Vec<Blob>) {
        let count = self.core(|core| {
            core.files = Some((files, blobs));
            core.workers.len()
        });
        (0..count).for_each(|worker| self.start_engine(worker));
    }

    fn ready(&self, worker: usize, ready: Ready) {
        let Ready { device, model, view_millis, cpu_view_millis, together, .. } = ready;
        if let (Backend::Gpu, None, Some(core)) = (device.backend, self.wanted.get_untracked(), cpu_view_millis)
            && let Some(reason) = pool::beats_gpu(view_millis, core, self.pool_size(Backend::Cpu))
        {
            return self.take_cpu(reason);
        }
        if worker == 0 {
            self.device.set(Some(device));
            self.view_millis.set(Some(view_millis));
        }
        let side = model.image;
        self.model.set(Some(model));
        let fresh = self.core(|core| {
            // If other settings are on their way, wait for the answer to them.
            if core.workers[worker].requests.is_settling() {
                return None;
            }
            let views = core.settings.view_sets().iter().map(|set| set.count(side)).collect();
            core.cost = Cost::new(views, core.workers.len(), view_millis);
            core.together = together;
            core.workers[worker].ready = true;
            Some(!std::mem::replace(&mut core.workers[worker].proven, true))
        });
        let Some(fresh) = fresh else { return };
        let was_open = self.core(|core| core.open);
        self.open();
        if was_open {
            self.tell_worker(worker);
        }
        if worker == 0 {
            self.phase.set(Phase::Ready);
            if fresh {
                self.worker.update(|count| *count += 1);
            }
            self.session.update(|count| *count += 1);
        }
    }

    /// The first worker has computed the negatives that the model lacked: asks for them, for the others.
    fn ask_negatives(&self, worker: usize) {
        self.core(|core| {
            let lacking = core.files.as_ref().is_some_and(|(files, _)| lacks_negatives(files, &core.settings));
            let first = &mut core.workers[0];
            if worker == 0 && first.ready && lacking {
                first.post(Asked::Negatives, Request::Models(ModelRequest::Negatives), &[]);
            }
        });
    }

    fn share_negatives(&self, blobs: Vec<Blob>) {
        let count = self.core(|core| {
            if let Some((files, all)) = core.files.as_mut().filter(|(files, _)| files.negatives.is_none()) {
                files.negatives = Some(Vec::new().into());
                all.extend(blobs);
            }
            core.workers.len()
        });
        self.fill_pool();
        (1..count)
            .filter(|&worker| !self.core(|core| core.workers[worker].ready))
            .for_each(|worker| self.start_engine(worker));
    }

    /// Opens the queue, if a worker is ready and none is still at an image of former settings.
    pub(super) fn open(&self) {
        let settings = self.core(|core| {
            let changing = core.workers.iter().any(|worker| worker.requests.is_changing());
            let ready = core.workers.iter().any(|worker| worker.ready);
            (!core.open && ready && !changing).then(|| (core.settings.clone(), core.exact))
        });
        let (Some((settings, exact)), Some(model), Some(source)) =
            (settings, self.model.get_untracked(), self.source())
        else {
            return;
        };
        let missing = source.ready(&model, &settings, exact);
        let count = self.core(|core| {
            core.open = true;
            if let Some(missing) = missing {
                core.queue.replace(missing);
            }
            core.workers.len()
        });
        (0..count).for_each(|worker| self.tell_worker(worker));
    }

    /// The other workers need not compute a content that one has computed.
    fn share_known(&self, by: usize, hash: Hash) {
        self.core(|core| {
            let others = core.workers.iter_mut().enumerate().filter(|(i, worker)| *i != by && worker.ready);
            others.for_each(|(_, worker)| {
                worker.post(Asked::Known, Request::Known(vec![hash]), &[]);
            });
        });
    }

    /// The source has features that no worker computed: none needs to compute them again.
    pub fn tell_known(&self) {
        let count = self.core(|core| core.workers.len());
        (0..count).for_each(|worker| self.tell_worker(worker));
    }

    fn tell_worker(&self, worker: usize) {
        let known = self.source().map(|source| source.known()).unwrap_or_default();
        self.core(|core| {
            if core.workers[worker].ready && !known.is_empty() {
                core.workers[worker].post(Asked::Known, Request::Known(known), &[]);
            }
        });
    }
}
