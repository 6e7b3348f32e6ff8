//! Object URLs for bytes that the page shows or saves.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::prelude::{document, set_timeout};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The browser reads a download's URL some time after the click.
const KEPT: Duration = Duration::from_mins(1);

/// An object URL for bytes, revoked when it is no longer used.
#[derive(Debug, PartialEq, Eq)]
pub struct BlobUrl(String);

impl BlobUrl {
    /// A URL for a copy of `bytes`.
    pub fn new(bytes: &[u8], media: &str) -> Self {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(media);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options);
        Self(blob.and_then(|blob| Url::create_object_url_with_blob(&blob)).unwrap_or_default())
    }

    /// A URL for a file.
    pub fn of(file: &Blob) -> Self {
        Self(Url::create_object_url_with_blob(file).unwrap_or_default())
    }

    /// The URL.
    pub fn get(&self) -> String {
        self.0.clone()
    }
}

/// Has the browser save what a URL leads to, under a name.
pub fn save(url: BlobUrl, name: &str) {
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url.get());
        link.set_download(name);
        link.click();
    }
    set_timeout(move || drop(url), KEPT);
}

impl Drop for BlobUrl {
    fn drop(&mut self) {
        // It fails only for a URL that was never created.
        let _ = Url::revoke_object_url(&self.0);
    }
}
