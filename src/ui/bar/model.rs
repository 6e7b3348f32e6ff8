//! The model: what it is, where it came from, its licence.

use leptos::prelude::*;

use crate::engine::protocol::{Listed, Progress};
use crate::ui::link::{Link, Phase};
use crate::ui::numbers::megabytes;

/// The model's name; more on demand.
#[component]
pub fn ModelChip(link: Link) -> impl IntoView {
    let name = move || match (link.model.get(), link.phase.get()) {
        (Some(model), _) => model.name,
        (None, Phase::Starting(Progress::Download { done, total })) if total > 0 => {
            format!("{} % loaded", done * 100 / total)
        }
        (None, Phase::Failed(_)) => "none".into(),
        _ => "loading".into(),
    };
    let facts = move || match link.model.get() {
        None => view! { <p>"The model is still loading. You can add images already; they will wait."</p> }.into_any(),
        Some(model) => view! {
            <p>{model.description}</p>
            <dl class="facts">
                <dt>"Size"</dt>
                <dd>{megabytes(model.bytes)}</dd>
                <dt>"Input"</dt>
                <dd>{format!("{0} × {0} pixels, patches of {1} × {1}", model.image, model.patch)}</dd>
                <dt>"Embedding"</dt>
                <dd>{format!("{} numbers", model.embedding)}</dd>
                <dt>"Licence"</dt>
                <dd>{model.licence}</dd>
                <dt>"Loaded from"</dt>
                <dd>{model.source}</dd>
            </dl>
        }
        .into_any(),
    };
    let chosen = move |name: &str| match link.wanted_model.read().as_str() {
        "" => link.models.with(|models| models.first().is_some_and(|first| first.name == name)),
        wanted => wanted == name,
    };
    let option = move |(place, listed): (usize, Listed)| {
        let Listed { name, description, bytes, licence } = listed;
        // The address need not name the default.
        let wanted = if place == 0 { String::new() } else { name.clone() };
        let (shown, about) = (name.clone(), format!("{}, {licence}. {description}", megabytes(bytes)));
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="model"
                    value=name.clone()
                    prop:checked=move || chosen(&name)
                    on:change=move |_| link.load(wanted.clone())
                />
                <span>{shown} <small>{about}</small></span>
            </label>
        }
    };
    view! {
        <button type="button" class="chip" popovertarget="about-model" data-testid="model">
            <span class="chip-name">"Model"</span>
            <span class="chip-value">{name}</span>
        </button>
        <section id="about-model" class="card" popover="auto" aria-label="Model">
            <h2>"Model"</h2>
            {facts}
            <fieldset data-testid="models">
                <legend>"Compute with"</legend>
                {move || link.models.get().into_iter().enumerate().map(option).collect_view()}
            </fieldset>
            <p class="quiet">
                "A model is downloaded when it is first chosen. Features belong to a model: all images are computed anew."
            </p>
        </section>
    }
}
