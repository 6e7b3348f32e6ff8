//! Modal dialogs that follow a signal.

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
