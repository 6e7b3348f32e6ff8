//! Brush, eraser, undo and redo.

use leptos::prelude::*;

use super::sheet::Sheet;
use super::talk;
use crate::ui::components::page;
use crate::ui::numbers::{fixed, read, short};

/// What strokes are drawn with, and how they are taken back.
#[component]
pub fn Tools() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let active =
        move || studio.active.get().and_then(|id| studio.support.with(|all| all.iter().find(|p| p.id == id).cloned()));
    let can = move |which: fn(&Sheet) -> bool| active().is_some_and(|picture| picture.sheet.with(which));
    let step = move |which: fn(&mut Sheet) -> bool| {
        if let Some(picture) = untrack(active) {
            picture.sheet.update(|sheet| {
                which(sheet);
            });
            talk::soon(page);
        }
    };
    let title =
        move |verb: &str| active().map_or_else(|| verb.to_owned(), |picture| format!("{verb} on {}", picture.name));
    let tool = move |erases: bool, name: &'static str, testid: &'static str| {
        view! {
            <button
                type="button"
                class="small"
                data-testid=testid
                aria-pressed=Signal::derive(move || if studio.erasing.get() == erases { "true" } else { "false" })
                on:click=move |_| studio.erasing.set(erases)
            >
                {name}
            </button>
        }
    };
    view! {
        <fieldset class="seg-tools">
            <legend>"Tools"</legend>
            <div class="row">
                {tool(false, "Brush", "seg-brush")}
                {tool(true, "Eraser", "seg-eraser")}
                <button
                    type="button"
                    class="small"
                    data-testid="seg-undo"
                    title=Signal::derive(move || title("Undo"))
                    disabled=Signal::derive(move || !can(Sheet::can_undo))
                    on:click=move |_| step(Sheet::undo)
                >
                    "Undo"
                </button>
                <button
                    type="button"
                    class="small"
                    data-testid="seg-redo"
                    title=Signal::derive(move || title("Redo"))
                    disabled=Signal::derive(move || !can(Sheet::can_redo))
                    on:click=move |_| step(Sheet::redo)
                >
                    "Redo"
                </button>
            </div>
            <label class="slider">
                <span>"Width"</span>
                <input
                    type="range"
                    min="0.01"
                    max="0.2"
                    step="0.005"
                    data-testid="seg-width"
                    prop:value=Signal::derive(move || fixed(f64::from(studio.brush.get()), 3))
                    on:input:target=move |event| {
                        if let Some(width) = read(&event.target().value()) {
                            studio.brush.set(width);
                        }
                    }
                />
                <output>{move || format!("{} %", fixed(f64::from(studio.brush.get() * 100.0), 1))}</output>
            </label>
            <label class="slider">
                <span>"Opacity"</span>
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.05"
                    data-testid="seg-opacity"
                    prop:value=Signal::derive(move || short(studio.opacity.get()))
                    on:input:target=move |event| {
                        if let Some(opacity) = read(&event.target().value()) {
                            studio.opacity.set(opacity);
                        }
                    }
                />
                <output>{move || format!("{} %", fixed(f64::from(studio.opacity.get() * 100.0), 0))}</output>
            </label>
            <label class="choice">
                <input
                    type="checkbox"
                    role="switch"
                    data-testid="seg-outline"
                    prop:checked=Signal::derive(move || studio.outline.get())
                    on:change:target=move |event| studio.outline.set(event.target().checked())
                />
                "Outlines on the maps"
            </label>
        </fieldset>
    }
}
