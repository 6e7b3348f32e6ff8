//! The classes: choose, name, colour, add, remove.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::swatch::Swatch;
use crate::ui::icons::{CROSS, Sign};
use crate::ui::segmentation::paint::{Class, parse_hex};
use crate::ui::segmentation::state::SegmentationState;

/// Bytes that a file with names may have.
const LARGEST_NAMES: f64 = 100_000.0;

/// All classes, one of which is chosen for painting.
#[component]
pub fn Classes(
    /// The tab's state.
    state: SegmentationState,
) -> impl IntoView {
    let ids = Memo::new(move |_| state.classes.with(|all| all.iter().map(|class| class.id).collect::<Vec<u8>>()));
    view! {
        <fieldset class="seg-classes">
            <legend class="unseen">"Classes"</legend>
            <ul>
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row state id />
                </For>
            </ul>
            <div class="row">
            <button type="button" class="small" data-testid="seg-add-class" on:click=move |_| state.add_class()>
                "Add a class"
            </button>
            <label class="button small" title="A text file with one name a line, or with numbers: 3 sky">
                "Names..."
                <input
                    type="file"
                    accept="text/plain,text/csv,.names"
                    data-testid="seg-names"
                    on:change:target=move |event| {
                        let input = event.target();
                        if let Some(file) = input.files().and_then(|files| files.item(0)) {
                            read_names(state, file);
                        }
                        // So that the same file can be picked again.
                        input.set_value("");
                    }
                />
            </label>
            </div>
        </fieldset>
    }
}

/// Reads a file with names.
fn read_names(state: SegmentationState, file: File) {
    if file.size() > LARGEST_NAMES {
        state.problem.set(Some(format!("{} is too large for a list of names: one a line, at most 255.", file.name())));
        return;
    }
    spawn_local(async move {
        match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
            Some(text) => state.name_classes(&text),
            None => state.problem.set(Some(format!("{} could not be read. Choose it again.", file.name()))),
        }
    });
}

#[component]
fn Row(state: SegmentationState, id: u8) -> impl IntoView {
    let class = Memo::new(move |before: Option<&Class>| {
        let now = state.classes.with(|all| all.iter().find(|class| class.id == id).cloned());
        now.or_else(|| before.cloned()).unwrap_or_else(|| Class::new(id, ""))
    });
    let edit = move |edit: &dyn Fn(&mut Class)| {
        state.classes.update(|all| {
            if let Some(class) = all.iter_mut().find(|class| class.id == id) {
                edit(class);
            }
        });
    };
    // A colour changes many times before one has been picked: that is one edit.
    let picking = StoredValue::new(None::<Vec<Class>>);
    // The name of a class that was just added is to be typed.
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get()
            && state.naming.get() == Some(id)
        {
            state.naming.set(None);
            // Once the field is in the page, with its text.
            request_animation_frame(move || {
                let _ = field.focus();
                field.select();
            });
        }
    });
    let chosen = move || state.class.get() == id && !state.erasing.get();
    let name = move || class.with(|class| class.name.clone());
    let alone = move || state.classes.with(|all| all.len() < 2);
    view! {
        <li class="seg-class" class:chosen=chosen data-testid="seg-class" data-name=name data-id=id>
            <label class="seg-pick">
                <input
                    type="radio"
                    name="seg-class"
                    prop:checked=chosen
                    aria-label=Signal::derive(move || format!("Paint {}", name()))
                    on:change=move |_| state.choose_class(id)
                />
                <Swatch state id />
            </label>
            <input
                type="text"
                class="seg-name"
                node_ref=field
                maxlength="40"
                aria-label="Name of the class"
                prop:value=name
                on:change:target=move |event| {
                    let text = event.target().value().trim().to_owned();
                    if text.is_empty() {
                        event.target().set_value(&untrack(name));
                    } else {
                        let before = state.classes.get_untracked();
                        edit(&|class| class.name.clone_from(&text));
                        state.record_classes(format!("renaming {text}"), &before);
                    }
                }
            />
            <input
                type="color"
                aria-label=Signal::derive(move || format!("Colour of {}", name()))
                prop:value=Signal::derive(move || class.with(Class::hex))
                on:input:target=move |event| {
                    if let Some(colour) = parse_hex(&event.target().value()) {
                        picking.update_value(|before| {
                            before.get_or_insert_with(|| state.classes.get_untracked());
                        });
                        edit(&|class| class.colour = colour);
                    }
                }
                on:change=move |_| {
                    if let Some(before) = picking.try_update_value(Option::take).flatten() {
                        state.record_classes(format!("colouring {}", untrack(name)), &before);
                    }
                }
            />
            <button
                type="button"
                class="remove"
                disabled=alone
                aria-label=Signal::derive(move || format!("Remove {} and its strokes", name()))
                on:click=move |_| state.remove_class(id)
            >
                <Sign path=CROSS />
            </button>
        </li>
    }
}
