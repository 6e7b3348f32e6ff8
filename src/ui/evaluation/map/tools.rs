//! What both maps share: how images are laid out and marked, and what dragging does.

use leptos::prelude::*;

use super::groups::MarkedBy;
use super::state::MapState;
use super::words::Progress;
use crate::retrieval::MapMethod;

/// Choices for both maps.
#[component]
pub fn Tools(state: MapState) -> impl IntoView {
    let labels = Memo::new(move |_| state.gallery.labels.get());
    // A label that is gone can't be shown.
    Effect::new(move |_| {
        let gone = labels.with(|labels| state.lit.get().is_some_and(|lit| !labels.contains(&lit)));
        if gone {
            state.lit.set(None);
        }
    });
    let dragging = move |lasso: bool, name: &'static str, testid: &'static str| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="map-drag"
                    data-testid=testid
                    prop:checked=move || state.lasso.get() == lasso
                    on:change=move |_| state.lasso.set(lasso)
                />
                {name}
            </label>
        }
    };
    view! {
        <div class="row map-tools">
            <label class="choice">
                "Laid out by"
                <select
                    data-testid="map-method"
                    prop:value=move || state.method.get().key()
                    on:change:target=move |event| {
                        let key = event.target().value();
                        MapMethod::ALL.into_iter().filter(|method| method.key() == key).for_each(|method| state.method.set(method));
                    }
                >
                    {MapMethod::ALL.map(|method| view! { <option value=method.key()>{method.name()}</option> }).collect_view()}
                </select>
            </label>
            <label class="choice">
                "Marked by"
                <select
                    data-testid="map-marked-by"
                    prop:value=move || state.marked_by.get().key()
                    on:change:target=move |event| {
                        let key = event.target().value();
                        MarkedBy::ALL.into_iter().filter(|by| by.key() == key).for_each(|by| state.marked_by.set(by));
                    }
                >
                    {MarkedBy::ALL.map(|by| view! { <option value=by.key()>{by.name()}</option> }).collect_view()}
                </select>
            </label>
            <label class="choice">
                "In the foreground"
                <select
                    data-testid="map-lit"
                    prop:value=move || state.lit.get().unwrap_or_default()
                    on:change:target=move |event| {
                        let label = event.target().value();
                        state.lit.set((!label.is_empty()).then_some(label));
                    }
                >
                    <option value="">"all labels"</option>
                    {move || {
                        let lit = state.lit.get_untracked();
                        let option = |label: String| {
                            let chosen = lit.as_ref() == Some(&label);
                            view! { <option value=label.clone() selected=chosen>{label.clone()}</option> }
                        };
                        labels.get().into_iter().map(option).collect_view()
                    }}
                </select>
            </label>
            <fieldset class="row map-drag">
                <legend class="unseen">"Dragging"</legend>
                {dragging(false, "Move", "map-move")}
                {dragging(true, "Lasso", "map-lasso")}
            </fieldset>
            <label class="choice">
                <input
                    type="checkbox"
                    data-testid="map-pictures"
                    prop:checked=move || state.pictures.get()
                    on:change:target=move |event| state.pictures.set(event.target().checked())
                />
                "Pictures when zoomed in"
            </label>
        </div>
    }
}

/// What is selected, and images that came after t-SNE began. Its line is kept free.
#[component]
pub fn Selection(state: MapState) -> impl IntoView {
    let count = Memo::new(move |_| state.gallery.selected.with(std::collections::BTreeSet::len));
    let unplaced = Memo::new(move |_| state.unplaced());
    let stopped = Memo::new(move |_| {
        state.sides.iter().any(|side| {
            side.progress.with(|progress| matches!(progress, Progress::Stopped { .. } | Progress::Failed(_)))
        })
    });
    let again = move || unplaced.get() > 0 || stopped.get();
    view! {
        <div class="row map-selection">
            <span data-testid="map-selected" data-count=count>
                {move || match count.get() {
                    0 => "Nothing selected.".to_owned(),
                    1 => "1 image selected.".into(),
                    count => format!("{count} images selected."),
                }}
            </span>
            <button type="button" class="small" data-testid="map-clear" disabled=move || count.get() == 0 on:click=move |_| state.clear_selection()>
                "Clear selection"
            </button>
            <span class="quiet" hidden=move || unplaced.get() == 0>
                {move || match unplaced.get() {
                    1 => "1 image came after t-SNE began.".to_owned(),
                    count => format!("{count} images came after t-SNE began."),
                }}
            </span>
            <button type="button" class="small" data-testid="map-again" hidden=move || !again() on:click=move |_| state.again()>
                "Lay out again"
            </button>
        </div>
    }
}
