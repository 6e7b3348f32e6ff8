//! Reading the engine's own files (catalogue, weights, negatives): over HTTP in a browser, from a folder natively.

use thiserror::Error;

/// One of the engine's own files could not be read.
#[derive(Debug, Clone, Error)]
#[error("{address} could not be read: {reason}. Check that the address is right and reachable, then try again.")]
pub struct FetchError {
    /// The URL or path.
    pub address: String,
    /// What the browser or the system said.
    pub reason: String,
}

impl FetchError {
    pub(crate) fn new(address: &str, reason: impl ToString) -> Self {
        Self { address: address.to_owned(), reason: reason.to_string() }
    }
}

/// The bytes at `address`; `progress` gets the bytes so far and the total (0 while unknown).
///
/// # Errors
/// [`FetchError`] names the address and the system's reason.
pub async fn fetch(address: &str, progress: impl FnMut(u64, u64)) -> Result<Vec<u8>, FetchError> {
    platform::fetch(address, progress).await
}

#[cfg(not(all(target_arch = "wasm32", feature = "worker")))]
mod platform {
    use super::FetchError;

    #[expect(clippy::unused_async, reason = "the browser's version awaits the response")]
    pub async fn fetch(address: &str, mut progress: impl FnMut(u64, u64)) -> Result<Vec<u8>, FetchError> {
        let bytes = std::fs::read(address).map_err(|error| FetchError::new(address, error))?;
        progress(bytes.len() as u64, bytes.len() as u64);
        Ok(bytes)
    }
}

#[cfg(all(target_arch = "wasm32", feature = "worker"))]
mod platform {
    use js_sys::{Reflect, Uint8Array};
    use wasm_bindgen::{JsCast, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, Response};

    use super::FetchError;

    pub async fn fetch(address: &str, mut progress: impl FnMut(u64, u64)) -> Result<Vec<u8>, FetchError> {
        let fault = |error: JsValue| {
            let text = error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |e| e.message().into());
            FetchError::new(address, text)
        };
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        let response: Response =
            JsFuture::from(scope.fetch_with_str(address)).await.map_err(fault)?.dyn_into().map_err(fault)?;
        if !response.ok() {
            return Err(FetchError::new(address, format!("the server answered {}", response.status())));
        }
        let total: u64 =
            response.headers().get("content-length").ok().flatten().and_then(|n| n.parse().ok()).unwrap_or_default();
        let Some(body) = response.body() else {
            return Err(FetchError::new(address, "the response was empty"));
        };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let mut bytes = Vec::with_capacity(total as usize);
        loop {
            let chunk = JsFuture::from(reader.read()).await.map_err(fault)?;
            if Reflect::get(&chunk, &"done".into()).map_err(fault)?.is_truthy() {
                return Ok(bytes);
            }
            let value: Uint8Array = Reflect::get(&chunk, &"value".into()).map_err(fault)?.unchecked_into();
            bytes.extend(value.to_vec());
            progress(bytes.len() as u64, total.max(bytes.len() as u64));
        }
    }
}
