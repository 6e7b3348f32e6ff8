//! The Segmentation tab: choose photos, paint, see the maps.

use js_sys::{Function, Object, Reflect};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use super::chosen::ChosenImage;
use super::classes::Classes;
use super::editor::Editor;
use super::maps::QuerySection;
use super::options::Options;
use super::start::Start;
use super::status::Status;
use super::tools::Tools;
use crate::ui::segmentation::paint::Way;
use crate::ui::segmentation::state::SegmentationState;
use crate::ui::segmentation::sync::EngineSync;

/// The whole tab. While it exists, the engine is kept in sync with it.
#[component]
pub fn Segmentation(
    /// Its state.
    state: SegmentationState,
) -> impl IntoView {
    let sync = EngineSync::start(state);
    let root = NodeRef::<html::Div>::new();
    let keys = move |event: KeyboardEvent| {
        if let Some(way) = undo_key(&event) {
            event.prevent_default();
            state.step(way);
        }
    };
    let empty = Memo::new(move |_| state.is_empty());
    view! {
        <div class="seg" tabindex="-1" node_ref=root on:keydown=keys on:click=move |_| keep_focus(root)>
            <ChosenImage state />
            <Status sync />
            <Show when=move || !empty.get() fallback=move || view! { <Start sync /> }>
                <div class="seg-work">
                    <section class="seg-support" aria-labelledby="seg-support-heading">
                        <h2 id="seg-support-heading" data-testid="seg-support-heading">
                            {move || if state.is_labelled() { "Support: paint here" } else { "1 Choose an example and paint on it" }}
                        </h2>
                        <Classes state />
                        <Tools state />
                        <p class="quiet" hidden=move || state.support.with(|all| !all.is_empty())>
                            "No example yet. Choose an image in the gallery, then \u{201c}Paint on it\u{201d}."
                        </p>
                        <div class="seg-editors">
                            <For each=move || state.support.get() key=|photo| photo.id let(photo)>
                                <Editor state photo />
                            </For>
                        </div>
                    </section>
                    <QuerySection sync />
                </div>
                <Options sync />
            </Show>
        </div>
    }
}

/// Which way a key steps through the history, if it does and no text is being typed, which has a history of its own.
fn undo_key(event: &KeyboardEvent) -> Option<Way> {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let types = input.is_some_and(|input| matches!(input.type_().as_str(), "text" | "number"));
    if types || !(event.ctrl_key() || event.meta_key()) {
        return None;
    }
    match event.key().as_str() {
        "z" if !event.shift_key() => Some(Way::Undo),
        "z" | "Z" | "y" | "Y" => Some(Way::Redo),
        _ => None,
    }
}

/// Keeps the focus in the tab when what was pressed has gone: its keys are the tab's still.
fn keep_focus(root: NodeRef<html::Div>) {
    request_animation_frame(move || {
        let active = document().active_element();
        if active.is_none_or(|active| active.tag_name() == "BODY")
            && let Some(root) = root.get_untracked()
        {
            // Where one has scrolled to stays in sight.
            let options = Object::new();
            let _ = Reflect::set(&options, &"preventScroll".into(), &true.into());
            if let Ok(focus) = Reflect::get(&root, &"focus".into()).and_then(|focus| focus.dyn_into::<Function>()) {
                // It can be focused as long as it is shown.
                let _ = focus.call1(&root, &options);
            }
        }
    });
}
