//! Modal dialogs that follow a signal.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::Event;

/// Opens the dialog while `open` says so, and closes it otherwise. `closed` is called when a person closes it past that, by
/// Escape for example; `open` is to say no then.
pub fn open_while(dialog: NodeRef<html::Dialog>, open: impl Fn() -> bool + 'static, closed: impl Fn() + 'static) {
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match open() {
            true if !dialog.open() => {
                // It fails only for an element that is not in the page.
                let _ = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    dialog.on_load(move |dialog| {
        // `cancel` comes at once, where the browser sends it; `close` always, but in a task of its own, when the dialog may be
        // open again for something else.
        let told = {
            let dialog = dialog.clone();
            move |event: Event| {
                if event.type_() == "cancel" || !dialog.open() {
                    closed();
                }
            }
        };
        // It lives as long as the page does, as all dialogs do.
        let told = Closure::<dyn Fn(Event)>::new(told).into_js_value();
        for event in ["cancel", "close"] {
            // It fails for no listener that is a function.
            let _ = dialog.add_event_listener_with_callback(event, told.unchecked_ref());
        }
    });
}
