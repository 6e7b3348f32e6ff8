//! A file from another server: its answer's head, then its bytes piece by piece. No cookie, no referrer, and no copy in the
//! browser's own cache.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DedicatedWorkerGlobalScope, Headers, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache, RequestCredentials,
    RequestInit, RequestMode, Response,
};

use super::StoreError;
use super::error::{host, refused};

/// A file on its way.
pub(super) struct Incoming {
    reader: ReadableStreamDefaultReader,
    /// Where in the file its bytes begin.
    pub from: u64,
    /// Bytes of the whole file; 0 where the server does not tell.
    pub total: u64,
    /// What tells this version from others: the ETag, or else the date; only what the server lets the page read.
    pub validator: Option<String>,
}

impl Incoming {
    /// Asks for the file from the place `from` on. The answer may begin at 0 nevertheless.
    pub async fn request(address: &str, from: u64) -> Result<Self, StoreError> {
        let init = init();
        if from > 0 {
            // A range of this form needs no permission of its own; `If-Range` would, so the caller compares versions.
            let headers = Headers::new().map_err(|_| StoreError::Unreachable(host(address)))?;
            let _ = headers.set("Range", &format!("bytes={from}-"));
            init.set_headers_headers(&headers);
        }
        let response = match fetch(address, &init).await {
            Some(response) => response,
            None => return Err(unreachable(address).await),
        };
        if let Some(error) = refused(response.status(), &host(address), address) {
            return Err(error);
        }
        let header = |name: &str| response.headers().get(name).ok().flatten();
        let from = if response.status() == 206 { from } else { 0 };
        let length: u64 = header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
        let total = if length > 0 { from + length } else { 0 };
        let validator = header("etag").filter(|tag| !tag.starts_with("W/")).or_else(|| header("last-modified"));
        let body = response.body().ok_or(StoreError::NoWeights(host(address)))?;
        Ok(Self { reader: body.get_reader().unchecked_into(), from, total, validator })
    }

    /// The next bytes; none at the end. `Err` where the connection ended early.
    pub async fn next(&self) -> Result<Option<Uint8Array>, ()> {
        let chunk = JsFuture::from(self.reader.read()).await.map_err(|_| ())?;
        let get = |key: &str| Reflect::get(&chunk, &key.into()).unwrap_or_default();
        Ok((!get("done").is_truthy()).then(|| get("value").unchecked_into()))
    }

    /// No more bytes are wanted.
    pub fn cancel(&self) {
        drop(self.reader.cancel());
    }
}

fn init() -> RequestInit {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_cache(RequestCache::NoStore);
    init
}

async fn fetch(address: &str, init: &RequestInit) -> Option<Response> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    JsFuture::from(scope.fetch_with_str_and_init(address, init)).await.ok()?.dyn_into().ok()
}

/// Why there was no answer. Browsers don't tell a page whether a server is down or merely does not allow it to read: an
/// answer that nobody can read shows that.
async fn unreachable(address: &str) -> StoreError {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    if !scope.navigator().on_line() {
        return StoreError::Offline;
    }
    let init = init();
    init.set_mode(RequestMode::NoCors);
    init.set_method("HEAD");
    match fetch(address, &init).await {
        Some(_) => StoreError::NoCors(host(address), address.to_owned()),
        None => StoreError::Unreachable(host(address)),
    }
}
