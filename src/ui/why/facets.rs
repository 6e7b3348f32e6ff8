//! The choice of what is taken apart, and whether it is drawn over the pictures.

use leptos::prelude::*;

use super::WhyState;
use super::facet::Facet;
use crate::ui::focus::{focus, next_tab};

/// One tab for each facet.
#[component]
pub fn Facets(state: WhyState) -> impl IntoView {
    let all = Memo::new(move |_| {
        state
            .explained(|explained| Facet::all(&explained.parts, &state.weights.get()))
            .unwrap_or_else(|| vec![Facet::Sum])
    });
    // A part that is no longer there leaves the sum.
    Effect::new(move |_| {
        let known = state.explained(|_| ()).is_some();
        if known && !all.with(|all| all.contains(&state.facet.get())) {
            state.facet.set(Facet::Sum);
        }
    });
    let steer = move |event: web_sys::KeyboardEvent| {
        let all = all.get_untracked();
        let place = all.iter().position(|&facet| facet == state.facet.get_untracked()).unwrap_or(0);
        if let Some(goal) = next_tab(&event.key(), place, all.len()) {
            event.prevent_default();
            choose(state, all[goal]);
            focus(&format!("#why-{}", all[goal].key()));
        }
    };
    let tab = move |facet: Facet| {
        let selected = move || state.facet.get() == facet;
        view! {
            <button
                type="button"
                role="tab"
                id=format!("why-{}", facet.key())
                data-testid=format!("why-{}", facet.key())
                aria-controls="why-pairs"
                aria-selected=move || if selected() { "true" } else { "false" }
                tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| choose(state, facet)
            >
                {facet.name()}
            </button>
        }
    };
    view! {
        <div class="row why-facets">
            <div class="tabs" role="tablist" aria-label="What is taken apart" on:keydown=steer>
                <For each=move || all.get() key=|facet| facet.key() let(facet)>{tab(facet)}</For>
            </div>
            <label class="choice">
                <input
                    type="checkbox"
                    data-testid="why-drawn"
                    prop:checked=state.drawn
                    on:change:target=move |event| state.drawn.set(event.target().checked())
                />
                "Draw it over the pictures"
            </label>
        </div>
    }
}

fn choose(state: WhyState, facet: Facet) {
    state.mark.set(None);
    state.facet.set(facet);
}
