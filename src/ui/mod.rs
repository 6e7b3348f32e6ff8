//! The page: draws what the engine's worker computes, and never computes features itself.
//!
//! Imports go one way. [`app`](self) builds the areas and hands each a [`link`] and the signals that it reads; an area
//! never sees the whole page. [`gallery`] owns the images, `neighbours` reads it, [`segmentation`] gets single photos
//! handed in, [`evaluation`] says what features are worth, [`why`] what makes two images alike, [`inside`] what one image's come
//! from, `bar` shows model, device and settings; none imports another but [`neighbours`], [`evaluation`], [`why`] and
//! [`inside`] the gallery, and [`neighbours`] fills in what [`why`] says of a ranking. [`link`] talks to the engine's workers,
//! [`analysis`] to the one that evaluates; both import no area. `offline`, `messages`, `blob`, `canvas`, `dialog`, `focus`, `icons`, `terms`,
//! `transport`, [`numbers`], [`pace`] and [`address`] import none of these.
//!
//! Nothing here takes longer than a frame: ranking thousands of images takes a few milliseconds, everything else is
//! left to the worker. What needs no browser is also compiled for the native tests. Timers and window listeners are
//! Leptos' own helpers, which the page contains anyway; from gloo it takes the one thing that they lack, a timer to
//! await.

pub mod address;
pub mod analysis;
pub mod archive;
pub mod bar;
pub mod evaluation;
pub mod gallery;
pub mod inside;
pub mod kept;
pub mod link;
pub mod numbers;
pub mod pace;
pub mod segmentation;
pub mod why;

#[cfg(feature = "page")]
mod app;
#[cfg(feature = "page")]
mod blob;
#[cfg(feature = "page")]
mod canvas;
#[cfg(feature = "page")]
mod dialog;
#[cfg(feature = "page")]
mod focus;
#[cfg(feature = "page")]
mod icons;
#[cfg(feature = "page")]
mod messages;
pub mod neighbours;
#[cfg(feature = "page")]
mod offline;
#[cfg(feature = "page")]
mod tabs;
#[cfg(feature = "page")]
mod terms;
#[cfg(feature = "page")]
mod transport;

/// Replaces the static page of `index.html` with the app.
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
    mount_to(root, app::App).forget();
}
