//! Brush, eraser, undo and redo; and how maps look.

use leptos::prelude::*;

use crate::ui::numbers::{fixed, read, short};
use crate::ui::segmentation::paint::Way;
use crate::ui::segmentation::state::SegmentationState;

/// Brush, eraser, undo and redo.
#[component]
pub fn Tools(
    /// The tab's state.
    state: SegmentationState,
) -> impl IntoView {
    let next = move |way| state.timeline.with(|timeline| timeline.next(way).map(|edit| edit.what.clone()));
    let step = move |way: Way, name: &'static str, testid: &'static str| {
        view! {
            <button
                type="button"
                class="small"
                data-testid=testid
                title=Signal::derive(move || next(way).map(|what| format!("{name}: {what}")))
                disabled=Signal::derive(move || next(way).is_none())
                on:click=move |_| state.step(way)
            >
                {name}
            </button>
        }
    };
    let tool = move |erases: bool, name: &'static str, testid: &'static str| {
        view! {
            <button
                type="button"
                class="small"
                data-testid=testid
                aria-pressed=Signal::derive(move || if state.erasing.get() == erases { "true" } else { "false" })
                on:click=move |_| state.erasing.set(erases)
            >
                {name}
            </button>
        }
    };
    view! {
        <fieldset class="seg-tools">
            <legend class="unseen">"Tools"</legend>
            <div class="row">
                {tool(false, "Brush", "seg-brush")}
                {tool(true, "Eraser", "seg-eraser")}
                {step(Way::Undo, "Undo", "seg-undo")}
                {step(Way::Redo, "Redo", "seg-redo")}
            </div>
            <label class="slider">
                <span>"Width"</span>
                <input
                    type="range"
                    min="0.01"
                    max="0.2"
                    step="0.005"
                    data-testid="seg-width"
                    prop:value=Signal::derive(move || fixed(f64::from(state.brush.get()), 3))
                    on:input:target=move |event| {
                        if let Some(width) = read(&event.target().value()) {
                            state.brush.set(width);
                        }
                    }
                />
                <output>{move || format!("{} %", fixed(f64::from(state.brush.get() * 100.0), 1))}</output>
            </label>
        </fieldset>
    }
}

/// How the maps look.
#[component]
pub fn Look(
    /// The tab's state.
    state: SegmentationState,
) -> impl IntoView {
    view! {
        <div class="row seg-look">
            <label class="slider">
                <span>"Opacity"</span>
                <input
                    type="range"
                    min="0"
                    max="1"
                    step="0.05"
                    data-testid="seg-opacity"
                    prop:value=Signal::derive(move || short(state.opacity.get()))
                    on:input:target=move |event| {
                        if let Some(opacity) = read(&event.target().value()) {
                            state.opacity.set(opacity);
                        }
                    }
                />
                <output>{move || format!("{} %", fixed(f64::from(state.opacity.get() * 100.0), 0))}</output>
            </label>
            <label class="choice">
                <input
                    type="checkbox"
                    role="switch"
                    data-testid="seg-outline"
                    prop:checked=Signal::derive(move || state.outline.get())
                    on:change:target=move |event| state.outline.set(event.target().checked())
                />
                "Outlines"
            </label>
        </div>
    }
}
