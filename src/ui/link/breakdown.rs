//! Workers that crash, give up or fall silent: what they were at goes back, and what [`recovery`] decides is done.

use leptos::prelude::*;

use super::images::QueueState;
use super::queue::Stage;
use super::recovery::{self, Next};
use super::worker::{Worker, now};
use super::{Link, Phase, Reply};
use crate::engine::Backend;
use crate::engine::protocol::Answer;

impl Link {
    /// A worker is gone: its images are queued again. `blame`: whether what it was at is at fault: an image that it was
    /// reading is left out, a request of the user's is told.
    pub(super) fn lose(&self, worker: usize, blame: bool) {
        let (left_out, blamed, lost) = self.core(|core| {
            let blamed = blame && core.workers[worker].requests.serves_person();
            let suspect = core.workers[worker].suspect().filter(|_| blame);
            let left_out = core.queue.lost(worker, suspect);
            // The request was at fault, not the engine: this crash is not one in a row with the next.
            if left_out.is_some() || blamed {
                core.workers[worker].crashes = 0;
            }
            (left_out, blamed, core.workers[worker].end())
        });
        if let (Some(id), Some(source)) = (left_out, self.source()) {
            source.answered(id, Answer::Refused("The engine crashed on this file, so it was left out.".into()));
        }
        for (place, hearer) in lost.iter().enumerate() {
            (hearer.borrow_mut())(Reply::Lost { blame: blamed && place == 0 });
        }
    }

    pub(super) fn broken(&self, worker: usize, reason: &str) {
        let (backend, proven, crashes) = self.core(|core| {
            let worker = &mut core.workers[worker];
            // An idle engine can be ended any number of times, for example by a computer that sleeps.
            worker.crashes += u32::from(!worker.proven || worker.requests.is_owed());
            (core.backend, worker.proven, worker.crashes)
        });
        self.lose(worker, recovery::may_blame_image(backend, reason));
        let next = recovery::after_breakdown(backend, proven, crashes, reason);
        if proven && next == Next::Restart {
            self.messages.tell("The engine crashed and was restarted. Everything computed so far is kept.");
        }
        self.recover(worker, next);
    }

    pub(super) fn failed(&self, worker: usize, reason: String, gpu: bool) {
        let (backend, fetched) = self.core(|core| (core.backend, core.files.is_some()));
        self.lose(worker, false);
        if !fetched && !self.wanted_model.with_untracked(String::is_empty) {
            // No such model, or no network to get it by: the page goes on with the one that comes with it.
            self.messages.notify(format!("{reason} The default model is used."));
            return self.load_default();
        }
        self.recover(worker, recovery::after_failure(backend, gpu, reason));
    }

    fn recover(&self, worker: usize, next: Next) {
        match next {
            Next::Restart => self.launch_worker(worker),
            Next::Cpu(reason) => {
                self.messages.notify(format!("The GPU can't be used, so the CPU takes over. {reason}"));
                self.take_cpu(format!("The CPU, because the GPU failed: {reason}"));
            }
            // The others go on without it; its images are theirs now.
            Next::Fail(_) if worker > 0 => {}
            Next::Fail(reason) => {
                self.end();
                // One sentence at a time.
                self.messages.tell("");
                self.phase.set(Phase::Failed(reason));
            }
        }
        self.open();
        self.go_on();
    }

    /// Continues on the CPU, for this reason.
    pub(super) fn take_cpu(&self, reason: String) {
        self.end();
        self.device.set(None);
        self.device_reason.set(reason);
        self.launch(Backend::Cpu);
    }

    /// Checks once a second whether the workers are still responding.
    pub(super) fn watch(&self) {
        let silent = self.core(|core| {
            let stages = &core.queue.run().stages;
            let workers = core.workers.len() as f64;
            let pace = stages.iter().filter_map(Stage::pace).reduce(f64::max).map(|pace| pace * workers);
            // A GPU's programs for a stage are compiled with its first image.
            let first = core.queue.run().stage().is_none_or(|stage| stages[stage].pace().is_none());
            let compiles = core.backend == Backend::Gpu && first;
            let silence = |(i, worker): (usize, &Worker)| {
                let person = i == 0 && worker.requests.of_persons() > 0;
                let owed = worker.ready && worker.requests.is_owed();
                if owed { recovery::silent_seconds(now() - worker.heard, pace, person, compiles) } else { 0 }
            };
            core.workers.iter().enumerate().map(silence).max().unwrap_or_default()
        });
        self.show(QueueState { silent, ..self.queue.get_untracked() });
    }
}
