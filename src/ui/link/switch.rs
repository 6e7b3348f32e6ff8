//! Switching to another model. A worker of its own gets the files, loads them, and computes what the model lacks, while the
//! others go on with the model before; only then do they follow. Whatever fails or is cancelled leaves all as it was.

use leptos::prelude::*;
use web_sys::{Blob, File};

use super::files::{lacks_negatives, models};
use super::requests::Asked;
use super::worker::{Arrival, Worker, blobs_of};
use super::{Link, Reply};
use crate::engine::protocol::{Answer, Event, Message, ModelRequest, Plan, Progress, Request};
use crate::engine::{Backend, ModelFiles};
use crate::fungi::Settings;
use crate::vit::LoadOptions;

/// How far a switch is.
#[derive(Debug, Clone, PartialEq)]
pub struct Switch {
    /// The model's name, or the file's.
    pub name: String,
    /// What it is at.
    pub step: SwitchStep,
}

/// What a switch is at.
#[derive(Debug, Clone, PartialEq)]
pub enum SwitchStep {
    /// Its worker is starting.
    Waking,
    /// A step of its work.
    At(Progress),
    /// It ended, and the model before goes on: why, and what to do.
    Failed(String),
}

/// The worker that prepares a switch.
pub(super) struct Newcomer {
    worker: Worker,
    /// What to ask for the files, once it is listening.
    request: Option<(ModelRequest, Vec<Blob>)>,
    side: Option<usize>,
    files: Option<(Box<ModelFiles>, Vec<Blob>)>,
    /// The settings that it was last told.
    settings: Settings,
}

impl Link {
    /// Switches to the model of that name, which is downloaded if it is not here; `side`: the input's side in pixels, unless
    /// its own.
    pub fn choose(&self, name: String, side: Option<usize>) {
        let request = ModelRequest::Download { name: name.clone(), base: models(), side, plan: self.plan() };
        self.switch_by(name, request, Vec::new(), side);
    }

    /// Switches to the model in a file, which is kept. `options`: what the file does not say.
    pub fn choose_file(&self, file: &File, options: LoadOptions) {
        let (name, bytes) = (file.name(), Vec::new());
        let request = ModelRequest::Keep { file: name.clone(), options, base: models(), plan: self.plan(), bytes };
        self.switch_by(name, request, vec![Blob::from(file.clone())], None);
    }

    fn plan(&self) -> Box<Plan> {
        self.core(|core| Box::new(Plan { backend: core.backend, settings: core.settings.clone() }))
    }

    /// Ends a switch before it is done, or takes note of its failure. What was downloaded stays, to go on with.
    pub fn cancel_switch(&self) {
        self.switch.set(None);
        if self.core(|core| core.newcomer.take()).map(|mut newcomer| newcomer.worker.end()).is_some() {
            self.list_models();
        }
    }

    /// Asks for the list of models anew.
    pub fn list_models(&self) {
        self.ask_about_models(ModelRequest::List { base: models() });
    }

    /// Removes models from this browser.
    pub fn forget_models(&self, names: Vec<String>) {
        self.ask_about_models(ModelRequest::Forget { names, base: models() });
    }

    fn ask_about_models(&self, request: ModelRequest) {
        let link = *self;
        self.ask(Request::Models(request), None, move |reply| match reply {
            Reply::Answer(Answer::Models(models)) => link.models.set(models),
            Reply::Answer(Answer::Refused(reason)) => link.messages.tell(reason),
            _ => {}
        });
    }

    fn switch_by(&self, name: String, request: ModelRequest, blobs: Vec<Blob>, side: Option<usize>) {
        self.cancel_switch();
        self.switch.set(Some(Switch { name, step: SwitchStep::Waking }));
        let (link, relaxed_simd) = (*self, self.relaxed_simd.get_untracked());
        let started = self.core(|core| {
            let (settings, request) = (core.settings.clone(), Some((request, blobs)));
            let mut worker = Worker::new();
            let program = core.program.clone();
            // Few and far between, its messages need no inbox.
            let started = worker.start(core.backend, 0, program.as_ref(), relaxed_simd, move |arrival| match arrival {
                Arrival::Program(_) => {}
                Arrival::Message(message, beside) => link.newcomer_said(message, blobs_of(beside)),
                Arrival::Crash(reason) => link.newcomer_crashed(&reason),
            });
            core.newcomer = Some(Newcomer { worker, request, side, files: None, settings });
            started
        });
        if let Err(reason) = started {
            self.newcomer_crashed(&reason);
        }
    }

