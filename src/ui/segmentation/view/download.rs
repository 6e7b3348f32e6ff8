//! Saves bytes as files, with the browser's own download.

use web_sys::Blob;

use crate::ui::blob::{BlobUrl, save};

/// Saves bytes of a media type under a name.
pub fn download(bytes: &[u8], media: &str, name: &str) {
    save(BlobUrl::new(bytes, media), name);
}

/// Saves a blob under a name.
pub fn download_blob(blob: &Blob, name: &str) {
    save(BlobUrl::of(blob), name);
}

/// A photo's name without its extension, and without characters that file systems reject.
pub fn stem(name: &str) -> String {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect()
}
