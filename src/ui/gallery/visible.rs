//! Which images of the grid are on screen: they are computed before the rest.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

use crate::gallery::Id;

/// Watches elements whose `data-key` is an image's number.
pub struct Visible {
    observer: IntersectionObserver,
    _seen: Closure<dyn FnMut(js_sys::Array)>,
}

impl Visible {
    /// Keeps `on_screen` up to date. None where the browser watches nothing; then images go in the order they were added.
    pub fn new(on_screen: RwSignal<BTreeSet<Id>>) -> Option<Self> {
        let seen = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            on_screen.update(|ids| {
                for entry in
                    entries.iter().filter_map(|entry: JsValue| entry.dyn_into::<IntersectionObserverEntry>().ok())
                {
                    match entry.target().get_attribute("data-key").and_then(|key| key.parse().ok()) {
                        Some(id) if entry.is_intersecting() => {
                            ids.insert(id);
                        }
                        Some(id) => {
                            ids.remove(&id);
                        }
                        None => {}
                    }
                }
            });
        });
        let observer = IntersectionObserver::new(seen.as_ref().unchecked_ref()).ok()?;
        Some(Self { observer, _seen: seen })
    }

    /// Watches an element until it is gone.
    pub fn watch(&self, element: &Element) {
        self.observer.observe(element);
    }
}

impl Drop for Visible {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