    fn newcomer_said(&self, message: Message<Event>, blobs: Vec<Blob>) {
        match message.body {
            Event::Hello => {
                let link = *self;
                self.newcomer(|newcomer, _| {
                    newcomer.worker.watch(move || link.newcomer_crashed("It was closed."));
                    let (request, blobs) = newcomer.request.take()?;
                    newcomer.worker.post(Asked::Fetch, Request::Models(request), &blobs);
                    Some(())
                });
            }
            Event::Warning(warning) => self.messages.notify(warning),
            Event::Progress(progress) => self.switch_step(SwitchStep::At(progress)),
            Event::Answer(Answer::Fetched { files, catalogue }) => {
                self.models.set(catalogue);
                self.newcomer(|newcomer, (backend, settings)| {
                    let (files, settings) = (newcomer.files.insert((files, blobs)).0.clone(), settings.clone());
                    let request = Request::Start { backend, compare: false, files, settings, exact: false };
                    newcomer.worker.post(Asked::Start, request, &newcomer.files.as_ref()?.1);
                    Some(())
                });
            }
            Event::Answer(Answer::Ready(_)) => self.newcomer_ready(),
            Event::Answer(Answer::Negatives(_)) => {
                self.newcomer(|newcomer, _| {
                    let (files, all) = newcomer.files.as_mut()?;
                    files.negatives = Some(Vec::new().into());
                    all.extend(blobs);
                    Some(())
                });
                self.adopt();
            }
            Event::Answer(Answer::Refused(reason) | Answer::Failed { reason, .. }) => self.switch_failed(reason),
            Event::Answer(_) => {}
        }
    }

    /// It has loaded the model: asks it for negatives that the settings want and the model lacks, or is done.
    fn newcomer_ready(&self) {
        let more = self.newcomer(|newcomer, (_, settings)| {
            let lacking = lacks_negatives(&newcomer.files.as_ref()?.0, settings);
            if newcomer.settings != *settings {
                newcomer.settings = settings.clone();
                let request = Request::Configure { settings: settings.clone(), exact: false };
                newcomer.worker.post(Asked::Configure, request, &[]);
            } else if lacking {
                newcomer.worker.post(Asked::Negatives, Request::Models(ModelRequest::Negatives), &[]);
            } else {
                return None;
            }
            Some(())
        });
        if more.is_none() {
            self.adopt();
        }
    }

    /// All workers continue with the new model.
    fn adopt(&self) {
        let Some(Newcomer { mut worker, files: Some((files, blobs)), side, .. }) =
            self.core(|core| core.newcomer.take())
        else {
            return;
        };
        worker.end();
        let is_default =
            self.models.with_untracked(|models| models.first().is_some_and(|first| first.name == files.name));
        // The address need not name the default.
        self.wanted_model.set(if is_default { String::new() } else { files.name.clone() });
        self.wanted_side.set(side);
        self.core(|core| {
            core.files = Some((files, blobs));
            core.open = false;
        });
        self.model.set(None);
        self.switch.set(None);
        let backend = self.backend();
        self.end();
        self.launch(backend);
    }

    fn newcomer_crashed(&self, reason: &str) {
        let words = "The model could not be loaded; it may need more memory than this browser gives a page.";
        self.switch_failed(format!("{words} {reason}").trim_end().to_owned());
    }

    fn switch_failed(&self, reason: String) {
        if self.core(|core| core.newcomer.take()).map(|mut newcomer| newcomer.worker.end()).is_some() {
            self.switch_step(SwitchStep::Failed(reason));
            self.list_models();
        }
    }

    fn switch_step(&self, step: SwitchStep) {
        self.switch.update(|switch| {
            if let Some(switch) = switch {
                switch.step = step;
            }
        });
    }

    /// Works with the worker that prepares a switch, and the device and settings of the others.
    fn newcomer<T>(&self, work: impl FnOnce(&mut Newcomer, (Backend, &Settings)) -> Option<T>) -> Option<T> {
        self.core(|core| work(core.newcomer.as_mut()?, (core.backend, &core.settings)))
    }
}
