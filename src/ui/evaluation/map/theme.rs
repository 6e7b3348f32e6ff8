//! Whether the page is light or dark.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::colours::Colours;

/// Follows the browser's choice between light and dark.
pub fn follow_colours() -> RwSignal<Colours> {
    let query = window().match_media("(prefers-color-scheme: dark)").ok().flatten();
    let colours = RwSignal::new(Colours::of(query.as_ref().is_some_and(|query| query.matches())));
    if let Some(query) = query {
        let asked = query.clone();
        let changed = move || colours.set(Colours::of(asked.matches()));
        // Lives as long as the page does.
        let changed = Closure::<dyn FnMut()>::new(changed).into_js_value();
        query.set_onchange(Some(changed.unchecked_ref()));
    }
    colours
}
