//! How much of both columns is shown: the number of neighbours, and the size of their pictures.

use leptos::prelude::*;

use super::NeighboursState;
use crate::ui::address::{KS, TILES};

/// What each of [`TILES`] is, for those who can't see it.
const SIZES: [&str; 5] = ["list", "list with large pictures", "small tiles", "tiles", "large tiles"];

/// A choice of k, and a slider.
#[component]
pub fn Looks(state: NeighboursState) -> impl IntoView {
    let NeighboursState { k, tiles, .. } = state;
    view! {
        <label class="choice">
            "Neighbours"
            <select
                data-testid="k"
                prop:value=move || k.get().to_string()
                on:change:target=move |event| {
                    if let Ok(n) = event.target().value().parse() {
                        k.set(n);
                    }
                }
            >
                {KS
                    .map(|n| view! { <option value=n selected=k.get_untracked() == n>{n}</option> })
                    .collect_view()}
            </select>
        </label>
        <label class="choice sizes">
            "Picture size"
            <input
                type="range"
                data-testid="tiles"
                min=*TILES.start()
                max=*TILES.end()
                step="1"
                prop:value=move || tiles.get().to_string()
                aria-valuetext=move || SIZES.get(tiles.get()).copied()
                on:input:target=move |event| tiles.set(event.target().value_as_number() as usize)
            />
        </label>
    }
}
