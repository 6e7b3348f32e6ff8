//! Saves bytes as files, with the browser's own download.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement};

use crate::ui::blob::BlobUrl;

/// The browser reads a download's URL some time after the click.
const KEPT: Duration = Duration::from_mins(1);

/// Saves bytes of a media type under a name.
pub fn download(bytes: &[u8], media: &str, name: &str) {
    offer(BlobUrl::new(bytes, media), name);
}

/// Saves a blob under a name.
pub fn download_blob(blob: &Blob, name: &str) {
    offer(BlobUrl::of(blob), name);
}

fn offer(url: BlobUrl, name: &str) {
    let link = document().create_element("a").ok().and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&url.get());
        link.set_download(name);
        link.click();
    }
    set_timeout(move || drop(url), KEPT);
}

/// A photo's name without its extension, and without characters that file systems reject.
pub fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}
