//! A worker's end of the wire: reads messages, sends messages, returns to the event loop.
//!
//! A message is `[Uint8Array of postcard, ...beside]`: what lies beside is passed on as it is, such as blobs or arrays of
//! numbers.

use js_sys::{Array, Function, Promise, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DedicatedWorkerGlobalScope;

use super::Message;

/// Reads what came: a message, and what lies beside it. `None` if it is of another version.
pub fn parse<T: DeserializeOwned>(data: &JsValue) -> Option<(Message<T>, Vec<JsValue>)> {
    let parts: &Array = data.dyn_ref()?;
    let bytes: Uint8Array = parts.get(0).dyn_into().ok()?;
    Some((postcard::from_bytes(&bytes.to_vec()).ok()?, parts.iter().skip(1).collect()))
}

/// Sends a message under that number, with what lies beside it.
pub fn send<T: Serialize>(seq: u32, body: T, beside: &[JsValue]) {
    let parts: Array = beside.iter().collect();
    match postcard::to_allocvec(&Message { seq, body }) {
        Ok(bytes) => {
            let bytes = Uint8Array::from(bytes.as_slice());
            parts.unshift(&bytes);
            // Transferring the buffer avoids a copy; posting fails only when the page is gone.
            let _ = global().post_message_with_transfer(&parts, &Array::of1(&bytes.buffer()));
        }
        // The page treats this like any crash, and starts a new worker.
        Err(error) => wasm_bindgen::throw_str(&format!("an event could not be encoded: {error}")),
    }
}

/// Returns to the event loop, so that waiting messages arrive.
pub async fn breathe() {
    let timer = Promise::new(&mut |resolve: Function, _| {
        // Without a timer the promise would never settle, so it is settled at once.
        if global().set_timeout_with_callback(&resolve).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(timer).await;
}

/// The worker itself.
pub fn global() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
