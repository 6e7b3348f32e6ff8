//! The link as other modules see it.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::{Blob, File};

use super::Phase;
use super::images::{ImageSource, QueueState};
use super::inbox::Inbox;
use super::queue::{Cost, Queue};
use super::switch::{Newcomer, Switch};
use super::worker::{Arrival, Worker};
use crate::engine::protocol::{Answer, DeviceInfo, Listed, ModelInfo, Progress, Request, Timings};
use crate::engine::{Backend, ModelFiles};
use crate::fungi::Settings;
use crate::ui::messages::Messages;

/// The link to the engine. `Copy`: each user gets one.
#[derive(Clone, Copy)]
pub struct Link {
    /// The state of the engine.
    pub phase: RwSignal<Phase>,
    /// Where to compute, as the user chose it; unset: the GPU if there is a real one that is faster, otherwise the CPU.
    pub wanted: RwSignal<Option<Backend>>,
    /// How many workers are to compute on the CPU, as the user chose it; unset: as many as suit the machine.
    pub wanted_workers: RwSignal<Option<usize>>,
    /// Whether the CPU's workers may use relaxed SIMD, where the browser has it.
    pub relaxed_simd: RwSignal<bool>,
    /// How many workers are ready.
    pub workers: RwSignal<usize>,
    /// Where it computes, once it does.
    pub device: RwSignal<Option<DeviceInfo>>,
    /// Why there, as a sentence.
    pub device_reason: RwSignal<String>,
    /// The model, once it is loaded.
    pub model: RwSignal<Option<ModelInfo>>,
    /// The name of the model that the user chose; empty: the catalogue's first.
    pub wanted_model: RwSignal<String>,
    /// The side of the model's input in pixels as the user chose it; unset: the one that it was trained for.
    pub wanted_side: RwSignal<Option<usize>>,
    /// The models to choose from, once the catalogue has been read.
    pub models: RwSignal<Vec<Listed>>,
    /// How far the switch to another model is, while there is one, or how it failed.
    pub switch: RwSignal<Option<Switch>>,
    /// Milliseconds for a view in one worker: of the latest images, or of the first pass.
    pub view_millis: RwSignal<Option<f64>>,
    /// Counts up whenever an engine is ready anew: first start, restart, other device, other settings.
    pub session: RwSignal<u32>,
    /// Counts up whenever the user's requests have a new worker process: everything sent to the one before is gone. New
    /// settings alone leave the process and its photos as they are.
    pub worker: RwSignal<u32>,
    /// The user's requests (everything sent through [`Self::ask`]) that are not answered yet.
    pub waiting: RwSignal<usize>,
    /// The progress of the images.
    pub queue: RwSignal<QueueState>,
    /// Where the latest image's time went.
    pub timings: RwSignal<Option<Timings>>,
    /// Messages of the link.
    pub(super) messages: Messages,
    core: StoredValue<Core, LocalStorage>,
}

/// State without signals.
pub(super) struct Core {
    /// The first one serves the user's requests as well as images, the others images alone. All compute on `backend`.
    pub(super) workers: Vec<Worker>,
    pub(super) backend: Backend,
    /// Worker processes started so far.
    pub(super) processes: u32,
    /// What came from which worker's process.
    pub(super) inbox: Inbox<(usize, u32, Arrival)>,
    /// The program, once a worker has compiled it.
    pub(super) program: Option<JsValue>,
    /// The model's files, once a worker has read them: described, and as blobs.
    pub(super) files: Option<(Box<ModelFiles>, Vec<Blob>)>,
    /// The worker that prepares a switch to another model.
    pub(super) newcomer: Option<Newcomer>,
    pub(super) queue: Queue,
    /// Images that share a forward pass, by stage.
    pub(super) together: Vec<usize>,
    /// What images cost in the stages to come.
    pub(super) cost: Cost,
    /// Whether images may be sent: the gallery knows the latest settings, and no worker is at former ones.
    pub(super) open: bool,
    pub(super) stopped: bool,
    /// Whether workers have something left of pictures.
    pub(super) kept: bool,
    pub(super) settings: Settings,
    /// Whether images come with what exact cosines of their gradients come from.
    pub(super) exact: bool,
    pub(super) source: Option<Rc<dyn ImageSource>>,
    /// Counts up with every choice of a device; if an older choice completes later, it is ignored.
    pub(super) choices: u32,
}

/// What the sender of a request gets back.
pub enum Reply {
    /// A step; more will follow.
    Progress(Progress),
    /// The end. Never [`Answer::Failed`]: an engine that can't work is replaced, and the request is `Lost`.
    Answer(Answer),
    /// The end: the worker crashed, or was replaced, before it answered. The request may be repeated at once.
    Lost {
        /// Whether the worker was at this very request and crashed by a fault of its own, so that it may well crash again.
        blame: bool,
    },
}

impl Link {
    /// A link without an engine; [`Self::begin`] starts one.
    pub fn new(
        messages: Messages,
        wanted: Option<Backend>,
        workers: Option<usize>,
        model: String,
        settings: Settings,
        exact: bool,
    ) -> Self {
        Self {
            phase: RwSignal::new(Phase::Waking),
            wanted: RwSignal::new(wanted),
            wanted_workers: RwSignal::new(workers),
            relaxed_simd: RwSignal::new(true),
            workers: RwSignal::new(0),
            device: RwSignal::new(None),
            device_reason: RwSignal::new(String::new()),
            model: RwSignal::new(None),
            wanted_model: RwSignal::new(model),
            wanted_side: RwSignal::new(None),
            models: RwSignal::new(Vec::new()),
            switch: RwSignal::new(None),
            view_millis: RwSignal::new(None),
            session: RwSignal::new(0),
            worker: RwSignal::new(0),
            waiting: RwSignal::new(0),
            queue: RwSignal::new(QueueState::default()),
            timings: RwSignal::new(None),
            messages,
            core: StoredValue::new_local(Core {
                workers: vec![Worker::new()],
                backend: Backend::Cpu,
                processes: 0,
                inbox: Inbox::default(),
                program: None,
                files: None,
                newcomer: None,
                queue: Queue::default(),
                together: Vec::new(),
                cost: Cost::default(),
                open: false,
                stopped: false,
                kept: false,
                settings,
                exact,
                source: None,
                choices: 0,
            }),
        }
    }

    /// Whether an engine is ready for the user's requests now (untracked).
    pub fn is_ready(&self) -> bool {
        self.core(|core| core.workers[0].ready)
    }

    /// Sends a request, with a file beside it if there is one. `reply` gets any number of [`Reply::Progress`], then
    /// exactly once [`Reply::Answer`] or [`Reply::Lost`].
    ///
    /// While no engine is ready the request waits, and is sent as soon as one is: no request is dropped silently.
    pub fn ask(&self, request: Request, file: Option<File>, reply: impl FnMut(Reply) + 'static) {
        let blobs = file.into_iter().map(Blob::from).collect();
        self.core(|core| core.workers[0].requests.ask((request, blobs), Rc::new(RefCell::new(reply))));
        self.go_on();
    }

    /// Works on the state without signals. `work` must not call out of the link: the callee might call this again.
    pub(super) fn core<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        self.core.try_update_value(work).expect("the link lives as long as the page")
    }
}
