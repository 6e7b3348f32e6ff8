//! Actions for the image that is chosen in the gallery, and for the whole tab.

use leptos::prelude::*;

use crate::ui::segmentation::paint::Way;
use crate::ui::segmentation::state::SegmentationState;

/// Adds the chosen image, clears the tab, brings back what was removed.
#[component]
pub fn ChosenImage(
    /// The tab's state.
    state: SegmentationState,
) -> impl IntoView {
    let chosen = state.chosen;
    let name = move || chosen.with(|chosen| chosen.as_ref().map(|chosen| chosen.name.clone()));
    let masked = move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.mask.is_some()));
    let is_support = move || chosen.with(|chosen| chosen.as_ref().is_some_and(|chosen| state.is_support(chosen.id)));
    let removed = move || state.timeline.with(|timeline| timeline.next(Way::Undo)?.removed.clone());
    view! {
        <div class="row seg-chosen" role="group" aria-label="Photos for segmentation">
            <Show when=move || chosen.with(Option::is_some)>
                <span class="quiet">
                    "Chosen in the gallery: "
                    <b>{name}</b>
                    {move || if masked() { ", with its mask" } else { "" }}
                </span>
                <button
                    type="button"
                    class="small"
                    data-testid="seg-add-support"
                    disabled=is_support
                    on:click=move |_| if let Some(chosen) = chosen.get_untracked() { state.add_support(chosen) }
                >
                    "Paint on it"
                </button>
                <button
                    type="button"
                    class="small"
                    data-testid="seg-set-query"
                    on:click=move |_| if let Some(chosen) = chosen.get_untracked() { state.query_chosen(chosen) }
                >
                    "Make it the query"
                </button>
            </Show>
            <Show when=move || !state.is_empty()>
                <button type="button" class="small" data-testid="seg-clear" on:click=move |_| state.clear()>"Clear the tab"</button>
            </Show>
            {move || removed().map(|what| view! {
                <button type="button" class="small" data-testid="seg-bring-back" on:click=move |_| state.step(Way::Undo)>
                    "Bring back " {what}
                </button>
            })}
        </div>
    }
}
