//! What can be done to the selected images: label, remove, select none. It takes the place of what is said of the active
//! image, so that nothing moves.

use leptos::prelude::*;

use super::GalleryState;
use super::focus::focus_active;
use super::selection::{self, Selected};
use crate::ui::icons::{CROSS, Sign};

/// How many are selected, their labels, and the buttons.
#[component]
pub fn SelectionBar(state: GalleryState) -> impl IntoView {
    let count = Memo::new(move |_| state.selected.with(Selected::len));
    let counts = state.selected_labels();
    let label = RwSignal::new(String::new());
    // Whether a person has written into the field since the selection began.
    let written = RwSignal::new(false);
    Effect::new(move |_| {
        if count.get() == 0 {
            written.set(false);
        }
        if !written.get() {
            label.set(counts.with(|counts| common(counts).unwrap_or_default()));
        }
    });
    let idle =
        move || counts.with(|counts| common(counts).is_some_and(|common| label.with(|label| label.trim() == common)));
    let apply = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let ids: Vec<_> = state.selected.get_untracked().into_iter().collect();
        state.relabel_all(&ids, &label.get_untracked());
        written.set(false);
    };
    let none = move || {
        state.selected.set(Selected::new());
        focus_active(state);
    };
    view! {
        <p class="unseen" role="status">{move || match count.get() {
            0 => String::new(),
            n => selection::count(n),
        }}</p>
        <div
            class="selection"
            role="group"
            aria-label="Selected images"
            data-testid="selection"
            hidden=move || count.get() == 0
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.prevent_default();
                    none();
                }
            }
        >
            <p class="selection-words">
                <b data-testid="selection-count">{move || selection::count(count.get())}</b>
                <span class="quiet" title=move || selection::labels(counts.get())>{move || selection::labels(counts.get())}</span>
                <button
                    type="button"
                    class="small"
                    data-testid="selection-compare"
                    title="Look at the two side by side: why are they alike?"
                    hidden=move || count.get() != 2
                    on:click=move |_| state.compare_selected()
                >
                    "Compare"
                </button>
            </p>
            <form class="selection-tools" on:submit=apply>
                <input
                    type="text"
                    list="labels"
                    autocomplete="off"
                    placeholder=move || if counts.with(|counts| counts.len() > 1) { "several" } else { "no label" }
                    aria-label="Label of the selected images"
                    data-testid="selection-label"
                    prop:value=label
                    on:input:target=move |event| {
                        written.set(true);
                        label.set(event.target().value());
                    }
                />
                <button type="submit" data-testid="selection-apply" disabled=idle>"Label"</button>
                <button
                    type="button"
                    data-testid="selection-remove"
                    on:click=move |_| {
                        state.remove(&state.selected.get_untracked().into_iter().collect::<Vec<_>>());
                        focus_active(state);
                    }
                >
                    "Remove"
                </button>
                <button
                    type="button"
                    class="remove"
                    data-testid="selection-clear"
                    title="Select none"
                    aria-label="Select none"
                    on:click=move |_| none()
                >
                    <Sign path=CROSS />
                </button>
            </form>
        </div>
    }
}

/// The label that all have; blank if none has any.
fn common(counts: &[(Option<String>, usize)]) -> Option<String> {
    match counts {
        [(label, _)] => Some(label.clone().unwrap_or_default()),
        _ => None,
    }
}
