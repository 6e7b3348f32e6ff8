//! The page: draws what the engine's worker computes, and never computes features itself.
//!
//! `state` holds what is shown, `edits` changes the gallery, [`desk`] the files that wait, `transport` the worker; `conduct` lets them talk:
//! people's wishes go down as requests, the engine's events come up as changes of state. Nothing here works longer than
//! a frame: retrieval over thousands of images takes a few milliseconds, everything else is the worker's.
//!
//! What needs no browser ([`desk`], [`numbers`], [`options`], parts of [`segmentation`]) is also compiled for the native tests.

pub mod desk;
pub mod numbers;
pub mod options;
pub mod segmentation;

#[cfg(feature = "page")]
mod components;
#[cfg(feature = "page")]
mod conduct;
#[cfg(feature = "page")]
mod edits;
#[cfg(feature = "page")]
mod files;
#[cfg(feature = "page")]
mod photo;
#[cfg(feature = "page")]
mod probe;
#[cfg(feature = "page")]
mod ranking;
#[cfg(feature = "page")]
mod state;
#[cfg(feature = "page")]
mod transport;

/// Puts the living page in the place of the static one that `index.html` brings.
#[cfg(feature = "page")]
pub fn start() {
    use leptos::mount::mount_to;
    use leptos::prelude::document;
    use wasm_bindgen::JsCast;
    use web_sys::HtmlElement;

    console_error_panic_hook::set_once();
    let Some(root) = document().get_element_by_id("root").and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    root.set_inner_html("");
    mount_to(root, components::App).forget();
}
