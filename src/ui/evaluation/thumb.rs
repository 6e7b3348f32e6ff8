//! An image as a button that leads to its neighbours.

use leptos::prelude::*;

use super::EvaluationState;
use crate::gallery::Id;

/// One image; nothing where it is gone.
#[component]
pub fn Thumb(
    state: EvaluationState,
    id: Id,
    /// What is said of it, below its name.
    #[prop(into, optional)]
    said: String,
) -> impl IntoView {
    let gallery = state.gallery;
    let shown = gallery.shown(id)?;
    let (name, url) = shown.with_untracked(|shown| (shown.name.clone(), shown.thumbnail.as_ref().map(|url| url.get())));
    let told = if said.is_empty() { String::new() } else { format!(": {said}") };
    Some(view! {
        <button
            type="button"
            class="pick"
            class:hovered=move || gallery.hovered.get() == Some(id)
            title=format!("{name}{told}. Show its neighbours.")
            data-testid="eval-image"
            data-name=name.clone()
            on:pointerenter=move |_| gallery.hovered.set(Some(id))
            on:pointerleave=move |_| gallery.hovered.set(None)
            on:click=move |_| state.visit.run(id)
        >
            <span class="box">{url.map(|url| view! { <img src=url alt="" loading="lazy" decoding="async" draggable="false" /> })}</span>
            <span class="unseen">{format!("Show the neighbours of {name}")}</span>
            <span class="eval-said">{said}</span>
        </button>
    })
}
