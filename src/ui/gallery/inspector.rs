//! The image that the arrow keys are on: its name, its size, and its label, which can be edited.

use leptos::prelude::*;

use super::GalleryState;

/// Name, size, label.
#[component]
pub fn Inspector(state: GalleryState) -> impl IntoView {
    let form = move || {
        let id = state.active.get()?;
        let shown = state.shown(id)?;
        let name = shown.with_untracked(|shown| shown.name.clone());
        let label = {
            let shown = shown.clone();
            move || shown.with(|shown| shown.label.clone())
        };
        let size = move || match shown.with(|shown| shown.size) {
            Some((width, height)) => format!("{width} × {height} pixels"),
            None => "waiting".into(),
        };
        Some(view! {
            <p class="inspected">
                <b title=name.clone()>{name.clone()}</b>
                <span class="quiet">{size}</span>
            </p>
            <label class="field">
                "Label"
                <input
                    type="text"
                    list="labels"
                    autocomplete="off"
                    placeholder="none"
                    data-testid="label"
                    prop:value=label
                    on:change:target=move |event| state.relabel(id, &event.target().value())
                />
            </label>
        })
    };
    view! {
        <section class="inspector" aria-label="Selected image" hidden=move || state.ids.with(Vec::is_empty)>
            {form}
            <datalist id="labels">
                <For each=move || state.labels.get() key=|label| label.clone() let(label)>
                    <option value=label />
                </For>
            </datalist>
        </section>
    }
}
