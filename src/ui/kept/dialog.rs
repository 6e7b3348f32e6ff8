//! Asks once before everything is cleared.

use leptos::html::{self, Button};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::state::Kept;
use crate::ui::dialog::open_while;

/// The question; open while `asking`. The focus goes to `chip` afterwards.
#[component]
pub fn ClearDialog(kept: Kept, asking: RwSignal<bool>, chip: NodeRef<Button>) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    open_while(dialog, move || asking.get(), move || asking.set(false));
    let what = move || {
        let images = match kept.gallery.ids.with(Vec::len) {
            0 => "What is left of the gallery".to_owned(),
            1 => "The gallery's image".into(),
            n => format!("All {n} images of the gallery"),
        };
        format!(
            "{images}, with labels, features, strokes and masks, and whatever else of them is kept in this browser, will be \
             deleted. There is no undo. Your own files are not touched, nor are models."
        )
    };
    view! {
        <dialog
            node_ref=dialog
            class="question"
            data-testid="clear-dialog"
            aria-labelledby="clear-heading"
            aria-describedby="clear-what"
            on:close=move |_| {
                if let Some(chip) = chip.get_untracked() {
                    // The button that opened it is hidden again.
                    let _ = chip.focus();
                }
            }
        >
            <h2 id="clear-heading">"Clear everything?"</h2>
            <p id="clear-what">{what}</p>
            <div class="row">
                <button type="button" class="main" autofocus=true data-testid="clear-no" on:click=move |_| asking.set(false)>
                    "Keep it"
                </button>
                <button
                    type="button"
                    data-testid="clear-yes"
                    on:click=move |_| {
                        asking.set(false);
                        spawn_local(kept.forget_all());
                    }
                >
                    "Clear everything"
                </button>
            </div>
        </dialog>
    }
}
