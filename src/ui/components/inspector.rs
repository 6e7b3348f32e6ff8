//! The image that the arrow keys are on: its name, its size, its label to be changed.

use leptos::prelude::*;

use super::page;

/// Name, size, label.
#[component]
pub fn Inspector() -> impl IntoView {
    let page = page();
    let photo = Memo::new_with_compare(
        move |_| {
            let active = page.active.get()?;
            page.photos.with(|photos| photos.iter().find(|photo| photo.key == active).cloned())
        },
        |before, now| {
            before.map(|before| before.as_ref().map(|photo| photo.key))
                != now.map(|now| now.as_ref().map(|photo| photo.key))
        },
    );
    let labels = Memo::new(move |_| page.labels());
    let form = move || {
        photo.get().map(|photo| {
            let (name, label) = (photo.name.clone(), photo.label.clone());
            let shot = photo.shot.clone();
            let size = move || {
                shot.with(|shot| shot.as_ref().map(|shot| format!("{} × {} pixels", shot.size.0, shot.size.1)))
                    .unwrap_or_else(|| "waiting".into())
            };
            view! {
                <p class="inspected">
                    <b title=name.clone()>{name.clone()}</b>
                    <span class="quiet">{size}</span>
                </p>
                <label class="field">
                    "Label"
                    <input
                        type="text"
                        list="labels"
                        autocomplete="off"
                        placeholder="none"
                        data-testid="label"
                        prop:value=move || label.get()
                        on:change:target=move |event| page.relabel(&photo, &event.target().value())
                    />
                </label>
            }
        })
    };
    view! {
        <section class="inspector" aria-label="Selected image" hidden=move || page.photos.with(Vec::is_empty)>
            {form}
            <datalist id="labels">
                <For each=move || labels.get() key=|label| label.clone() let(label)>
                    <option value=label />
                </For>
            </datalist>
        </section>
    }
}
