//! Pairs of images that are nearly the same.

use leptos::prelude::*;

use super::EvaluationState;
use super::suspects::focus_next;
use super::thumb::Thumb;
use crate::gallery::Id;
use crate::ui::numbers::fixed;

/// The most that are shown: more would take longer than a frame to draw.
const SHOWN: usize = 40;

/// The pairs, the nearest first.
#[component]
pub fn Duplicates(state: EvaluationState) -> impl IntoView {
    let gallery = state.gallery;
    // Those of which both are still there, with their labels.
    let pairs = Memo::new(move |_| {
        let Some(found) = state.duplicates.get() else { return Vec::new() };
        gallery.with_labels(|gallery| {
            let label = |id: Id| {
                let place = gallery.position(id)?;
                Some(gallery.entries().get(place)?.label.clone().unwrap_or_default())
            };
            let pair =
                |(a, b, cosine): &(Id, Id, f32)| Some((*a, *b, fixed(f64::from(*cosine), 3), label(*a)?, label(*b)?));
            found.iter().filter_map(pair).collect::<Vec<_>>()
        })
    });
    let name = move |id: Id| {
        gallery.shown(id).map(|shown| shown.with_untracked(|shown| shown.name.clone())).unwrap_or_default()
    };
    let one = move |(a, b, cosine, first, second): (Id, Id, String, String, String)| {
        let to = first.clone();
        let relabel = (first != second && !first.is_empty()).then(|| {
            view! {
                <button
                    type="button"
                    class="small"
                    data-testid="eval-relabel"
                    on:click=move |_| gallery.relabel(b, &to)
                >
                    {format!("Label the second as {first}")}
                    <span class="unseen">{format!(": {}", name(b))}</span>
                </button>
            }
        });
        view! {
            <li data-testid="eval-duplicate" data-first=name(a) data-second=name(b)>
                <Thumb state id=a said=first.clone() />
                <Thumb state id=b said=second.clone() />
                <span class="eval-acts">
                    <span class="quiet" title="Cosine of the two embeddings">{cosine}</span>
                    {relabel}
                    <button
                        type="button"
                        class="small"
                        data-testid="eval-remove"
                        on:click=move |_| {
                            gallery.remove(&[b]);
                            focus_next("eval-duplicates");
                        }
                    >
                        "Remove the second"
                        <span class="unseen">{format!(": {}", name(b))}</span>
                    </button>
                </span>
            </li>
        }
    };
    let words = move || match pairs.with(Vec::len) {
        _ if state.duplicates.with(Option::is_none) => {
            "These are looked for once no evaluation is going on.".to_owned()
        }
        0 => "None: no two images have nearly the same embedding.".to_owned(),
        n => format!(
            "{n} pairs with nearly the same embedding. Such pairs make every set look better than it is: each finds the other. Either step can be undone.{}",
            if n > SHOWN { format!(" The first {SHOWN} are shown.") } else { String::new() }
        ),
    };
    view! {
        <section class="eval-part" aria-labelledby="eval-duplicates-heading">
            <h2 id="eval-duplicates-heading">"Nearly the same"</h2>
            <p class="quiet" data-testid="eval-duplicates-about">{words}</p>
            <ul class="eval-list" id="eval-duplicates" data-testid="eval-duplicates" tabindex="-1">
                <For each=move || pairs.get().into_iter().take(SHOWN) key=|pair| pair.clone() let(pair)>
                    {one(pair)}
                </For>
            </ul>
        </section>
    }
}
