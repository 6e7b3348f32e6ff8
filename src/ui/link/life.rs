//! Which device computes; starting and ending workers.

use std::rc::Rc;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::files::{lacks_negatives, models};
use super::images::ImageSource;
use super::requests::Asked;
use super::worker::Worker;
use super::{Link, Phase, pool, probe};
use crate::engine::Backend;
use crate::engine::protocol::{Place, Progress, Request};
use crate::fungi::Settings;

impl Link {
    /// Chooses a device and starts its engine, for images from `source`.
    pub fn begin(&self, source: Rc<dyn ImageSource>) {
        self.core(|core| core.source = Some(source));
        self.choose_device();
        let link = *self;
        set_interval(move || link.watch(), Duration::from_secs(1));
        // An engine that could not be loaded is tried again once there is a network.
        let _ = window_event_listener(ev::online, move |_| {
            if matches!(link.phase.get_untracked(), Phase::Failed(_)) {
                link.restart();
            }
        });
    }

    /// Where the engine computes, or tries to (untracked).
    pub fn backend(&self) -> Backend {
        self.core(|core| core.backend)
    }

    /// Another device was chosen: continues there.
    pub fn move_to(&self, wanted: Option<Backend>) {
        self.wanted.set(wanted);
        self.device.set(None);
        self.end();
        self.choose_device();
    }

    /// The address names another model: switches to it, unless it would have to be downloaded.
    pub fn follow(&self, name: String, side: Option<usize>) {
        let here = self.models.with_untracked(|models| {
            let found = models.iter().find(|listed| name.is_empty() || listed.name == name);
            found.map(|listed| listed.place == Place::Included || listed.kept.is_some_and(|kept| kept.complete))
        });
        match here {
            Some(true) => self.choose(name, side),
            Some(false) => self.messages.notify(format!("{name} is not in this browser yet. Choose it under Model.")),
            None => self.messages.notify(format!("There is no model \"{name}\" here. Choose one under Model.")),
        }
    }

    /// Starts anew with the catalogue's first model.
    pub(super) fn load_default(&self) {
        self.wanted_model.set(String::new());
        self.wanted_side.set(None);
        self.model.set(None);
        self.core(|core| {
            core.files = None;
            core.open = false;
        });
        self.move_to(self.wanted.get_untracked());
    }

    /// Another number of workers was chosen; unset: as many as suit the machine.
    pub fn employ(&self, workers: Option<usize>) {
        self.wanted_workers.set(workers);
        self.fill_pool();
        self.go_on();
    }

    /// Whether relaxed SIMD may be used was changed: continues with a program of that kind.
    pub fn relax(&self, relaxed_simd: bool) {
        self.relaxed_simd.set(relaxed_simd);
        self.core(|core| core.program = None);
        self.restart();
    }

    /// Ends the engine, starts another, and continues where it was.
    pub fn restart(&self) {
        let backend = self.backend();
        self.end();
        self.messages.tell("The engine was restarted.");
        self.launch(backend);
    }

