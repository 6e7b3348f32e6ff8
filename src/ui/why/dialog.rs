//! The panel itself: two images side by side, and below them why they are alike.

use leptos::html;
use leptos::prelude::*;

use super::WhyState;
use super::by_view::ByView;
use super::facet::Facet;
use super::facets::Facets;
use super::moved::Moved;
use super::movement::Movement;
use super::picture::Picture;
use super::state::Known;
use super::strongest::Strongest;
use super::walk::follow;
use super::words;
use crate::engine::protocol::Explained;
use crate::gallery::Id;
use crate::ui::dialog::open_while;
use crate::ui::gallery::Looked;

/// How the two images stand in the ranking that they are looked at from.
#[derive(Clone, Copy)]
pub struct Ranked {
    /// The ranking: the arrow keys walk through it.
    pub order: Signal<Vec<Id>>,
    /// Where the second image stands in it, in words.
    pub about: Signal<String>,
    /// Why it stands elsewhere than by the embedding.
    pub moved: Signal<Option<Moved>>,
    /// Whether the ranking is by centred parts.
    pub centred: Signal<bool>,
}

/// The dialog; open while two images are looked at.
#[component]
pub fn Why(state: WhyState, ranked: Ranked) -> impl IntoView {
    let gallery = state.gallery;
    let looked = gallery.looked;
    let dialog = NodeRef::<html::Dialog>::new();
    let both = Memo::new(move |_| {
        gallery.ids.track();
        let Looked { first, second, .. } = looked.get()?;
        (gallery.shown(first).is_some() && gallery.shown(second).is_some()).then_some((first, second))
    });
    open_while(dialog, move || both.get().is_some(), move || looked.set(None));
    let goal = move |key: &str| {
        let at = looked.get()?;
        at.ranked_by?;
        follow(&ranked.order.get(), at.second, key).map(|second| Looked { second, ..at })
    };
    let go = move |key: &str| {
        let goal = untrack(|| goal(key));
        if goal.is_some() {
            looked.set(goal);
        }
        goal.is_some()
    };
    let step = move |words: &'static str, key: &'static str| {
        view! {
            <button
                type="button"
                hidden=move || looked.with(|looked| looked.is_some_and(|looked| looked.ranked_by.is_none()))
                disabled=move || goal(key).is_none()
                on:click=move |_| { go(key); }
            >
                {words}
            </button>
        }
    };
    let first = Memo::new(move |_| both.get().map(|(first, _)| first));
    let second = Memo::new(move |_| both.get().map(|(_, second)| second));
    let name = move || second.get().and_then(|id| gallery.shown(id)).map(|shown| shown.get().name);
    view! {
        <dialog
            node_ref=dialog
            class="why"
            data-testid="why"
            data-name=name
            data-state=move || state.answer.with(|answer| match answer {
                Known::Nothing => "nothing",
                Known::Coming(_) => "coming",
                Known::Refused(_) => "refused",
                Known::Explained(_) => "explained",
            })
            aria-labelledby="why-heading"
            on:keydown=move |event| {
                if !event.default_prevented() && go(&event.key()) {
                    event.prevent_default();
                }
            }
        >
            <div class="row">
                <h2 id="why-heading" aria-live="polite">"Why are they alike? " <span class="quiet">{ranked.about}</span></h2>
                {step("Previous", "ArrowLeft")}
                {step("Next", "ArrowRight")}
                <button
                    type="button"
                    on:click=move |_| {
                        if let Some(id) = second.get_untracked() {
                            looked.set(None);
                            gallery.select(id);
                        }
                    }
                >
                    {move || if looked.with(|looked| looked.is_some_and(|looked| looked.ranked_by.is_some())) { "Make it the query" } else { "Make the second the query" }}
                </button>
                <button type="button" class="main" autofocus=true data-testid="why-close" on:click=move |_| looked.set(None)>"Close"</button>
            </div>
            <div class="pair">
                <Picture state image=0 id=first />
                <Picture state image=1 id=second />
            </div>
            <p class="quiet why-status" role="status" data-testid="why-status">
                {move || state.answer.with(|answer| match answer {
                    Known::Coming(step) => (*step).to_owned(),
                    Known::Refused(reason) => reason.clone(),
                    _ => String::new(),
                })}
            </p>
            <div class="reasons" hidden=move || !state.answer.with(|answer| matches!(answer, Known::Explained(_)))>
                <Facets state />
                <p class="why-sentence" data-testid="why-sentence">{move || sentence(state)}</p>
                <p class="quiet" data-testid="why-facts">{move || facts(state)}</p>
                <p class="quiet" hidden=move || !ranked.centred.get() || looked.with(|looked| looked.is_none_or(|looked| looked.ranked_by.is_none()))>
                    "The ranking subtracts the gallery's mean first; these are the parts as they are."
                </p>
                <Strongest state />
                <Movement moved=ranked.moved gallery />
                <ByView state />
            </div>
        </dialog>
    }
}

/// The sentence about what is taken apart.
fn sentence(state: WhyState) -> Option<String> {
    let facet = state.facet.get();
    state.explained(|Explained { parts, sentences }| match facet {
        Facet::Sum => words::of_sum(parts, &state.weights.get()),
        Facet::Part(part) => {
            let place = parts.iter().position(|of| of.part == part);
            place.and_then(|place| sentences.get(place).cloned()).unwrap_or_default()
        }
    })
}

/// The numbers behind it.
fn facts(state: WhyState) -> Option<String> {
    let facet = state.facet.get();
    state.explained(|explained| facet.part(&explained.parts).map(words::facts)).flatten()
}
