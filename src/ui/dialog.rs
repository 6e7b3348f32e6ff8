//! Modal dialogs that follow a signal.
//!
//! A person can also close one past the signal, by Escape for example. `cancel` tells of it at once, where the browser sends
//! it; `close` always comes, but in a task of its own, when the dialog may be open again for something else: what listens to
//! them looks whether it is.

use leptos::html;
use leptos::prelude::*;

/// Opens the dialog while `open` says so, and closes it otherwise.
pub fn open_while(dialog: NodeRef<html::Dialog>, open: impl Fn() -> bool + 'static) {
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
}
