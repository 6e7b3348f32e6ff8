//! Moves the keyboard's focus.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// To the first element that a selector finds, if there is one.
pub fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// The place among `count` tabs that an arrow key leads to from `place`, around both ends; none for other keys.
pub fn next_tab(key: &str, place: usize, count: usize) -> Option<usize> {
    match key {
        "ArrowRight" => Some((place + 1) % count),
        "ArrowLeft" => Some((place + count - 1) % count),
        _ => None,
    }
}
