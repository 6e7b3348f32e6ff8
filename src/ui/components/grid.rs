//! The images. One of them takes the Tab key's focus; arrow keys go from one to the next.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::icons::{CROSS, Sign};
use super::page;
use crate::ui::photo::Photo;
use crate::ui::state::Page;

/// All images of the gallery.
#[component]
pub fn Grid() -> impl IntoView {
    let page = page();
    let list = NodeRef::<leptos::html::Ul>::new();
    let active = Selector::new(move || page.active.get());
    let query = Selector::new(move || page.query.with(|query| query.as_ref().map(|query| query.key)));
    let hovered = Selector::new(move || page.hovered.get());
    view! {
        <ul
            class="grid"
            node_ref=list
            data-testid="gallery"
            aria-label="Images. Arrow keys move, Enter asks for neighbours, Delete removes."
            on:keydown=move |event| steer(page, &event)
        >
            <For each=move || page.photos.get() key=|photo| photo.key let(photo)>
                <Cell photo active=active.clone() query=query.clone() hovered=hovered.clone() />
            </For>
        </ul>
    }
}

/// One image: a button that makes it the query, another that removes it.
#[component]
fn Cell(
    photo: Photo,
    active: Selector<Option<u32>>,
    query: Selector<Option<u32>>,
    hovered: Selector<Option<u32>>,
) -> impl IntoView {
    let page = page();
    let Photo { key, name, label, shot } = photo;

    let generation = page.generation;
    let state = {
        let shot = shot.clone();
        move || {
            let done = shot.with(|shot| shot.as_ref().is_some_and(|shot| shot.generation == generation.get()));
            if done { "done" } else { "waiting" }
        }
    };
    let picture = move || shot.with(|shot| shot.as_ref().map(|shot| shot.thumbnail.get()));
    let title = name.clone();
    let (label_data, label_text) = (label.clone(), label);
    let tab = move || if active.selected(&Some(key)) { "0" } else { "-1" };
    let (tab_pick, tab_remove) = (tab.clone(), tab);
    view! {
        <li
            class="cell"
            data-testid="gallery-item"
            data-name=name.clone()
            data-label=move || label_data.get()
            data-state=state
            data-key=key
            class:hovered=move || hovered.selected(&Some(key))
        >
            <button
                type="button"
                class="pick"
                data-testid="use-as-query"
                title=title
                tabindex=tab_pick
                aria-pressed=move || if query.selected(&Some(key)) { "true" } else { "false" }
                on:click=move |_| page.ask(key)
            >
                <span class="box">
                    {move || picture().map(|url| view! { <img src=url alt="" loading="lazy" decoding="async" draggable="false" /> })}
                </span>
                <span class="unseen">{name.clone()}</span>
                <span class="tag">{move || label_text.get()}</span>
            </button>
            <button
                type="button"
                class="remove"
                data-testid="remove"
                tabindex=tab_remove
                aria-label=format!("Remove {name}")
                on:click=move |_| remove(page, key)
            >
                <Sign path=CROSS />
            </button>
        </li>
    }
}

/// Removes an image, and gives the focus to the one that takes its place.
fn remove(page: Page, key: u32) {
    page.remove(&[key]);
    focus_active(page);
}

fn focus_active(page: Page) {
    request_animation_frame(move || {
        let target = match page.active.get_untracked() {
            Some(key) => format!(".cell[data-key=\"{key}\"] .pick"),
            None => "[data-testid=undo]".to_owned(),
        };
        focus(&target);
    });
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that can't take it leaves the focus where it is.
        let _ = element.focus();
    }
}

fn steer(page: Page, event: &KeyboardEvent) {
    let Some(active) = page.active.get_untracked() else { return };
    let keys: Vec<u32> = page.photos.with_untracked(|photos| photos.iter().map(|photo| photo.key).collect());
    let Some(place) = keys.iter().position(|&key| key == active) else { return };
    let last = keys.len() - 1;
    let goal = match event.key().as_str() {
        "ArrowLeft" => place.saturating_sub(1),
        "ArrowRight" => (place + 1).min(last),
        "ArrowUp" => place.saturating_sub(columns()),
        "ArrowDown" => (place + columns()).min(last),
        "Home" => 0,
        "End" => last,
        "Delete" => {
            event.prevent_default();
            remove(page, active);
            return;
        }
        _ => return,
    };
    event.prevent_default();
    page.active.set(Some(keys[goal]));
    focus_active(page);
}

/// Images side by side: as many as have the first one's height.
fn columns() -> usize {
    let Ok(cells) = document().query_selector_all(".grid > .cell") else { return 1 };
    let top = |i| cells.item(i).and_then(|cell| cell.dyn_into::<HtmlElement>().ok()).map(|cell| cell.offset_top());
    (1..cells.length()).take_while(|&i| top(i) == top(0)).count() + 1
}
