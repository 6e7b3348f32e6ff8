//! The images. One of them takes the Tab key's focus; arrow keys go from one to the next. Several can be selected.
//!
//! Only what is near the screen is drawn: thousands of pictures with their buttons would take more memory than their features.
//!
//! For screen readers it is a grid whose rows are images: that lets arrow keys through to the page, and rows can be selected.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::GalleryState;
use super::focus::focus_active;
use super::keys;
use super::marks::Marks;
use super::on_screen::Rect;
use super::pointing::Pointing;
use super::shown::{Completeness, Shown};
use super::visible;
use crate::gallery::Id;
use crate::ui::icons::{CROSS, Sign};

/// All images of the gallery.
#[component]
pub fn Grid(state: GalleryState) -> impl IntoView {
    let active = Selector::new(move || state.active.get());
    let query = Selector::new(move || state.query.get());
    let hovered = Selector::new(move || state.hovered.get());
    let (on_screen, near) = (RwSignal::new(BTreeSet::new()), RwSignal::new(BTreeSet::new()));
    let grid = NodeRef::<leptos::html::Ul>::new();
    let pointing = Pointing::new(state, grid);
    let (marks, drawn) = (Marks::follow(state.selected), Marks::follow(near));
    visible::follow(grid, state.ids, on_screen, near);
    Effect::new(move |_| {
        let query = state.query.get();
        state.link.prefer(query.into_iter().chain(on_screen.get()).collect());
        on_screen.with(|on_screen| state.preview(query, on_screen));
    });
    view! {
        <ul
            node_ref=grid
            class="grid"
            class:picking=pointing.picking
            data-testid="gallery"
            role="grid"
            aria-multiselectable="true"
            aria-label=keys::ABOUT
            on:keydown=move |event| keys::steer(state, pointing, grid, &event)
            on:keyup=move |event| keys::release(pointing, &event)
            on:pointerdown=move |event| pointing.down(&event)
            on:pointermove=move |event| pointing.moved(&event)
            on:pointerup=move |event| pointing.up(&event)
            on:pointercancel=move |event| pointing.up(&event)
            on:pointerover=move |event| pointing.over(&event)
            on:pointerleave=move |_| state.hovered.set(None)
            on:contextmenu=move |event| pointing.menu(&event)
            // Shift and a click would select text, from wherever the last click was.
            on:mousedown=move |event| {
                if event.shift_key() {
                    event.prevent_default();
                }
            }
        >
            <For each=move || state.ids.get() key=|id| *id let(id)>
                <Cell state id pointing marks drawn active=active.clone() query=query.clone() hovered=hovered.clone() />
            </For>
            {move || pointing.band.with(Option::is_some).then(|| band(pointing.band))}
        </ul>
    }
}

/// The rubber band, drawn in the grid's content.
fn band(rect: RwSignal<Option<Rect>>) -> impl IntoView {
    let rect = move || rect.get().unwrap_or_default();
    view! {
        <li
            class="band"
            role="presentation"
            data-testid="band"
            style:left=move || format!("{}px", rect().x.0)
            style:top=move || format!("{}px", rect().y.0)
            style:width=move || format!("{}px", rect().x.1 - rect().x.0)
            style:height=move || format!("{}px", rect().y.1 - rect().y.0)
        ></li>
    }
}

/// One image: what is known of it, and a picture once it is `drawn`, as the one that arrow keys are on always is.
#[component]
fn Cell(
    state: GalleryState,
    id: Id,
    pointing: Pointing,
    marks: Marks,
    drawn: Marks,
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
    let done = {
        let shown = shown.clone();
        move || match shown.with(|shown| shown.completeness) {
            Completeness::Nothing => "waiting",
            Completeness::Partial => "partial",
            Completeness::Complete => "done",
        }
    };
    let mark = marks.of(id);
    let selected = {
        let mark = mark.clone();
        move || if mark.get() { "true" } else { "false" }
    };
    let is_drawn = {
        let (drawn, active) = (drawn.of(id), active.clone());
        Memo::new(move |_| drawn.get() || active.selected(&Some(id)))
    };
    let inside = {
        let name = name.clone();
        move || {
            match is_drawn.get() {
            true => view! { <Drawn state id shown=shown.clone() pointing mark=mark.clone() active=active.clone() query=query.clone() hovered=hovered.clone() /> }.into_any(),
            false => view! { <Blank name=name.clone() /> }.into_any(),
        }
        }
    };
    Some(view! {
        <li
            class="cell"
            class:drawn=is_drawn
            data-testid="gallery-item"
            data-name=name.clone()
            data-label=label
            data-state=done
            data-key=id
            role="row"
            aria-selected=selected
        >
            {inside}
        </li>
    })
}

/// The room of an image that is far from the screen.
#[component]
fn Blank(name: String) -> impl IntoView {
    view! { <span role="gridcell" class="contents" aria-label=name></span> }
}

/// A button that makes an image the query, with its picture and label; another that removes it.
#[component]
fn Drawn(
    state: GalleryState,
    id: Id,
    shown: ArcRwSignal<Shown>,
    pointing: Pointing,
    mark: ArcRwSignal<bool>,
    active: Selector<Option<Id>>,
    query: Selector<Option<Id>>,
    hovered: Selector<Option<Id>>,
) -> impl IntoView {
    let name = shown.with_untracked(|shown| shown.name.clone());
    let label = {
        let shown = shown.clone();
        move || shown.with(|shown| shown.label.clone())
    };
    let pictureless = {
        let shown = shown.clone();
        move || shown.with(|shown| shown.pictureless)
    };
    let picture = Memo::new(move |_| shown.with(|shown| shown.thumbnail.as_ref().map(|thumbnail| thumbnail.get())));
    let pictured = Memo::new(move |_| picture.with(Option::is_some));
    let tab = move || if active.selected(&Some(id)) { "0" } else { "-1" };
    let (tab_pick, tab_remove) = (tab.clone(), tab);
    view! {
            <span role="gridcell" class="contents">
            <button
                type="button"
                class="pick"
                class:hovered=move || hovered.selected(&Some(id))
                data-testid="use-as-query"
                title=name.clone()
                tabindex=tab_pick
                aria-pressed=move || if query.selected(&Some(id)) { "true" } else { "false" }
                on:click=move |event| pointing.clicked(id, &event)
            >
                <span class="box">
                    // One element for the browser's thumbnail and the engine's, so that nothing flashes between them.
                    {move || pictured.get().then(|| view! { <img src=picture alt="" loading="lazy" decoding="async" draggable="false" /> })}
                </span>
                <span class="unseen">
                    {name.clone()}
                    {move || pictureless().then_some(", its picture is not here")}
                    {move || mark.get().then_some(", selected")}
                </span>
                <span class="tag">{label}</span>
            </button>
            <button
                type="button"
                class="remove"
                data-testid="remove"
                tabindex=tab_remove
                aria-label=format!("Remove {name}")
                on:click=move |_| {
                    state.remove(&[id]);
                    focus_active(state);
                }
            >
                <Sign path=CROSS />
            </button>
            </span>
    }
}
