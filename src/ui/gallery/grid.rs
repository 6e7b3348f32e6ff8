//! The images. One of them takes the Tab key's focus; arrow keys go from one to the next.

use std::collections::BTreeSet;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::GalleryState;
use super::shown::Completeness;
use super::visible;
use crate::gallery::Id;
use crate::ui::icons::{CROSS, Sign};

/// All images of the gallery.
#[component]
pub fn Grid(state: GalleryState) -> impl IntoView {
    let active = Selector::new(move || state.active.get());
    let query = Selector::new(move || state.query.get());
    let hovered = Selector::new(move || state.hovered.get());
    let on_screen = RwSignal::new(BTreeSet::new());
    let grid = NodeRef::<leptos::html::Ul>::new();
    visible::follow(grid, state.ids, on_screen);
    Effect::new(move |_| {
        let query = state.query.get();
        state.link.prefer(query.into_iter().chain(on_screen.get()).collect());
        on_screen.with(|on_screen| state.preview(query, on_screen));
    });
    view! {
        <ul
            node_ref=grid
            class="grid"
            data-testid="gallery"
            aria-label="Images. Arrow keys move, Enter shows an image's neighbours, Delete removes it."
            on:keydown=move |event| steer(state, grid, &event)
        >
            <For each=move || state.ids.get() key=|id| *id let(id)>
                <Cell state id active=active.clone() query=query.clone() hovered=hovered.clone() />
            </For>
        </ul>
    }
}

/// One image: a button that makes it the query, another that removes it.
#[component]
fn Cell(
    state: GalleryState,
    id: Id,
    active: Selector<Option<Id>>,
    query: Selector<Option<Id>>,
    hovered: Selector<Option<Id>>,
) -> impl IntoView {
    let shown = state.shown(id)?;
    let name = shown.with_untracked(|shown| shown.name.clone());
    let label = {
        let shown = shown.clone();
        move || shown.with(|shown| shown.label.clone())
    };
    let (label_data, label_text) = (label.clone(), label);
    let done = {
        let shown = shown.clone();
        move || match shown.with(|shown| shown.completeness) {
            Completeness::Nothing => "waiting",
            Completeness::Partial => "partial",
            Completeness::Complete => "done",
        }
    };
    let picture = Memo::new(move |_| shown.with(|shown| shown.thumbnail.as_ref().map(|thumbnail| thumbnail.get())));
    let pictured = Memo::new(move |_| picture.with(Option::is_some));
    let tab = move || if active.selected(&Some(id)) { "0" } else { "-1" };
    let (tab_pick, tab_remove) = (tab.clone(), tab);
    Some(view! {
        <li
            class="cell"
            data-testid="gallery-item"
            data-name=name.clone()
            data-label=label_data
            data-state=done
            data-key=id
            class:hovered=move || hovered.selected(&Some(id))
        >
            <button
                type="button"
                class="pick"
                data-testid="use-as-query"
                title=name.clone()
                tabindex=tab_pick
                aria-pressed=move || if query.selected(&Some(id)) { "true" } else { "false" }
                on:click=move |_| state.select(id)
            >
                <span class="box">
                    // One element for the browser's thumbnail and the engine's, so that nothing flashes between them.
                    {move || pictured.get().then(|| view! { <img src=picture alt="" loading="lazy" decoding="async" draggable="false" /> })}
                </span>
                <span class="unseen">{name.clone()}</span>
                <span class="tag">{label_text}</span>
            </button>
            <button
                type="button"
                class="remove"
                data-testid="remove"
                tabindex=tab_remove
                aria-label=format!("Remove {name}")
                on:click=move |_| remove(state, id)
            >
                <Sign path=CROSS />
            </button>
        </li>
    })
}

/// Removes an image, and moves the focus to the one that takes its place.
fn remove(state: GalleryState, id: Id) {
    state.remove(&[id]);
    focus_active(state);
}

fn focus_active(state: GalleryState) {
    request_animation_frame(move || {
        let target = match state.active.get_untracked() {
            Some(id) => format!(".cell[data-key=\"{id}\"] .pick"),
            None => "[data-testid=undo]".to_owned(),
        };
        focus(&target);
    });
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that can't take the focus leaves it where it is.
        let _ = element.focus();
    }
}

fn steer(state: GalleryState, grid: NodeRef<leptos::html::Ul>, event: &KeyboardEvent) {
    let Some(active) = state.active.get_untracked() else { return };
    let ids = state.ids.get_untracked();
    let Some(place) = ids.iter().position(|&id| id == active) else { return };
    let last = ids.len() - 1;
    let columns = || grid.get_untracked().and_then(|grid| visible::layout(&grid)).map_or(1, |layout| layout.columns);
    let goal = match event.key().as_str() {
        "ArrowLeft" => place.saturating_sub(1),
        "ArrowRight" => (place + 1).min(last),
        "ArrowUp" => place.saturating_sub(columns()),
        "ArrowDown" => (place + columns()).min(last),
        "Home" => 0,
        "End" => last,
        "Delete" => {
            event.prevent_default();
            remove(state, active);
            return;
        }
        _ => return,
    };
    event.prevent_default();
    state.active.set(Some(ids[goal]));
    focus_active(state);
}
