//! The answer in one sentence, and what to bear in mind about it.

use leptos::prelude::*;

use super::EvaluationState;
use crate::retrieval::Row;
use crate::ui::address::KS;

/// The sentence, how far the evaluation is, and notes.
#[component]
pub fn Best(state: EvaluationState) -> impl IntoView {
    let sentence = move || {
        let (summary, lines) = state.summary()?;
        let of = state.evaluated.get()?;
        let rows: Vec<&Row> = lines.iter().map(|line| &line.row).collect();
        let metric = format!("k-NN accuracy (k = {})", state.k());
        Some(summary.words(&rows, &metric, (of.ids.len(), of.names.len()), state.beside_fungi.get()))
    };
    let going = move || {
        state.progress.get().map(|(done, all)| {
            match state.lines.with(|lines| lines.all().iter().any(|line| line.stale)) {
                true => format!("Evaluating anew: {done} of {all} steps. What is marked is from before."),
                false => format!("Evaluating: {done} of {all} steps."),
            }
        })
    };
    let left_out = move || {
        let of = state.labelled.get();
        let mut words = Vec::new();
        if of.unlabelled > 0 {
            words.push(format!("{} without a label are left out.", images(of.unlabelled)));
        }
        if of.waiting > 0 {
            words.push(format!("{} with a label wait for their features.", images(of.waiting)));
        }
        words.join(" ")
    };
    let sampled = move || {
        let samples = state.samples.get();
        samples.partial().then(|| {
            format!(
                "Of {} images, {} were asked about, each compared with all others; clusters and the linear probe are of {}.",
                samples.images, samples.queries, samples.sampled
            )
        })
    };
    let about_k = Memo::new(move |_| state.labelled.with(|of| of.about_k(state.k(), &KS)));
    view! {
        <p class="eval-best" data-testid="eval-best" role="status">{move || sentence().unwrap_or_default()}</p>
        <p class="quiet eval-going" data-testid="eval-progress" data-busy=move || if state.progress.with(Option::is_some) { "true" } else { "false" }>
            {move || going().unwrap_or_else(|| "Complete.".into())}" "{left_out}" "{move || sampled().unwrap_or_default()}
        </p>
        <p class="eval-note" data-testid="eval-k-note" hidden=move || about_k.with(Option::is_none)>
            {move || about_k.get().map(|(note, _)| note)}
            {move || {
                about_k.get().and_then(|(_, suits)| suits).map(|suits| {
                    view! {
                        " "
                        <button type="button" class="small" data-testid="eval-use-k" on:click=move |_| state.chosen_k.set(suits)>
                            {format!("Use k = {suits}")}
                        </button>
                    }
                })
            }}
        </p>
        <p class="eval-note" hidden=move || !state.is_mixed()>
            "Your sliders centre some parts and not others. The table has no such row: a set is centred as a whole or not at all, \
             so your row is not centred."
        </p>
    }
}

fn images(count: usize) -> String {
    if count == 1 { "1 image".into() } else { format!("{count} images") }
}