    /// Changes how features are made, and whether images come with what exact cosines of their gradients come from. Workers
    /// keep their photos; [`ImageSource::ready`] tells what must be computed.
    pub fn configure(&self, settings: Settings, exact: bool) {
        let lacking = self.core(|core| {
            let lacking = core.files.as_ref().is_some_and(|(files, _)| lacks_negatives(files, &settings));
            (lacking && core.settings != settings).then_some(core.workers.len())
        });
        // The first computes the negatives; the others start anew with them.
        (1..lacking.unwrap_or_default()).for_each(|worker| self.lose(worker, false));
        self.core(|core| {
            if (&core.settings, core.exact) == (&settings, exact) {
                return;
            }
            (core.settings, core.exact) = (settings.clone(), exact);
            core.stopped = false;
            core.open = false;
            for worker in &mut core.workers {
                // An engine that has not been told to start will get these settings then.
                if worker.ready || worker.requests.is_settling() && core.files.is_some() {
                    worker.ready = false;
                    worker.post(Asked::Stop, Request::Stop, &[]);
                    worker.post(Asked::Configure, Request::Configure { settings: settings.clone(), exact }, &[]);
                }
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

    /// Starts the engine. The one before must have ended: two would share the GPU's memory.
    pub(super) fn launch(&self, backend: Backend) {
        self.next_choice();
        self.core(|core| {
            if core.backend != backend {
                core.program = None;
            }
            core.backend = backend;
        });
        self.launch_worker(0);
        self.fill_pool();
    }

    /// How many workers compute on that device.
    pub(super) fn pool_size(&self, backend: Backend) -> usize {
        let most = self.wanted_workers.get_untracked();
        if backend == Backend::Cpu { most.unwrap_or_else(probe::pool_size).clamp(1, pool::MOST) } else { 1 }
    }

    /// Starts and ends workers until there are as many as wanted. They wait for the first, which compiles their program.
    pub(super) fn fill_pool(&self) {
        let size = self.pool_size(self.core(|core| core.backend));
        let compiled = self.core(|core| {
            while core.workers.len() < size {
                core.workers.push(Worker::new());
            }
            core.program.is_some()
        });
        while self.core(|core| core.workers.len()) > size {
            let last = self.core(|core| core.workers.len() - 1);
            self.lose(last, false);
            self.core(|core| core.workers.truncate(last));
        }
        for worker in 1..size {
            if compiled && !self.core(|core| core.workers[worker].is_running()) {
                self.launch_worker(worker);
            }
        }
        self.open();
        self.report();
    }

    pub(super) fn launch_worker(&self, worker: usize) {
        if worker == 0 {
            self.phase.set(Phase::Waking);
        }
        let (link, relaxed_simd) = (*self, self.relaxed_simd.get_untracked());
        let started = self.core(|core| {
            let (backend, program) = (core.backend, core.program.clone());
            core.processes += 1;
            let process = core.processes;
            core.workers[worker].start(backend, process, program.as_ref(), relaxed_simd, move |arrival| {
                link.arrived(worker, process, arrival);
            })
        });
        if let (Err(reason), 0) = (started, worker) {
            let words = format!("This browser did not start the engine: {reason}. Reloading the page may help.");
            self.phase.set(Phase::Failed(words));
        }
        self.report();
    }

    /// Asks a worker that is listening to start the engine; before that, the first one reads the model's files.
    pub(super) fn start_engine(&self, worker: usize) {
        if !self.core(|core| core.workers[worker].listening && !core.workers[worker].requests.is_settling()) {
            return;
        }
        if worker == 0 {
            self.phase.set(Phase::Starting(Progress::Device));
        }
        let compare = self.wanted.get_untracked().is_none();
        self.core(|core| {
            let (backend, settings, exact) = (core.backend, core.settings.clone(), core.exact);
            let (asked, request, blobs) = match &core.files {
                Some((files, _)) if worker > 0 && lacks_negatives(files, &settings) => return,
                Some((files, blobs)) => {
                    let request = Request::Start { backend, compare, files: files.clone(), settings, exact };
                    (Asked::Start, request, &blobs[..])
                }
                None if worker == 0 => {
                    let model = self.wanted_model.get_untracked();
                    let side = self.wanted_side.get_untracked();
                    (Asked::Fetch, Request::Fetch { model, base: models(), side }, &[][..])
                }
                None => return,
            };
            core.workers[worker].post(asked, request, blobs);
        });
    }

    /// Ends the engine because the user wants another; no image is blamed for it.
    pub(super) fn end(&self) {
        let count = self.core(|core| core.workers.len());
        (0..count).for_each(|worker| self.lose(worker, false));
        self.core(|core| core.workers.iter_mut().for_each(|worker| worker.crashes = 0));
    }
}
