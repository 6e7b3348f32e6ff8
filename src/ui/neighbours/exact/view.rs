//! The switch, what it takes, and how far it is.

use leptos::prelude::*;

use super::Exact;
use super::standing::takes;

/// Whether gradients are compared without projection.
#[component]
pub fn ExactSwitch(exact: Exact) -> impl IntoView {
    let title = "Compares gradients themselves, not their projections, which add noise. Every image is computed once more, and what that gives is kept until the page is closed";
    view! {
        <div class="row exact">
            <label class="choice" title=title>
                <input
                    type="checkbox"
                    role="switch"
                    data-testid="exact"
                    prop:checked=exact.wanted
                    on:change:target=move |event| exact.wanted.set(event.target().checked())
                />
                <span>"Compare gradients exactly" <small>{move || takes(exact.bytes.get())}</small></span>
            </label>
            <p class="quiet" role="status" data-testid="exact-standing">
                {move || exact.standing.with(|standing| standing.words())}
            </p>
        </div>
    }
}
