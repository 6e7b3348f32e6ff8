//! The model: what it is, where it came from, what one may do with it.

use leptos::prelude::*;

use super::page;
use crate::engine::Stage;
use crate::ui::numbers::fixed;
use crate::ui::state::Phase;

/// The model's name; more on demand.
#[component]
pub fn ModelChip() -> impl IntoView {
    let page = page();
    let name = move || match (page.model.get(), page.phase.get()) {
        (Some(model), _) => model.name,
        (None, Phase::Starting(Stage::Download { done, total })) if total > 0 => {
            format!("{} % here", done * 100 / total)
        }
        (None, Phase::Failed(_)) => "none".into(),
        _ => "on its way".into(),
    };
    let facts = move || match page.model.get() {
        None => view! { <p>"The model has not arrived yet. Images can be added already; they wait."</p> }.into_any(),
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

/// Bytes as people read them.
pub fn megabytes(bytes: u64) -> String {
    format!("{} MB", fixed(bytes as f64 / 1e6, 1))
}
