//! The classes: chosen, named, coloured, added, removed.

use leptos::html;
use leptos::prelude::*;

use super::area::Area;
use super::canvas;
use super::class::{Class, parse_hex};
use super::raster::{self, Look};
use crate::ui::components::icons::{CROSS, Sign};
use crate::ui::components::page;

/// A swatch's side in pixels.
const SWATCH: u32 = 24;

/// All classes; one is painted with.
#[component]
pub fn Classes() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let ids = Memo::new(move |_| studio.classes.with(|all| all.iter().map(|class| class.id).collect::<Vec<u8>>()));
    view! {
        <fieldset class="seg-classes">
            <legend>"Classes"</legend>
            <ul>
                <For each=move || ids.get() key=|id| *id let(id)>
                    <Row id />
                </For>
            </ul>
            <button type="button" class="small" data-testid="seg-add-class" on:click=move |_| studio.add_class()>
                "Add a class"
            </button>
        </fieldset>
    }
}

#[component]
fn Row(id: u8) -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let class = Memo::new(move |before: Option<&Class>| {
        let now = studio.classes.with(|all| all.iter().find(|class| class.id == id).cloned());
        now.or_else(|| before.cloned()).unwrap_or_else(|| Class::new(id, ""))
    });
    let change = move |change: &dyn Fn(&mut Class)| {
        studio.classes.update(|all| {
            if let Some(class) = all.iter_mut().find(|class| class.id == id) {
                change(class);
            }
        });
    };
    let chosen = move || studio.class.get() == id && !studio.erasing.get();
    let name = move || class.with(|class| class.name.clone());
    let alone = move || studio.classes.with(|all| all.len() < 2);
    view! {
        <li class="seg-class" class:chosen=chosen data-testid="seg-class" data-name=name data-id=id>
            <label class="seg-pick">
                <input
                    type="radio"
                    name="seg-class"
                    prop:checked=chosen
                    aria-label=Signal::derive(move || format!("Paint {}", name()))
                    on:change=move |_| studio.choose(id)
                />
                <Swatch id />
            </label>
            <input
                type="text"
                class="seg-name"
                maxlength="40"
                aria-label="Name of the class"
                prop:value=name
                on:change:target=move |event| {
                    let text = event.target().value().trim().to_owned();
                    if !text.is_empty() {
                        change(&|class| class.name.clone_from(&text));
                    }
                }
            />
            <input
                type="color"
                aria-label=Signal::derive(move || format!("Colour of {}", name()))
                prop:value=Signal::derive(move || class.with(Class::hex))
                on:input:target=move |event| {
                    if let Some(colour) = parse_hex(&event.target().value()) {
                        change(&|class| class.colour = colour);
                    }
                }
            />
            <button
                type="button"
                class="remove"
                disabled=alone
                aria-label=Signal::derive(move || format!("Remove {} and its strokes", name()))
                on:click=move |_| studio.remove_class(page, id)
            >
                <Sign path=CROSS />
            </button>
        </li>
    }
}

/// A class's colour and pattern.
#[component]
pub fn Swatch(
    /// The class.
    id: u8,
) -> impl IntoView {
    let studio = page().studio;
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let palette = studio.palette();
        if let Some(node) = node.get() {
            let whole = Area { x: 0, y: 0, width: SWATCH, height: SWATCH };
            let look = Look { palette: &palette, opacity: 1.0, outline: false };
            let labels = [id; (SWATCH * SWATCH) as usize];
            canvas::resize(&node, (SWATCH, SWATCH));
            canvas::put(&node, &raster::paint(&labels, (SWATCH, SWATCH), whole, &look), whole);
        }
    });
    view! { <canvas class="seg-swatch" node_ref=node aria-hidden="true"></canvas> }
}
