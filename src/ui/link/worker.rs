//! One worker, and those that replace it: what it computes on, whether it is ready, its requests.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{set_timeout, window};
use web_sys::File;

use super::Reply;
use super::requests::{Asked, Requests};
use super::transport::{Arrival, Transport};
use crate::engine::Backend;
use crate::engine::protocol::{Message, Request};

/// The handler of a request's answer.
pub type Hearer = Rc<RefCell<dyn FnMut(Reply)>>;

/// A worker.
pub struct Worker {
    transport: Option<Transport>,
    /// What the current process computes on.
    pub backend: Backend,
    /// Whether it has device, model and the latest settings.
    pub ready: bool,
    /// Whether the current process has been ready before.
    pub proven: bool,
    /// When it last sent something, or got a request while it was idle; milliseconds.
    pub heard: f64,
    /// Processes in a row that crashed without an answer for an image or the user between them.
    pub crashes: u32,
    /// Its requests.
    pub requests: Requests<(Request, Option<File>), Hearer>,
}

impl Worker {
    /// A worker without a process.
    pub fn new() -> Self {
        Self {
            transport: None,
            backend: Backend::Cpu,
            ready: false,
            proven: false,
            heard: now(),
            crashes: 0,
            requests: Requests::default(),
        }
    }

    /// Starts a process; the one before must have ended.
    ///
    /// # Errors
    ///
    /// The browser's message if it starts no worker.
    pub fn start(&mut self, backend: Backend, arrival: impl Fn(Arrival) + Clone + 'static) -> Result<(), String> {
        self.backend = backend;
        self.heard = now();
        self.transport = Some(Transport::start(backend, arrival)?);
        Ok(())
    }

    /// Ends the process, and returns the handlers of unanswered requests.
    pub fn end(&mut self) -> Vec<Hearer> {
        self.ready = false;
        self.proven = false;
        if let Some(old) = self.transport.take() {
            old.end();
            // The caller may be one of its listeners.
            set_timeout(move || drop(old), Duration::ZERO);
        }
        self.requests.lost()
    }

    /// Sends a request; false if the browser does not pass it on.
    pub fn post(&mut self, asked: Asked<Hearer>, request: Request, file: Option<&File>) -> bool {
        self.rouse();
        let number = self.requests.number(asked);
        let sent = self.send(number, request, file);
        if !sent {
            self.requests.answered(number);
        }
        sent
    }

    /// Sends the waiting requests. Returns the handlers of those that the browser does not pass on.
    pub fn post_waiting(&mut self) -> Vec<Hearer> {
        let mut failed = Vec::new();
        self.rouse();
        while let Some((number, (request, file))) = self.requests.next_waiting() {
            if !self.send(number, request, file.as_ref())
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

    fn send(&self, number: u32, request: Request, file: Option<&File>) -> bool {
        let message = Message { seq: number, body: request };
        self.transport.as_ref().is_some_and(|transport| transport.post(&message, file).is_ok())
    }
}

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
