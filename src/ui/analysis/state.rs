//! The worker that evaluates, as other modules see it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::calls::Calls;
use super::known::Known;
use crate::analysis::protocol::{Answer, Event, Progress, Request};
use crate::ui::messages::Messages;
use crate::ui::transport::{Arrival, Transport};
use crate::wire::Message;

/// Workers in a row that may crash without an answer between them.
const CRASHES: u32 = 3;

thread_local! {
    /// The program, once a worker has compiled it: others need not do so again. And whether it is the one with relaxed SIMD,
    /// where the browser has that.
    static PROGRAM: RefCell<Option<(bool, JsValue)>> = const { RefCell::new(None) };
}

/// The handler of a request's answer.
type Hearer = Rc<RefCell<dyn FnMut(Reply)>>;

/// A worker that evaluates. `Copy`: each user gets one. Two of these are two workers.
#[derive(Clone, Copy)]
pub struct Analysis {
    /// Whether it can work.
    pub standing: RwSignal<Standing>,
    /// What it does, as a sentence begins: "The evaluation".
    work: &'static str,
    messages: Messages,
    /// Whether relaxed SIMD may be used, from the worker's next start.
    relaxed_simd: RwSignal<bool>,
    pub(super) core: StoredValue<Core, LocalStorage>,
}

/// Whether the worker can work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has asked for anything yet, or it was ended.
    Asleep,
    /// Its program is loading.
    Waking,
    /// It works, or waits for work.
    Awake,
    /// It crashed too often, or could not be loaded: why, as a sentence. The next request starts it anew.
    Failed(String),
}

/// What the sender of a request gets back.
pub enum Reply {
    /// A step; more will follow.
    Progress(Progress),
    /// The end, with what lies beside it.
    Answer(Answer, Vec<JsValue>),
    /// The end: the worker crashed before it answered. The request may be repeated, unless it has failed for good.
    Lost,
    /// The end: the worker was ended by [`Analysis::end`].
    Ended,
}

/// State without signals.
#[derive(Default)]
pub(super) struct Core {
    transport: Option<Transport<Request>>,
    /// Counts processes; what comes from an earlier one is ignored.
    pub(super) process: u32,
    /// Whether this one may use relaxed SIMD.
    relaxed_simd: bool,
    listening: bool,
    crashes: u32,
    calls: Calls<(Request, Vec<JsValue>), Hearer>,
    pub(super) known: Known,
    /// Whether features are being sent.
    pub(super) giving: bool,
}

impl Analysis {
    /// A worker that starts with the first request, with relaxed SIMD if that is wanted then and the browser has it. `work`
    /// is what it does, as a sentence begins.
    pub fn new(work: &'static str, messages: Messages, relaxed_simd: RwSignal<bool>) -> Self {
        let core = StoredValue::new_local(Core::default());
        Self { standing: RwSignal::new(Standing::Asleep), work, messages, relaxed_simd, core }
    }

    /// Another worker, which starts with its own first request.
    pub fn another(&self, work: &'static str) -> Self {
        Self::new(work, self.messages, self.relaxed_simd)
    }

    /// Sends a request, with what lies beside it (blobs, for example), and gives its number. `reply` gets any number of
    /// [`Reply::Progress`], then exactly once one of the others.
    pub fn ask(&self, request: Request, beside: Vec<JsValue>, reply: impl FnMut(Reply) + 'static) -> u32 {
        let number = self.with_core(|core| core.calls.ask((request, beside), Rc::new(RefCell::new(reply))));
        self.rouse();
        self.send_waiting();
        number
    }

    /// Ends the worker, whatever it is doing. The next request starts another.
    pub fn end(&self) {
        self.standing.set(Standing::Asleep);
        self.lose(|| Reply::Ended);
    }

