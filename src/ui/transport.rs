//! Bytes to and from a worker: starts one, sends to it, notices its end.

use std::cell::Cell;
use std::marker::PhantomData;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::window;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::{Closure, JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions};

use crate::wire::Message;

/// Part of the workers' addresses, so that no browser mixes files of two versions. `scripts/build` may set it.
const VERSION: &str = match option_env!("MYCOSCOPE_BUILD") {
    Some(build) => build,
    None => env!("CARGO_PKG_VERSION"),
};

/// What comes from a worker that sends events of type `E`.
pub enum Arrival<E> {
    /// Its program, compiled: others need not compile it again.
    Program(JsValue),
    /// A message, and what lies beside it.
    Message(Message<E>, Vec<JsValue>),
    /// It crashed, or sent what can't be read: why, if the browser tells.
    Crash(String),
}

/// A worker process that takes requests of type `Q`.
pub struct Transport<Q> {
    worker: Worker,
    _listeners: [Closure<dyn FnMut(JsValue)>; 3],
    /// Its name, and that of the lock that it holds as long as it lives.
    name: String,
    /// Whether it was ended from here.
    ended: Rc<Cell<bool>>,
    takes: PhantomData<fn(Q)>,
}

impl<Q: Serialize> Transport<Q> {
    /// Starts `program` (see `public/worker.js`), from `compiled` if it has been compiled before, with relaxed SIMD if that is
    /// wanted, the program comes so, and the browser has it; `arrival` is called with everything that comes from it.
    ///
    /// # Errors
    ///
    /// The browser's message if it starts no worker.
    pub fn start<E: DeserializeOwned + 'static>(
        program: &str,
        compiled: Option<&JsValue>,
        relaxed_simd: bool,
        arrival: impl Fn(Arrival<E>) + Clone + 'static,
    ) -> Result<Self, String> {
        let sent_along = if compiled.is_some() { "&compiled=1" } else { "" };
        let simd = if relaxed_simd { "" } else { "&simd=128" };
        let address = format!("./worker.js?engine={program}&version={VERSION}{simd}{sent_along}");
        // Locks are shared by all pages of a host: each worker's has a name of its own.
        let name = format!("{program} {:x}", (js_sys::Math::random() * 9e15) as u64);
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
        if let Some(compiled) = compiled {
            worker.post_message(compiled).map_err(|error| said(&error))?;
        }
        let ended = Rc::new(Cell::new(false));
        Ok(Self { worker, _listeners: [on_message, on_error, on_garbled], name, ended, takes: PhantomData })
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

    /// Sends a request, and beside it what is passed on as it is: of blobs the handles, whose bytes are read in the worker.
    ///
    /// # Errors
    ///
    /// The browser's message if it does not send the request.
    pub fn post(&self, request: &Message<Q>, beside: &[JsValue]) -> Result<(), String> {
        let bytes = postcard::to_allocvec(request).map_err(|error| error.to_string())?;
        let message = Array::of1(&Uint8Array::from(bytes.as_slice()));
        beside.iter().for_each(|value| {
            message.push(value);
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

/// What a worker sent: its program, or a message with what lies beside it.
fn read<E: DeserializeOwned>(data: &JsValue) -> Arrival<E> {
    let Some(parts) = data.dyn_ref::<Array>() else { return Arrival::Program(data.clone()) };
    let bytes = parts.get(0).dyn_into::<Uint8Array>().ok();
    match bytes.and_then(|bytes| postcard::from_bytes(&bytes.to_vec()).ok()) {
        Some(message) => Arrival::Message(message, parts.iter().skip(1).collect()),
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
