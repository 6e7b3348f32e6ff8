//! The model: what it is, where it came from, its licence.

use leptos::prelude::*;

use crate::engine::protocol::Progress;
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
                <dd>{format!("{} numbers", model.dim)}</dd>
                <dt>"Licence"</dt>
                <dd>{model.licence}</dd>
                <dt>"Loaded from"</dt>
                <dd>{model.source}</dd>
            </dl>
        }
        .into_any(),
    };
    view! {
        <button type="button" class="chip" popovertarget="about-model" data-testid="model">
            <span class="chip-name">"Model"</span>
            <span class="chip-value">{name}</span>
        </button>
        <section id="about-model" class="card" popover="auto" aria-label="Model">
            <h2>"Model"</h2>
            {facts}
        </section>
    }
}
