//! The whole tab.

use leptos::prelude::*;

use super::EvaluationState;
use super::best::Best;
use super::duplicates::Duplicates;
use super::maps::Maps;
use super::pair::Pair;
use super::suspects::Suspects;
use super::table::Table;
use crate::ui::archive::{Archives, TakeAway};

/// The answer, the table, maps, two sets in detail, doubtful images; or what is lacking.
#[component]
pub fn Evaluation(state: EvaluationState, archives: Archives) -> impl IntoView {
    let own = Signal::derive(move || state.own_sets());
    let lacking = Memo::new(move |_| state.labelled.with(|labelled| labelled.lacking()));
    let enough = Memo::new(move |_| lacking.with(Option::is_none));
    let failed = move || state.trouble.with(Option::is_some);
    // Built at the first visit: a page that is never evaluated has none of it.
    let visited = Memo::new(move |before: Option<&bool>| state.looked_at.get() || before.copied().unwrap_or_default());
    view! {
        <div class="evaluation" data-testid="evaluation">
            <h2 class="unseen">"Evaluation"</h2>
            <p class="eval-lacking" data-testid="eval-lacking" hidden=move || enough.get()>{move || lacking.get()}</p>
            <p class="failure" role="alert" data-testid="eval-trouble" hidden=move || !failed()>
                {move || state.trouble.get()}
                " "
                <button type="button" class="small" on:click=move |_| state.try_again()>"Try again"</button>
            </p>
            <TakeAway archives k=Signal::derive(move || state.k()) own />
            <Show when=move || visited.get()>
                <Show when=move || enough.get()>
                    <Best state />
                    <Table state />
                </Show>
                // Before what grows while images arrive.
                <Maps state />
                <Show when=move || enough.get()>
                    <Pair state />
                    <Suspects state />
                </Show>
                <Duplicates state />
            </Show>
        </div>
    }
}
