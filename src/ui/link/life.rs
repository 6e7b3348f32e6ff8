//! Which device computes; starting, replacing and watching workers.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::images::{ImageSource, QueueState};
use super::recovery::{self, Next};
use super::requests::Asked;
use super::transport::Arrival;
use super::worker::now;
use super::{Link, Phase, Reply, probe};
use crate::engine::Backend;
use crate::engine::protocol::{Answer, Progress, Request};
use crate::fungi::Settings;

impl Link {
    /// Chooses a device and starts its engine, for images from `source`.
    pub fn begin(&self, source: Rc<dyn ImageSource>) {
        self.core(|core| core.source = Some(source));
        self.choose_device();
        let link = *self;
        set_interval(move || link.watch(), Duration::from_secs(1));
    }

    /// Another device was chosen: continues there.
    pub fn move_to(&self, wanted: Option<Backend>) {
        self.wanted.set(wanted);
        self.device.set(None);
        self.end();
        self.choose_device();
    }

    /// Ends the engine, starts another, and continues where it was.
    pub fn restart(&self) {
        let backend = self.core(|core| core.worker.backend);
        self.end();
        self.messages.tell("The engine was restarted.");
        self.launch(backend);
    }

    /// Changes how features are made. The worker keeps its photos; [`ImageSource::ready`] tells what must be computed.
    pub fn configure(&self, settings: Settings) {
        self.core(|core| {
            if core.settings == settings {
                return;
            }
            core.settings = settings.clone();
            core.stopped = false;
            let told = core.worker.ready || core.worker.requests.is_settling();
            // An engine that has not been told to start will get these settings then.
            if told {
                core.worker.ready = false;
                core.worker.post(Asked::Stop, Request::Stop, None);
                core.worker.post(Asked::Configure, Request::Configure(settings), None);
            }
        });
        self.report();
    }

    fn choose_device(&self) {
        self.phase.set(Phase::Waking);
        let choice = self.next_choice();
        let (link, wanted) = (*self, self.wanted.get_untracked());
        spawn_local(async move {
            let (backend, reason) = probe::choose(wanted).await;
            if link.core(|core| core.choices == choice) {
                link.device_reason.set(reason);
                link.launch(backend);
            }
        });
    }

    fn next_choice(&self) -> u32 {
        self.core(|core| {
            core.choices += 1;
            core.choices
        })
    }

    /// Starts a worker. The one before must have ended: two would share the GPU's memory.
    fn launch(&self, backend: Backend) {
        self.next_choice();
        self.phase.set(Phase::Waking);
        let link = *self;
        let started = self.core(|core| {
            core.worker.start(backend, move |arrival| match arrival {
                Arrival::Message(message) => link.receive(message),
                Arrival::Crash(reason) => link.broken(&reason),
            })
        });
        if let Err(reason) = started {
            let words = format!("This browser did not start the engine: {reason}. Reloading the page may help.");
            self.phase.set(Phase::Failed(words));
        }
        self.report();
    }

    /// The worker is listening: asks it to start the engine.
    pub(super) fn start_engine(&self) {
        self.phase.set(Phase::Starting(Progress::Device));
        let base = document().base_uri().ok().flatten().unwrap_or_default();
        let base = base.split(['#', '?']).next().unwrap_or_default();
        let base = format!("{}models/", &base[..base.rfind('/').map_or(0, |slash| slash + 1)]);
        self.core(|core| {
            let settings = core.settings.clone();
            // The catalogue's default model.
            let request = Request::Start { backend: core.worker.backend, model: String::new(), base, settings };
            core.worker.post(Asked::Start, request, None);
        });
    }

    /// Ends the worker because the user wants another; no image is blamed for it.
    fn end(&self) {
        let lost = self.core(|core| {
            core.queue.lost(None);
            core.worker.crashes = 0;
            core.worker.end()
        });
        lost.iter().for_each(|hearer| (hearer.borrow_mut())(Reply::Lost { blame: false }));
    }

    /// The engine is gone: its images are queued again. `blame`: whether the request that it was at may be at fault; an
    /// image that may be twice is left out.
    fn lose(&self, blame: bool) {
        let (left_out, blamed, lost) = self.core(|core| {
            let blamed = blame && core.worker.requests.serves_person();
            let suspect = core.worker.requests.suspect().filter(|_| blame);
            let left_out = core.queue.lost(suspect);
            // The request was at fault, not the engine: this crash is not one in a row with the next.
            if left_out.is_some() || blamed {
                core.worker.crashes = 0;
            }
            (left_out, blamed, core.worker.end())
        });
        if let (Some(id), Some(source)) = (left_out, self.source()) {
            let reason = "The engine crashed on this file twice, so it was left out.";
            source.answered(id, Answer::Refused(reason.into()));
        }
        for (place, hearer) in lost.iter().enumerate() {
            (hearer.borrow_mut())(Reply::Lost { blame: blamed && place == 0 });
        }
    }

    fn broken(&self, reason: &str) {
        let (backend, proven, crashes) = self.core(|core| {
            let worker = &mut core.worker;
            // An idle engine can be ended any number of times, for example by a computer that sleeps.
            worker.crashes += u32::from(!worker.proven || worker.requests.is_owed());
            (worker.backend, worker.proven, worker.crashes)
        });
        self.lose(recovery::may_blame_image(backend, reason));
        if proven {
            self.messages.tell("The engine crashed and is being restarted. Everything computed so far is kept.");
        }
        self.recover(recovery::after_breakdown(backend, proven, crashes, reason));
    }

    pub(super) fn failed(&self, reason: String, gpu: bool) {
        let backend = self.core(|core| core.worker.backend);
        self.lose(!gpu);
        self.recover(recovery::after_failure(backend, gpu, reason));
    }

    fn recover(&self, next: Next) {
        match next {
            Next::Restart => self.launch(self.core(|core| core.worker.backend)),
            Next::Cpu(reason) => {
                self.device.set(None);
                self.device_reason.set(format!("The CPU, because the GPU failed: {reason}"));
                self.messages.notify(format!("The GPU can't be used, so the CPU takes over. {reason}"));
                self.core(|core| core.worker.crashes = 0);
                self.launch(Backend::Cpu);
            }
            Next::Fail(reason) => {
                self.phase.set(Phase::Failed(reason));
                self.report();
            }
        }
    }

    /// Checks once a second whether the engine is still responding.
    fn watch(&self) {
        let ready = matches!(self.phase.get_untracked(), Phase::Ready);
        let silent = self.core(|core| {
            let person = core.worker.requests.of_persons() > 0;
            let silence = now() - core.worker.heard;
            let owed = ready && core.worker.requests.is_owed();
            if owed { recovery::silent_seconds(silence, core.queue.run().pace(), person) } else { 0 }
        });
        self.show(QueueState { silent, ..self.queue.get_untracked() });
    }
}
