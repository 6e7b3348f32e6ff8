//! The link as other modules see it.

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

/// The link to the engine. `Copy`: each user gets one.
#[derive(Clone, Copy)]
pub struct Link {
    /// The state of the engine.
    pub phase: RwSignal<Phase>,
    /// Where to compute, as the user chose it; unset: the GPU if there is a real one, otherwise the CPU.
    pub wanted: RwSignal<Option<Backend>>,
    /// Where it computes, once it does.
    pub device: RwSignal<Option<DeviceInfo>>,
    /// Why there, as a sentence.
    pub device_reason: RwSignal<String>,
    /// The model, once it is loaded.
    pub model: RwSignal<Option<ModelInfo>>,
    /// Counts up whenever an engine is ready anew: first start, restart, other device, other settings.
    pub session: RwSignal<u32>,
    /// Counts up whenever a new worker process is ready: everything sent to the one before is gone. New settings alone
    /// leave the process and its photos as they are.
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
    pub(super) worker: Worker,
    pub(super) queue: Queue,
    pub(super) stopped: bool,
    pub(super) settings: Settings,
    pub(super) source: Option<Rc<dyn ImageSource>>,
    /// Counts up with every choice of a device; if an older choice completes later, it is ignored.
    pub(super) choices: u32,
}

/// The state of the engine.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The worker is loading.
    Waking,
    /// It is starting: the current step.
    Starting(Progress),
    /// Images may come.
    Ready,
    /// It can't work: why, and what might help.
    Failed(String),
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

    /// Sends a request, with a file beside it if there is one. `reply` gets any number of [`Reply::Progress`], then
    /// exactly once [`Reply::Answer`] or [`Reply::Lost`].
    ///
    /// While no engine is ready the request waits, and is sent as soon as one is: no request is dropped silently.
    pub fn ask(&self, request: Request, file: Option<File>, reply: impl FnMut(Reply) + 'static) {
        self.core(|core| core.worker.requests.ask((request, file), Rc::new(RefCell::new(reply))));
        self.go_on();
    }

    /// Works on the state without signals. `work` must not call out of the link: the callee might call this again.
    pub(super) fn core<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        self.core.try_update_value(work).expect("the link lives as long as the page")
    }
}
