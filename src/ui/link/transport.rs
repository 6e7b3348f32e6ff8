//! Bytes to and from a worker: starts one, sends to it, notices its end.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{Blob, ErrorEvent, MessageEvent, Worker, WorkerOptions};

use crate::engine::Backend;
use crate::engine::protocol::{Event, Message, Request};

/// Part of the workers' addresses, so that no browser mixes files of two versions. `scripts/build` may set it.
const VERSION: &str = match option_env!("MYCOSCOPE_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// What comes from a worker.
pub enum Arrival {
    /// Its program, compiled: others need not compile it again.
    Program(JsValue),
    /// A message, and the blobs beside it.
    Message(Message<Event>, Vec<Blob>),
    /// It crashed, or sent what can't be read: why, if the browser tells.
    Crash(String),
}

/// A worker process.
pub struct Transport {
    worker: Worker,
    _listeners: [Closure<dyn FnMut(JsValue)>; 3],
    /// Its name, and that of the lock that it holds as long as it lives.
    name: String,
    /// Whether it was ended from here.
    ended: Rc<Cell<bool>>,
}

impl Transport {
    /// Starts the program for `backend`, from `program` if it has been compiled before, on the CPU with relaxed SIMD if that
    /// is wanted and the browser has it; `arrival` is called with everything
    /// that comes from it.
    ///
    /// # Errors
    ///
    /// The browser's message if it starts no worker.
    pub fn start(
        backend: Backend,
        program: Option<&JsValue>,
        relaxed_simd: bool,
        arrival: impl Fn(Arrival) + Clone + 'static,
    ) -> Result<Self, String> {
        let engine = match backend {
            Backend::Gpu => "engine-gpu",
            Backend::Cpu => "engine",
        };
        let compiled = if program.is_some() { "&compiled=1" } else { "" };
        let simd = if relaxed_simd { "" } else { "&simd=128" };
        let address = format!("./worker.js?engine={engine}&version={VERSION}{simd}{compiled}");
        // Locks are shared by all pages of a host: each worker's has a name of its own.
        let name = format!("{engine} {:x}", (js_sys::Math::random() * 9e15) as u64);
        let options = WorkerOptions::new();
        options.set_name(&name);
        let worker = Worker::new_with_options(&address, &options).map_err(|error| said(&error))?;
        let heard = arrival.clone();
        let on_message = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            heard(read(&event.unchecked_into::<MessageEvent>().data()));
        });
        let failed = arrival.clone();
        let on_error = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let message = event.dyn_into::<ErrorEvent>().map(|event| event.message()).unwrap_or_default();
            failed(Arrival::Crash(message));
        });
        let on_garbled = Closure::<dyn FnMut(JsValue)>::new(move |_| {
            arrival(Arrival::Crash("A message could not be read.".into()));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_garbled.as_ref().unchecked_ref()));
        if let Some(program) = program {
            worker.post_message(program).map_err(|error| said(&error))?;
        }
        let ended = Rc::new(Cell::new(false));
        Ok(Self { worker, _listeners: [on_message, on_error, on_garbled], name, ended })
    }

    /// Has `closed` called once the worker is gone without being ended from here: a browser that closes a worker, for memory
    /// perhaps, tells nobody. To be called when the worker is listening, for then it has its lock. Where a browser has no
    /// locks, silence is all there is to notice.
    pub fn watch(&self, closed: impl FnOnce() + 'static) {
        let Ok(locks) = Reflect::get(&window().navigator(), &"locks".into()) else { return };
        let request = Reflect::get(&locks, &"request".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
        let Some(request) = request else { return };
        let ended = self.ended.clone();
        let released = Closure::once_into_js(move || {
            if !ended.get() {
                closed();
            }
        });
        // A browser that refuses (a page without an origin, for example) is one without locks.
        let _ = request.call2(&locks, &JsValue::from_str(&self.name), &released);
    }

    /// Sends a request. Blobs go as handles beside it: their bytes are read in the worker.
    ///
    /// # Errors
    ///
    /// The browser's message if it does not send the request.
    pub fn post(&self, request: &Message<Request>, blobs: &[Blob]) -> Result<(), String> {
        let bytes = postcard::to_allocvec(request).map_err(|error| error.to_string())?;
        let message = Array::of1(&Uint8Array::from(bytes.as_slice()));
        blobs.iter().for_each(|blob| {
            message.push(blob);
        });
        self.worker.post_message(&message).map_err(|error| said(&error))
    }

    /// Ends the worker, whatever it is doing. Its listeners go with the value, which must not be dropped while one
    /// runs.
    pub fn end(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.ended.set(true);
        self.worker.terminate();
    }
}

/// What a worker sent: its program, or a message with its blobs.
fn read(data: &JsValue) -> Arrival {
    let Some(parts) = data.dyn_ref::<Array>() else { return Arrival::Program(data.clone()) };
    let bytes = parts.get(0).dyn_into::<Uint8Array>().ok();
    let blobs = parts.iter().skip(1).filter_map(|blob| blob.dyn_into().ok()).collect();
    match bytes.and_then(|bytes| postcard::from_bytes(&bytes.to_vec()).ok()) {
        Some(message) => Arrival::Message(message, blobs),
        None => Arrival::Crash("It sent something that this page does not understand.".into()),
    }
}

/// The message of a thrown value.
fn said(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_default(),
    }
}
