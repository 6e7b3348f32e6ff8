//! The query: an image of the gallery, or one dropped here that is not added to it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::NeighboursState;
use crate::ui::gallery::Completeness;
use crate::ui::gallery::files::Dropped;

/// The query's picture, name and label. Accepts drops.
#[component]
pub fn QueryCard(state: NeighboursState) -> impl IntoView {
    let gallery = state.gallery;
    let over = RwSignal::new(false);
    let drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        over.set(false);
        if let Some(data) = event.data_transfer() {
            let dropped = Dropped::take(&data);
            spawn_local(async move { gallery.ask_about(dropped.walk().await).await });
        }
    };
    let name = move || gallery.shown_query().map(|query| query.name);
    let label = move || gallery.shown_query().map(|query| query.label);
    let picture = move || {
        let thumbnail = gallery.shown_query()?.thumbnail?;
        Some(view! { <img src=thumbnail.get() alt="" decoding="async" draggable="false" /> })
    };
    let comparison = move || match (gallery.query.get(), gallery.shown_query()) {
        (Some(_), Some(query)) if query.completeness == Completeness::Nothing => {
            "Its features have not been computed yet.".to_owned()
        }
        (Some(id), Some(_)) => match (state.ranking.candidates.get(), gallery.contains(id)) {
            (1, true) => "Compared with 1 other image.".into(),
            (n, true) => format!("Compared with {n} other images."),
            (1, false) => "Not in the gallery. Compared with 1 image.".into(),
            (n, false) => format!("Not in the gallery. Compared with {n} images."),
        },
        _ => "Choose an image of the gallery, or drop one here to compare it without adding it.".into(),
    };
    view! {
        <section
            class="query"
            class:over=move || over.get()
            aria-label="Query"
            data-testid="query"
            data-name=name
            data-label=label
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <span class="box">{picture}</span>
            <div>
                <h2>"Query"</h2>
                <p class="query-name">{move || name().unwrap_or_else(|| "none yet".into())}</p>
                <p class="tag">{move || label().filter(|label| !label.is_empty()).unwrap_or_else(|| "no label".into())}</p>
                <p class="quiet">{comparison}</p>
            </div>
        </section>
    }
}
