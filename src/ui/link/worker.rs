//! One worker, and those that replace it: whether it is ready, what it is at, its requests.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{set_timeout, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::Reply;
use super::requests::{Asked, Requests};
use crate::engine::Backend;
use crate::engine::protocol::{Event, Message, Request};
use crate::gallery::Id;
use crate::ui::transport::{self, Transport};

/// The handler of a request's answer.
pub type Hearer = Rc<RefCell<dyn FnMut(Reply)>>;

/// What comes from a worker.
pub type Arrival = transport::Arrival<Event>;

/// A worker.
pub struct Worker {
    transport: Option<Transport<Request>>,
    /// The number of its process.
    process: u32,
    /// Whether its program is listening.
    pub listening: bool,
    /// Whether it has device, model and the latest settings.
    pub ready: bool,
    /// Whether the current process has been ready before.
    pub proven: bool,
    /// When it last sent something, or got a request while it was idle; milliseconds.
    pub heard: f64,
    /// Processes in a row that crashed without an answer for an image or the user between them.
    pub crashes: u32,
    /// The request whose image it is reading.
    pub reading: Option<u32>,
    /// Its requests.
    pub requests: Requests<(Request, Vec<Blob>), Hearer>,
}

impl Worker {
    /// A worker without a process.
    pub fn new() -> Self {
        Self {
            transport: None,
            process: 0,
            listening: false,
            ready: false,
            proven: false,
            heard: now(),
            crashes: 0,
            reading: None,
            requests: Requests::default(),
        }
    }

    /// Starts a process, which gets that number, from the program if it has been compiled before; the one before must
    /// have ended.
    ///
    /// # Errors
    ///
    /// The browser's message if it starts no worker.
    pub fn start(
        &mut self,
        backend: Backend,
        process: u32,
        program: Option<&JsValue>,
        relaxed_simd: bool,
        arrival: impl Fn(Arrival) + Clone + 'static,
    ) -> Result<(), String> {
        self.heard = now();
        self.process = process;
        let name = match backend {
            Backend::Gpu => "engine-gpu",
            Backend::Cpu => "engine",
        };
        self.transport = Some(Transport::start(name, program, relaxed_simd, arrival)?);
        Ok(())
    }

    /// Has `closed` called once the process is gone without being ended from here.
    pub fn watch(&self, closed: impl FnOnce() + 'static) {
        if let Some(transport) = &self.transport {
            transport.watch(closed);
        }
    }

    /// The number of the latest process.
    pub fn process(&self) -> u32 {
        self.process
    }

    /// Whether it is still that process.
    pub fn is(&self, process: u32) -> bool {
        self.is_running() && self.process == process
    }

    /// Whether there is a process.
    pub fn is_running(&self) -> bool {
        self.transport.is_some()
    }

    /// Ends the process, and returns the handlers of unanswered requests.
    pub fn end(&mut self) -> Vec<Hearer> {
        self.listening = false;
        self.ready = false;
        self.proven = false;
        self.reading = None;
        if let Some(old) = self.transport.take() {
            old.end();
            // The caller may be one of its listeners.
            set_timeout(move || drop(old), Duration::ZERO);
        }
        self.requests.lost()
    }

    /// The image that it is reading. While it computes, no image is at fault: they are all of one size then.
    pub fn suspect(&self) -> Option<Id> {
        match self.requests.get(self.reading?)? {
            Asked::Image(job) => Some(job.id),
            _ => None,
        }
    }

    /// Sends a request; false if the browser does not pass it on.
    pub fn post(&mut self, asked: Asked<Hearer>, request: Request, blobs: &[Blob]) -> bool {
        self.rouse();
        let number = self.requests.number(asked);
        let sent = self.send(number, request, blobs);
        if !sent {
            self.requests.answered(number);
        }
        sent
    }

    /// Sends the waiting requests. Returns the handlers of those that the browser does not pass on.
    pub fn post_waiting(&mut self) -> Vec<Hearer> {
        let mut failed = Vec::new();
        self.rouse();
        while let Some((number, (request, blobs))) = self.requests.next_waiting() {
            if !self.send(number, request, &blobs)
                && let Some(Asked::Person(hearer)) = self.requests.answered(number)
            {
                failed.push(hearer);
            }
        }
        failed
    }

    /// Silence counts from the first request on.
    fn rouse(&mut self) {
        if !self.requests.is_owed() {
            self.heard = now();
        }
    }

    fn send(&self, number: u32, request: Request, blobs: &[Blob]) -> bool {
        let message = Message { seq: number, body: request };
        let blobs: Vec<JsValue> = blobs.iter().map(JsValue::from).collect();
        self.transport.as_ref().is_some_and(|transport| transport.post(&message, &blobs).is_ok())
    }
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// The blobs among what lies beside a message.
pub fn blobs_of(beside: Vec<JsValue>) -> Vec<Blob> {
    beside.into_iter().filter_map(|value| value.dyn_into().ok()).collect()
}
