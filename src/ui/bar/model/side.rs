//! Another side for the input of the model that is loaded: its positions are resized.

use leptos::prelude::*;

use crate::engine::protocol::ModelInfo;
use crate::ui::link::Link;

/// The side of its input, which can be changed.
#[component]
pub fn InputSide(link: Link, model: ModelInfo) -> impl IntoView {
    let ModelInfo { name, image, patch, .. } = model;
    let side = RwSignal::new(image);
    let usual = {
        let name = name.clone();
        move || {
            link.models
                .with(|models| models.iter().find(|listed| listed.name == name).map(|listed| listed.config.image))
        }
    };
    let note = move || match usual() {
        Some(usual) if usual != side.get() => {
            format!("Made for {usual} px: positions are resized, and all images computed anew.")
        }
        _ => String::new(),
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        link.choose(name.clone(), Some(side.get_untracked()));
    };
    view! {
        <form class="row" on:submit=submit>
            <label class="field">
                "Side of the input in pixels"
                <input
                    type="number"
                    data-testid="side"
                    required
                    min=patch
                    max="2048"
                    step=patch
                    prop:value=move || side.get().to_string()
                    on:input:target=move |event| side.set(event.target().value().parse().unwrap_or_default())
                />
            </label>
            <button type="submit" data-testid="use-side" disabled=move || side.get() == image>"Use this side"</button>
        </form>
        <p class="quiet">{note}</p>
    }
}