    /// Starts a worker if there is none.
    pub(super) fn rouse(&self) {
        let relaxed_simd = self.relaxed_simd.get_untracked();
        let Some(process) = self.with_core(|core| {
            core.transport.is_none().then(|| {
                (core.process, core.relaxed_simd) = (core.process + 1, relaxed_simd);
                core.process
            })
        }) else {
            return;
        };
        self.standing.set(Standing::Waking);
        let analysis = *self;
        let arrival = move |arrival| analysis.arrived(process, arrival);
        let program = PROGRAM.with_borrow(Clone::clone).filter(|(relaxed, _)| *relaxed == relaxed_simd);
        let program = program.as_ref().map(|(_, program)| program);
        match Transport::start("analysis", program, relaxed_simd, arrival) {
            Ok(transport) => self.with_core(|core| core.transport = Some(transport)),
            Err(reason) => {
                // The caller has not got its request's number yet.
                set_timeout(move || analysis.broken(reason.clone()), Duration::ZERO);
            }
        }
    }

    fn arrived(&self, process: u32, arrival: Arrival<Event>) {
        if !self.with_core(|core| core.process == process) {
            return;
        }
        match arrival {
            Arrival::Program(program) => PROGRAM.set(Some((self.with_core(|core| core.relaxed_simd), program))),
            Arrival::Crash(reason) => self.broken(reason),
            Arrival::Message(Message { seq, body }, beside) => match body {
                Event::Hello => {
                    let analysis = *self;
                    let closed = move || analysis.arrived(process, Arrival::Crash("Its worker was closed.".into()));
                    self.with_core(|core| {
                        core.listening = true;
                        if let Some(transport) = &core.transport {
                            transport.watch(closed);
                        }
                    });
                    self.standing.set(Standing::Awake);
                    self.send_waiting();
                }
                Event::Progress(step) => {
                    let hearer = self.with_core(|core| core.calls.hearer(seq).cloned());
                    if let Some(hearer) = hearer {
                        (hearer.borrow_mut())(Reply::Progress(step));
                    }
                }
                Event::Answer(answer) => {
                    let hearer = self.with_core(|core| {
                        core.crashes = 0;
                        core.calls.answered(seq)
                    });
                    if let Some(hearer) = hearer {
                        (hearer.borrow_mut())(Reply::Answer(answer, beside));
                    }
                }
            },
        }
    }

    fn send_waiting(&self) {
        let refused = self.with_core(|core| {
            let transport = core.transport.as_ref().filter(|_| core.listening)?;
            while let Some((seq, (body, beside))) = core.calls.next_waiting() {
                if let Err(reason) = transport.post(&Message { seq, body }, &beside) {
                    return Some(reason);
                }
            }
            None
        });
        if let Some(reason) = refused {
            let analysis = *self;
            set_timeout(move || analysis.broken(reason.clone()), Duration::ZERO);
        }
    }

    /// The worker crashed, or could not be started.
    fn broken(&self, reason: String) {
        let crashes = self.with_core(|core| {
            core.crashes += 1;
            core.crashes
        });
        let work = self.work;
        if crashes >= CRASHES {
            self.with_core(|core| core.crashes = 0);
            let reason = if reason.is_empty() { "its program could not be loaded.".into() } else { reason };
            self.standing.set(Standing::Failed(format!("{work} stopped {crashes} times in a row: {reason}")));
        } else {
            self.standing.set(Standing::Asleep);
            self.messages.tell(format!("{work} crashed and was restarted. Nothing in the gallery is lost."));
        }
        self.lose(|| Reply::Lost);
    }

    fn lose(&self, reply: impl Fn() -> Reply) {
        let (old, hearers) = self.with_core(|core| {
            core.process += 1;
            core.listening = false;
            core.giving = false;
            core.known.forget();
            (core.transport.take(), core.calls.lost())
        });
        if let Some(old) = old {
            old.end();
            // The caller may be one of its listeners.
            set_timeout(move || drop(old), Duration::ZERO);
        }
        hearers.iter().for_each(|hearer| (hearer.borrow_mut())(reply()));
    }

    /// Works on the state without signals. `work` must not call out.
    pub(super) fn with_core<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        self.core.try_update_value(work).expect("the worker's state lives as long as the page")
    }
}
