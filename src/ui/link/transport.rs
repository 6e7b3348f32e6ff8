//! Bytes to and from a worker: starts one, sends to it, notices its end.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{ErrorEvent, File, MessageEvent, Worker};

use crate::engine::Backend;
use crate::engine::protocol::{Event, Message, Request};

/// Part of the workers' addresses, so that no browser mixes files of two versions. `scripts/build` may set it.
const VERSION: &str = match option_env!("MYCOSCOPE_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// What comes from a worker.
pub enum Arrival {
    /// A message.
    Message(Message<Event>),
    /// It crashed, or sent what can't be read: why, if the browser tells.
    Crash(String),
}

/// A worker process.
pub struct Transport {
    worker: Worker,
    _listeners: [Closure<dyn FnMut(JsValue)>; 3],
}

impl Transport {
    /// Starts the program for `backend`; `arrival` is called with everything that comes from it.
    ///
    /// # Errors
    ///
    /// The browser's message if it starts no worker.
    pub fn start(backend: Backend, arrival: impl Fn(Arrival) + Clone + 'static) -> Result<Self, String> {
        let engine = match backend {
            Backend::Gpu => "engine-gpu",
            Backend::Cpu => "engine",
        };
        let worker =
            Worker::new(&format!("./worker.js?engine={engine}&version={VERSION}")).map_err(|error| said(&error))?;
        let heard = arrival.clone();
        let on_message = Closure::<dyn FnMut(JsValue)>::new(move |event: JsValue| {
            let data = event.unchecked_into::<MessageEvent>().data();
            let bytes = data.dyn_into::<Uint8Array>().ok();
            heard(match bytes.and_then(|bytes| postcard::from_bytes(&bytes.to_vec()).ok()) {
                Some(message) => Arrival::Message(message),
                None => Arrival::Crash("It sent something that this page does not understand.".into()),
            });
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
        Ok(Self { worker, _listeners: [on_message, on_error, on_garbled] })
    }

    /// Sends a request. A file goes as a handle beside it: its bytes are read in the worker.
    ///
    /// # Errors
    ///
    /// The browser's message if it does not send the request.
    pub fn post(&self, request: &Message<Request>, file: Option<&File>) -> Result<(), String> {
        let bytes = postcard::to_allocvec(request).map_err(|error| error.to_string())?;
        let file = file.map_or(JsValue::UNDEFINED, JsValue::from);
        let message = Array::of2(&Uint8Array::from(bytes.as_slice()), &file);
        self.worker.post_message(&message).map_err(|error| said(&error))
    }

    /// Ends the worker, whatever it is doing. Its listeners go with the value, which must not be dropped while one
    /// runs.
    pub fn end(&self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
    }
}

/// The message of a thrown value.
fn said(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_default(),
    }
}
