//! What the browser allows, and whether it may delete what is kept.

use js_sys::Reflect;
use leptos::prelude::window;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// What the browser says of the page's storage, its models and the page itself included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Storage {
    /// Bytes that are used.
    pub used: u64,
    /// Bytes that may be.
    pub quota: u64,
    /// Whether it stays when the disk gets full.
    pub lasting: bool,
}

impl Storage {
    /// Asks the browser; none where it does not tell.
    pub async fn look() -> Option<Self> {
        let storage = window().navigator().storage();
        if JsValue::from(&storage).is_undefined() {
            return None;
        }
        let estimate = JsFuture::from(storage.estimate().ok()?).await.ok()?;
        let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64().map(|number| number as u64);
        let lasting = JsFuture::from(storage.persisted().ok()?).await.ok()?.as_bool()?;
        Some(Self { used: number("usage")?, quota: number("quota")?, lasting })
    }

    /// Asks the browser to keep it when the disk gets full; some ask the person. Whether it agreed.
    pub async fn make_lasting() -> bool {
        let storage = window().navigator().storage();
        if JsValue::from(&storage).is_undefined() {
            return false;
        }
        match storage.persist() {
            Ok(asked) => JsFuture::from(asked).await.ok().and_then(|agreed| agreed.as_bool()).unwrap_or_default(),
            Err(_) => false,
        }
    }
}
