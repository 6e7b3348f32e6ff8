//! Moves the focus within the gallery.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::GalleryState;

/// To the image that arrow keys are on, once it is drawn; to the undo button where there is none.
pub fn focus_active(state: GalleryState) {
    request_animation_frame(move || {
        let target = match state.active.get_untracked() {
            Some(id) => format!(".cell[data-key=\"{id}\"] .pick"),
            None => "[data-testid=undo]".to_owned(),
        };
        focus(&target);
    });
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}
