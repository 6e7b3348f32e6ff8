//! The image that the arrow keys are on, and the query from outside the gallery: name, size, a label, which can be
//! edited, and the way inside.

use leptos::prelude::*;

use super::GalleryState;
use super::selection_bar::SelectionBar;
use crate::gallery::Id;

/// Name, size, label of each of them.
#[component]
pub fn Inspector(state: GalleryState) -> impl IntoView {
    let outside = Memo::new(move |_| state.query.get().filter(|&query| !state.contains(query)));
    let nothing = move || state.ids.with(Vec::is_empty) && outside.get().is_none();
    view! {
        <section
            class="inspector"
            class:selecting=move || state.selected.with(|selected| !selected.is_empty())
            aria-label="Active image"
            hidden=nothing
        >
            {move || outside.get().and_then(|id| details(state, id, true))}
            <div class="active">{move || state.active.get().and_then(|id| details(state, id, false))}</div>
            <SelectionBar state />
            <datalist id="labels">
                <For each=move || state.labels.get() key=|label| label.clone() let(label)>
                    <option value=label />
                </For>
            </datalist>
        </section>
    }
}

/// `outside`: whether it is the query from outside the gallery.
fn details(state: GalleryState, id: Id, outside: bool) -> Option<impl IntoView> {
    let shown = state.shown(id)?;
    let name = shown.with_untracked(|shown| shown.name.clone());
    let (field, testid, place) =
        if outside { ("Query's label", "query-label", ", not in the gallery") } else { ("Label", "label", "") };
    let label = {
        let shown = shown.clone();
        move || shown.with(|shown| shown.label.clone())
    };
    let by_browser = {
        let shown = shown.clone();
        move || shown.with(|shown| shown.by_browser)
    };
    let pictureless = {
        let shown = shown.clone();
        move || shown.with(|shown| shown.pictureless)
    };
    let size = move || match shown.with(|shown| shown.size) {
        Some((width, height)) => format!("{width} × {height} px{place}"),
        None => format!("waiting{place}"),
    };
    let title = if outside { format!("Query: {name}") } else { name.clone() };
    Some(view! {
        <p class="inspected">
            <b title=name.clone()>{title}</b>
            // On one line, so that nothing moves when a selection takes this place.
            <span class="inspected-size">
                <span class="quiet">{size}</span>
                <button
                    type="button"
                    class="small"
                    data-testid=if outside { "query-look-inside" } else { "look-inside" }
                    title="Its views, their losses and their gradients"
                    on:click=move |_| state.inside.set(Some(id))
                >
                    "Look inside"
                </button>
            </span>
        </p>
        <label class="field">
            {field}
            <input
                type="text"
                list="labels"
                autocomplete="off"
                placeholder="none"
                data-testid=testid
                data-name=name
                prop:value=label
                on:change:target=move |event| state.relabel(id, &event.target().value())
            />
        </label>
        <p class="quiet" data-testid=format!("{testid}-pictureless") hidden=move || !pictureless()>
            "Its picture is not here. Drop its file: it is known by its content."
        </p>
        <p class="quiet" data-testid=format!("{testid}-decoder") hidden=move || !by_browser()>
            "Decoded by your browser: its features depend on that decoder."
        </p>
    })
}
