//! The Neighbours tab: a query, its nearest images by the embedding and by FUNGI, side by side.

use leptos::prelude::*;

use super::columns::Columns;
use super::page;
use super::query::QueryCard;
use super::weights::Weighing;
use super::welcome::Welcome;

/// Query, weights and columns; a welcome while there is nothing to compare.
#[component]
pub fn Neighbours() -> impl IntoView {
    let page = page();
    let empty = Memo::new(move |_| page.photos.with(Vec::is_empty) && page.query.with(Option::is_none));
    view! {
        <Show when=move || empty.get()>
            <Welcome />
        </Show>
        <div class="bench">
            <QueryCard />
            <Weighing />
        </div>
        <Show when=move || !empty.get()>
            <Columns />
        </Show>
    }
}
