//! An image as the page keeps it: what it is called, and, once computed, what the engine said.

use std::sync::Arc;

use js_sys::{Array, Uint8Array};
use leptos::prelude::{ArcRwSignal, GetUntracked};
use web_sys::{Blob, BlobPropertyBag, Url};

use crate::engine::{Hash, Item};
use crate::fungi::Features;

/// An image of the gallery, or a dropped query.
#[derive(Clone)]
pub struct Photo {
    /// Its number, on this page and towards the engine.
    pub key: u32,
    /// The file's name.
    pub name: String,
    /// Its label; empty where it has none.
    pub label: ArcRwSignal<String>,
    /// What was computed, once it was.
    pub shot: ArcRwSignal<Option<Arc<Shot>>>,
}

impl Photo {
    /// An image that waits.
    pub fn new(key: u32, name: String, label: String) -> Self {
        Self { key, name, label: ArcRwSignal::new(label), shot: ArcRwSignal::new(None) }
    }

    /// What was computed, without watching for a change.
    pub fn shot_now(&self) -> Option<Arc<Shot>> {
        self.shot.get_untracked()
    }

    /// Whether these bytes are the image's.
    pub fn has(&self, hash: &Hash) -> bool {
        self.shot_now().is_some_and(|shot| shot.hash == *hash)
    }
}

/// What was computed of an image.
pub struct Shot {
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The thumbnail's address.
    pub thumbnail: BlobUrl,
    /// The features.
    pub features: Features,
    /// Which settings made them: see `Page::generation`.
    pub generation: u32,
}

impl Shot {
    /// Takes over an engine's answer.
    pub fn new(item: Item, generation: u32) -> Self {
        let thumbnail = BlobUrl::new(&item.thumbnail, "image/jpeg");
        Self { hash: item.hash, size: item.size, thumbnail, features: item.features, generation }
    }
}

/// An address for bytes, given back to the browser when nobody shows them any more.
pub struct BlobUrl(String);

impl BlobUrl {
    /// An address for a copy of `bytes`.
    pub fn new(bytes: &[u8], media: &str) -> Self {
        let parts = Array::of1(&Uint8Array::from(bytes));
        let options = BlobPropertyBag::new();
        options.set_type(media);
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options);
        Self(blob.and_then(|blob| Url::create_object_url_with_blob(&blob)).unwrap_or_default())
    }

    /// An address for a file.
    pub fn of(file: &Blob) -> Self {
        Self(Url::create_object_url_with_blob(file).unwrap_or_default())
    }

    /// The address.
    pub fn get(&self) -> String {
        self.0.clone()
    }
}

impl Drop for BlobUrl {
    fn drop(&mut self) {
        // It can only fail for an address that is none.
        let _ = Url::revoke_object_url(&self.0);
    }
}
