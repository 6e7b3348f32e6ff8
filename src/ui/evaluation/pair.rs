//! Two feature sets, class by class and image by image.

use leptos::prelude::*;

use super::EvaluationState;
use super::changed::Changed;
use super::confusion::{Matrix, PerClass};
use super::lines::Key;

/// A choice of two sets, and what differs between them.
#[component]
pub fn Pair(state: EvaluationState) -> impl IntoView {
    let keys =
        Memo::new(move |_| state.lines.with(|lines| lines.all().iter().map(|line| line.key()).collect::<Vec<Key>>()));
    let pair = Memo::new(move |_| state.chosen_pair());
    let choice = move |which: usize, words: &'static str| {
        let selected = move || pair.get().map(|pair| pair[which].words()).unwrap_or_default();
        view! {
            <label class="choice">
                {words}
                <select
                    data-testid=format!("eval-set-{which}")
                    prop:value=selected
                    on:change:target=move |event| {
                        let words = event.target().value();
                        let key = keys.with_untracked(|keys| keys.iter().find(|key| key.words() == words).cloned());
                        state.pair.update(|pair| pair[which] = key);
                    }
                >
                    {move || {
                        let chosen = selected();
                        keys.get()
                            .into_iter()
                            .map(|key| {
                                let words = key.words();
                                view! { <option value=words.clone() selected=words == chosen>{words.clone()}</option> }
                            })
                            .collect_view()
                    }}
                </select>
            </label>
        }
    };
    let ready = move || state.compared.with(Option::is_some);
    view! {
        <section class="eval-part" aria-labelledby="eval-pair-heading" data-testid="eval-pair">
            <h2 id="eval-pair-heading">"Two sets, class by class and image by image"</h2>
            <div class="row">{choice(0, "First")}{choice(1, "Second")}</div>
            <Show when=ready>
                <PerClass state />
                <div class="eval-matrices">
                    <Matrix state which=0 />
                    <Matrix state which=1 />
                </div>
                <Changed state />
            </Show>
        </section>
    }
}
