//! Query and neighbour side by side, at full size.

use leptos::html;
use leptos::prelude::*;

use super::NeighboursState;
use super::ranked::follow;
use super::ranking::Row;
use crate::gallery::Id;
use crate::ui::gallery::GalleryState;
use crate::ui::numbers::fixed;

/// The neighbour that is looked at, and in which column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Whether it is one of FUNGI's.
    pub fungi: bool,
    /// The image.
    pub id: Id,
}

/// The dialog; open while a neighbour is looked at.
#[component]
pub fn Enlarged(state: NeighboursState) -> impl IntoView {
    let NeighboursState { gallery, ranking, looked, .. } = state;
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match looked.with(Option::is_some) && gallery.query.with(Option::is_some) {
            true if !dialog.open() => {
                // It fails only for an element that is not in the page.
                let _ = dialog.show_modal();
            }
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let order = move || -> Vec<Row> {
        let fungi = looked.get().is_some_and(|looked| looked.fungi);
        ranking.rows.with(|rows| if fungi { rows.fungi.clone() } else { rows.embedding.clone() })
    };
    let goal = move |key: &str| {
        let at = looked.get()?;
        let ids: Vec<Id> = order().iter().map(|row| row.id).collect();
        follow(&ids, at.id, key).map(|id| Looked { id, ..at })
    };
    let go = move |key: &str| {
        let goal = untrack(|| goal(key));
        if goal.is_some() {
            looked.set(goal);
        }
        goal.is_some()
    };
    let about = move || {
        let Some(Looked { fungi, id }) = looked.get() else { return String::new() };
        let by = if fungi { "FUNGI" } else { "embedding" };
        let rows = order();
        match rows.iter().find(|row| row.id == id) {
            Some(row) => {
                format!("{} of {} by {by}, cosine {}", row.rank, rows.len(), fixed(f64::from(row.score), 3))
            }
            None => format!("No longer among the first {} by {by}", rows.len()),
        }
    };
    let step = move |words: &'static str, key: &'static str| {
        view! {
            <button type="button" disabled=move || goal(key).is_none() on:click=move |_| { go(key); }>{words}</button>
        }
    };
    let query = Memo::new(move |_| looked.get().and(gallery.query.get()));
    let neighbour = Memo::new(move |_| looked.get().map(|looked| looked.id));
    view! {
        <dialog
            node_ref=dialog
            class="enlarged"
            data-testid="enlarged"
            data-name=move || neighbour.get().and_then(|id| gallery.shown(id)).map(|shown| shown.get().name)
            aria-labelledby="enlarged-heading"
            on:close=move |_| looked.set(None)
            on:keydown=move |event| {
                if go(&event.key()) {
                    event.prevent_default();
                }
            }
        >
            <div class="row">
                <h2 id="enlarged-heading" aria-live="polite">"Query and neighbour: " <span class="quiet">{about}</span></h2>
                {step("Previous", "ArrowLeft")}
                {step("Next", "ArrowRight")}
                <button
                    type="button"
                    on:click=move |_| {
                        if let Some(id) = neighbour.get_untracked() {
                            looked.set(None);
                            gallery.select(id);
                        }
                    }
                >
                    "Make it the query"
                </button>
                <button type="button" class="main" autofocus=true data-testid="enlarged-close" on:click=move |_| looked.set(None)>"Close"</button>
            </div>
            <div class="pair">
                <Picture gallery id=query />
                <Picture gallery id=neighbour />
            </div>
        </dialog>
    }
}

/// One of the two, from its file; from its thumbnail, where the browser can't show the file.
#[component]
fn Picture(gallery: GalleryState, id: Memo<Option<Id>>) -> impl IntoView {
    let whole = Memo::new(move |_| gallery.full_size(id.get()?));
    let unreadable = RwSignal::new(None);
    let source = move || {
        let id = id.get()?;
        let thumbnail = || Some(gallery.shown(id)?.get().thumbnail?.get());
        if unreadable.get() == Some(id) { thumbnail() } else { whole.get().map(|url| url.get()).or_else(thumbnail) }
    };
    let words = move || {
        let shown = id.get().and_then(|id| gallery.shown(id)).map(|shown| shown.get());
        shown.map_or_else(String::new, |shown| match shown.label.is_empty() {
            true => shown.name,
            false => format!("{} ({})", shown.name, shown.label),
        })
    };
    view! {
        <figure>
            <img src=source alt=words on:error=move |_| unreadable.set(id.get_untracked()) />
            <figcaption>{words}</figcaption>
        </figure>
    }
}
