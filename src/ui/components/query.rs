//! The query: an image of the gallery, or one dropped here that only asks.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::page;
use crate::ui::files::Dropped;

/// The query's picture, name and label. Takes drops.
#[component]
pub fn QueryCard() -> impl IntoView {
    let page = page();
    let over = RwSignal::new(false);
    let drop = move |event: web_sys::DragEvent| {
        event.prevent_default();
        event.stop_propagation();
        over.set(false);
        if let Some(data) = event.data_transfer() {
            let dropped = Dropped::take(&data);
            spawn_local(async move {
                match dropped.walk().await.into_iter().next() {
                    Some(found) => page.ask_about(found),
                    None => page.news.set("Nothing that was dropped is a file.".into()),
                }
            });
        }
    };
    let name = move || page.query.with(|query| query.as_ref().map(|query| query.name.clone()));
    let label = move || page.query.get().map(|query| query.label.get());
    let picture = move || {
        let shot = page.query.get()?.shot.get()?;
        Some(view! { <img src=shot.thumbnail.get() alt="" decoding="async" draggable="false" /> })
    };
    let state = move || match page.query.get() {
        None => "Choose an image of the gallery, or drop one here to ask without adding it.".to_owned(),
        Some(query) if query.shot.get().is_none() => "It waits for its features.".into(),
        Some(query) => {
            let inside = page.photos.with(|photos| photos.iter().any(|photo| photo.key == query.key));
            match (page.ranking.candidates.get(), inside) {
                (1, _) => "Held against 1 other image.".into(),
                (n, true) => format!("Held against {n} other images."),
                (n, false) => format!("Not in the gallery. Held against {n} images."),
            }
        }
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
                <p class="quiet">{state}</p>
            </div>
        </section>
    }
}
