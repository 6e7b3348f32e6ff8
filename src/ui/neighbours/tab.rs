//! The whole tab.

use leptos::prelude::*;

use super::NeighboursState;
use super::columns::Columns;
use super::query::QueryCard;
use super::survey_view::SurveyView;
use super::weights::Weighting;
use super::welcome::{Greeting, Welcome};

/// Query, weights and columns; a welcome while there is nothing to compare.
#[component]
pub fn Neighbours(state: NeighboursState) -> impl IntoView {
    let gallery = state.gallery;
    let empty = Memo::new(move |_| gallery.ids.with(Vec::is_empty) && gallery.query.get().is_none());
    view! {
        <Show when=move || empty.get()>
            <Welcome gallery />
        </Show>
        <Show when=move || gallery.has_standing()>
            <Greeting />
        </Show>
        <div class="bench">
            <QueryCard state />
            <Weighting state />
        </div>
        <Show when=move || !empty.get()>
            <SurveyView state />
            <Columns state />
        </Show>
    }
}
