//! The page: draws what the engine's worker computes, and never computes features itself.
//!
//! [`state`] holds what is shown, [`desk`] the files that wait, [`transport`] the worker; [`conduct`] lets them talk:
//! people's wishes go down as requests, the engine's events come up as changes of state. Nothing here works longer than
//! a frame: retrieval over thousands of images takes a few milliseconds, everything else is the worker's.

mod components;
mod conduct;
mod desk;
mod files;
mod options;
mod photo;
mod probe;
mod ranking;
mod state;
mod transport;

use leptos::mount::mount_to;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Puts the living page in the place of the static one that `index.html` brings.
pub fn start() {
    console_error_panic_hook::set_once();
    let Some(root) = document().get_element_by_id("root").and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    root.set_inner_html("");
    mount_to(root, components::App).forget();
}
