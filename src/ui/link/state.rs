//! The link as others see it.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use web_sys::File;

use super::images::{ImageSource, QueueState};
use super::queue::Queue;
use super::worker::Worker;
use crate::engine::Backend;
use crate::engine::protocol::{Answer, DeviceInfo, ModelInfo, Progress, Request, Timings};
use crate::fungi::Settings;
use crate::ui::messages::Messages;

/// The link to the engine. `Copy`: whoever asks the engine gets one.
#[derive(Clone, Copy)]
pub struct Link {
    /// How the engine is.
    pub phase: RwSignal<Phase>,
    /// Where to compute, as a person chose it; unset: the GPU if there is a real one, else the CPU.
    pub wanted: RwSignal<Option<Backend>>,
    /// Where it computes, once it does.
    pub device: RwSignal<Option<DeviceInfo>>,
    /// Why there: a sentence.
    pub device_reason: RwSignal<String>,
    /// The model, once it is loaded.
    pub model: RwSignal<Option<ModelInfo>>,
    /// Counts up whenever an engine is ready anew: first start, restart, other device, other settings.
    pub session: RwSignal<u32>,
    /// Counts up whenever a new worker process is ready: what the one before was told is gone. Other settings alone leave
    /// the process and its photos as they are.
    pub worker: RwSignal<u32>,
    /// Requests that a person waits for (everything sent through [`Self::ask`]) and that are not answered yet.
    pub waiting: RwSignal<usize>,
    /// How far the images are.
    pub queue: RwSignal<QueueState>,
    /// Where the latest image's time went.
    pub timings: RwSignal<Option<Timings>>,
    /// What the link tells a person.
    pub(super) messages: Messages,
    core: StoredValue<Core, LocalStorage>,
}

/// What is not shown.
pub(super) struct Core {
    pub(super) worker: Worker,
    pub(super) queue: Queue,
    pub(super) stopped: bool,
    pub(super) settings: Settings,
    pub(super) source: Option<Rc<dyn ImageSource>>,
    /// Counts up with every choice of a device: an older one that is still being made counts for nothing.
    pub(super) choices: u32,
}

/// How the engine is.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The worker is loading.
    Waking,
    /// It is starting: a step.
    Starting(Progress),
    /// Images may come.
    Ready,
    /// It can't work: why, and what helps.
    Failed(String),
}

/// What is heard of a request.
pub enum Reply {
    /// A step; more will follow.
    Progress(Progress),
    /// The end. Never [`Answer::Failed`]: an engine that can't work is replaced, and the request is `Lost`.
    Answer(Answer),
    /// The end: the worker broke down, or was replaced, before it answered. It may be asked again at once.
    Lost,
}

impl Link {
    /// A link without an engine; [`Self::begin`] starts one.
    pub fn new(messages: Messages, wanted: Option<Backend>, settings: Settings) -> Self {
        Self {
            phase: RwSignal::new(Phase::Waking),
            wanted: RwSignal::new(wanted),
            device: RwSignal::new(None),
            device_reason: RwSignal::new(String::new()),
            model: RwSignal::new(None),
            session: RwSignal::new(0),
            worker: RwSignal::new(0),
            waiting: RwSignal::new(0),
            queue: RwSignal::new(QueueState::default()),
            timings: RwSignal::new(None),
            messages,
            core: StoredValue::new_local(Core {
                worker: Worker::new(),
                queue: Queue::default(),
                stopped: false,
                settings,
                source: None,
                choices: 0,
            }),
        }
    }

    /// Whether an engine is ready now (untracked).
    pub fn is_ready(&self) -> bool {
        self.core(|core| core.worker.ready)
    }

    /// Sends a request, with a file beside it if there is one. `reply` hears any number of [`Reply::Progress`], then
    /// exactly once [`Reply::Answer`] or [`Reply::Lost`].
    ///
    /// While no engine is ready the request waits, and is sent as soon as one is: nothing is dropped without a word.
    pub fn ask(&self, request: Request, file: Option<File>, reply: impl FnMut(Reply) + 'static) {
        self.core(|core| core.worker.requests.ask((request, file), Rc::new(RefCell::new(reply))));
        self.go_on();
    }

    /// Works on what is not shown. Nobody outside may be called from within `work`: it might come back here.
    pub(super) fn core<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        self.core.try_update_value(work).expect("the link lives as long as the page")
    }
}
