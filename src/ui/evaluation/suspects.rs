//! Images that may have the wrong label.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::EvaluationState;
use super::thumb::Thumb;
use crate::gallery::Id;

/// The most that are shown: more would take longer than a frame to draw.
const SHOWN: usize = 40;

/// The images, each with the label that its neighbours propose.
#[component]
pub fn Suspects(state: EvaluationState) -> impl IntoView {
    let gallery = state.gallery;
    // Those that still have the label which was doubted.
    let doubted = Memo::new(move |_| {
        let Some((suspects, names)) = state.suspects.get() else { return Vec::new() };
        gallery.with_labels(|gallery| {
            let doubted = |suspect: &crate::analysis::protocol::Suspect| {
                let label =
                    gallery.get(suspect.id).filter(|entry| gallery.position(entry.id).is_some())?.label.clone()?;
                let proposed = names.names.get(suspect.class as usize)?.clone();
                (label != proposed).then_some((suspect.id, label, proposed))
            };
            suspects.iter().filter_map(doubted).collect::<Vec<(Id, String, String)>>()
        })
    });
    let one = move |(id, label, proposed): (Id, String, String)| {
        let name = gallery.shown(id).map(|shown| shown.with_untracked(|shown| shown.name.clone())).unwrap_or_default();
        let to = proposed.clone();
        view! {
            <li data-testid="eval-suspect" data-name=name.clone() data-label=label.clone() data-proposed=proposed.clone()>
                <Thumb state id said=format!("{label}, or {proposed}?") />
                <span class="eval-acts">
                    <button
                        type="button"
                        class="small"
                        data-testid="eval-relabel"
                        on:click=move |_| {
                            gallery.relabel(id, &to);
                            focus_next("eval-suspects");
                        }
                    >
                        {format!("Label as {proposed}")}
                        <span class="unseen">{format!(": {name}")}</span>
                    </button>
                    <button
                        type="button"
                        class="small"
                        data-testid="eval-remove"
                        on:click=move |_| {
                            gallery.remove(&[id]);
                            focus_next("eval-suspects");
                        }
                    >
                        "Remove"
                        <span class="unseen">{format!(" {name}")}</span>
                    </button>
                </span>
            </li>
        }
    };
    let words = move || match doubted.with(Vec::len) {
        _ if state.suspects.with(Option::is_none) => {
            "These are looked for once all sets have been evaluated.".to_owned()
        }
        0 => "None: no image's neighbours say the same other label by every set.".to_owned(),
        n => format!(
            "{n}, whose neighbours say the same other label by every set. Whether they are right is for you to judge; either step can be undone.{}",
            if n > SHOWN { format!(" The first {SHOWN} are shown.") } else { String::new() }
        ),
    };
    view! {
        <section class="eval-part" aria-labelledby="eval-suspects-heading">
            <h2 id="eval-suspects-heading">"Likely mislabelled"</h2>
            <p class="quiet" data-testid="eval-suspects-about">{words}</p>
            <ul class="eval-list" id="eval-suspects" data-testid="eval-suspects" tabindex="-1">
                <For each=move || doubted.get().into_iter().take(SHOWN) key=|doubted| doubted.clone() let(doubted)>
                    {one(doubted)}
                </For>
            </ul>
        </section>
    }
}

/// The button that was pressed is gone: the way goes on from the next of the list, or from the list.
pub fn focus_next(list: &'static str) {
    request_animation_frame(move || {
        let found = document().query_selector(&format!("#{list} .eval-acts button")).ok().flatten();
        let goal = found.or_else(|| document().get_element_by_id(list));
        if let Some(goal) = goal.and_then(|goal| goal.dyn_into::<HtmlElement>().ok()) {
            // What can't take the focus leaves it where it is.
            let _ = goal.focus();
        }
    });
}
