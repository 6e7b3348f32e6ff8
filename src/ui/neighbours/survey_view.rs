//! The whole gallery's answer, above the columns: numbers, and the queries behind each.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::NeighboursState;
use super::found::{Group, about};
use super::looks::Looks;
use super::survey::Found;
use crate::gallery::Id;
use crate::ui::gallery::GalleryState;

/// The queries of a group that are shown at most: more would take longer than a frame to draw.
const SHOWN: usize = 200;

/// How both rankings are shown; a button for each number; below them, the queries of the one that was chosen.
#[component]
pub fn SurveyView(state: NeighboursState) -> impl IntoView {
    let (survey, gallery) = (state.survey, state.gallery);
    let open = RwSignal::new(None::<Group>);
    let read = move |of: &dyn Fn(&Found) -> String| {
        survey.found.with(|found| found.as_ref().map(|found| of(found)).unwrap_or_default())
    };
    let is_told =
        move |group: Group| survey.found.with(|found| found.as_ref().is_some_and(|found| group.is_told(&found.tally)));
    // A group that is no longer told of is closed.
    let chosen = Memo::new(move |_| open.get().filter(|group| is_told(*group)));
    let queries = Memo::new(move |_| {
        let (group, found) = (chosen.get()?, survey.found.get()?);
        let queries = group.queries(&found.tally);
        Some((group, queries.iter().filter_map(|&place| found.ids.get(place).copied()).collect::<Arc<[Id]>>()))
    });
    let close = move || {
        if let Some(group) = open.get_untracked() {
            open.set(None);
            let button = document().query_selector(&format!("[data-testid=survey-{}]", group.key())).ok().flatten();
            if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                // A button that can't take the focus leaves it where it is.
                let _ = button.focus();
            }
        }
    };
    let number = move |group: Group| {
        view! {
            <button
                type="button"
                class="number"
                data-testid=format!("survey-{}", group.key())
                title=group.about()
                hidden=move || !is_told(group)
                aria-expanded=move || if chosen.get() == Some(group) { "true" } else { "false" }
                aria-controls="survey-queries"
                on:click=move |_| open.update(|open| *open = if *open == Some(group) { None } else { Some(group) })
            >
                <span>{group.name()}</span>
                <b>{move || read(&|found| group.count(&found.tally))}</b>
            </button>
        }
    };
    let note = move || {
        queries.with(|queries| match queries {
            Some((group, ids)) if ids.is_empty() => format!("{} There are none.", group.about()),
            Some((group, ids)) if ids.len() > SHOWN => {
                format!("{} The first {SHOWN} of {}:", group.about(), ids.len())
            }
            Some((group, _)) => group.about().into(),
            None => String::new(),
        })
    };
    let shown = move || {
        queries.with(|queries| {
            queries.as_ref().map(|(_, ids)| ids.iter().take(SHOWN).copied().collect::<Vec<_>>()).unwrap_or_default()
        })
    };
    view! {
        <section
            class="survey"
            class:stale=move || survey.stale.get()
            aria-labelledby="survey-heading"
            data-testid="survey"
            data-stale=move || if survey.stale.get() { "true" } else { "false" }
        >
            <div class="row looks">
                <h2 id="survey-heading">"The whole gallery"</h2>
                <Looks state />
            </div>
            <p class="quiet" data-testid="survey-about">
                {move || survey.found.with(|found| about(found.as_ref().map(|found| &found.tally)))}
            </p>
            <div class="row numbers">{Group::ALL.map(number).collect_view()}</div>
            <div
                id="survey-queries"
                hidden=move || chosen.get().is_none()
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        close();
                    }
                }
            >
                <p class="quiet">{note}</p>
                <ul class="strip" data-testid="survey-queries">
                    <For each=shown key=|id| *id let(id)>
                        <Query gallery id />
                    </For>
                </ul>
            </div>
        </section>
    }
}

/// One image that a click makes the query.
#[component]
fn Query(gallery: GalleryState, id: Id) -> impl IntoView {
    let shown = gallery.shown(id)?;
    let (name, url) = shown.with_untracked(|shown| (shown.name.clone(), shown.thumbnail.as_ref().map(|url| url.get())));
    Some(view! {
        <li>
            <button
                type="button"
                class="pick"
                title=name.clone()
                data-testid="survey-query"
                data-name=name.clone()
                aria-pressed=move || if gallery.query.get() == Some(id) { "true" } else { "false" }
                on:click=move |_| gallery.select(id)
            >
                <span class="box">{url.map(|url| view! { <img src=url alt="" loading="lazy" decoding="async" draggable="false" /> })}</span>
                <span class="unseen">{name.clone()}</span>
            </button>
        </li>
    })
}
