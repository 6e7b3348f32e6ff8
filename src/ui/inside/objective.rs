//! One objective: what it is, its views, its gradient, and what becomes of that.

use std::sync::Arc;

use leptos::prelude::*;

use super::InsideState;
use super::about::{GRADIENTS, OBJECTIVES, PAPER, about};
use super::matrix::Matrix;
use super::table::Table;
use super::vector::Vector;
use super::views::Views;
use super::words;
use crate::fungi::{Gradient, Part};
use crate::ui::focus::{focus, next_tab};

/// The objectives to choose from.
#[component]
pub fn Tabs(state: InsideState) -> impl IntoView {
    let parts = Memo::new(move |_| state.gradients.with(|all| all.iter().map(|of| of.part).collect::<Vec<_>>()));
    let shown = Memo::new(move |_| state.gradient().map(|gradient| gradient.part));
    let steer = move |event: web_sys::KeyboardEvent| {
        let parts = parts.get_untracked();
        let Some(place) = parts.iter().position(|part| Some(*part) == shown.get_untracked()) else { return };
        if let Some(goal) = next_tab(&event.key(), place, parts.len()) {
            state.turn_to(Some(parts[goal]));
            focus(&format!("#{}", tab_id(parts[goal])));
        }
    };
    let tab = move |part: Part| {
        let selected = move || shown.get() == Some(part);
        view! {
            <button
                type="button"
                role="tab"
                id=tab_id(part)
                data-testid=tab_id(part)
                aria-controls="inside-panel"
                aria-selected=move || if selected() { "true" } else { "false" }
                tabindex=move || if selected() { "0" } else { "-1" }
                on:click=move |_| state.turn_to(Some(part))
            >
                {part.name()}
            </button>
        }
    };
    view! {
        <div class="tabs" role="tablist" aria-label="Objectives" hidden=move || parts.with(Vec::is_empty) on:keydown=steer>
            {move || parts.get().into_iter().map(tab).collect_view()}
        </div>
    }
}

/// One of them.
#[component]
pub fn Objective(state: InsideState, gradient: Arc<Gradient>) -> impl IntoView {
    let [asks, looks_at] = about(&gradient);
    let (loss, length, total) = (words::number(gradient.loss), words::number(gradient.length), words::total(&gradient));
    let part = gradient.part;
    view! {
        <section
            id="inside-panel"
            class="inside-panel"
            role="tabpanel"
            aria-labelledby=tab_id(part)
            data-testid="inside-panel"
            data-part=part.key()
        >
            <p>{asks}</p>
            <p>{looks_at}</p>
            <p class="quiet"><a href=PAPER target="_blank" rel="noopener">{OBJECTIVES}</a>"; gradients and their projection are in its "{GRADIENTS}"."</p>
            <h3 id="inside-views">"Views, as the model gets them"</h3>
            <p class="quiet" data-testid="inside-total" data-loss=loss data-length=length>{total}</p>
            <Views state gradient=gradient.clone() />
            <Table gradient=gradient.clone() />
            <h3>"Gradient"</h3>
            <Matrix gradient=gradient.clone() />
            <h3>"Projected gradient"</h3>
            <Vector gradient />
        </section>
    }
}

fn tab_id(part: Part) -> String {
    format!("inside-tab-{}", part.key())
}
