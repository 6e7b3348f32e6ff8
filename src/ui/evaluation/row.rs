//! A row of the table.

use leptos::prelude::*;

use super::EvaluationState;
use super::lines::{Key, Line};
use super::naming::{interval, points, share};
use crate::retrieval::{Metric, Value, Verdict};
use crate::ui::numbers::fixed;

/// The row of a feature set.
#[component]
pub fn Cells(state: EvaluationState, key: Key, k: Memo<usize>) -> impl IntoView {
    let found = key.clone();
    // Keeps its last line while it is removed, so that nothing flashes.
    let line = Memo::new(move |before: Option<&Option<Line>>| {
        state.lines.with(|lines| lines.get(&found).cloned()).or_else(|| before.cloned().flatten())
    });
    let set = line.get_untracked().map(|line| line.row.set);
    let ablation = set.as_ref().is_some_and(|set| !set.has_gradients() && set.parts().count() > 1);
    let centred = key.centred;
    let stale = move || line.with(|line| line.as_ref().is_some_and(|line| line.stale));
    let views = move || set.as_ref().map(|set| state.views(set)).filter(|views| *views > 0);
    let cell = move |metric: Metric| {
        let value = Memo::new(move |_| line.with(|line| line.as_ref()?.row.value(metric, k.get())));
        view! {
            <td data-metric=format!("{metric:?}").to_lowercase() data-value=move || value.get().map(|value| fixed(value.value, 9))>
                {move || value.get().map(|value| figures(&value))}
            </td>
        }
    };
    view! {
        <tr class:stale=stale data-testid="eval-row" data-name=key.words() data-stale=move || if stale() { "true" } else { "false" }>
            <th scope="row">
                <span>{key.name.clone()}</span>
                <span class="eval-tags">
                    {centred.then(|| view! { <span class="eval-tag">"centred"</span> })}
                    {ablation.then(|| view! { <span class="eval-tag plain" title="The same views, averaged without any gradient">"no gradient"</span> })}
                    <span class="eval-tag former" hidden=move || !stale()>"from before"</span>
                </span>
            </th>
            <td>{views}</td>
            {Metric::ALL.map(cell).collect_view()}
        </tr>
    }
}

/// A value, and how it compares.
fn figures(value: &Value) -> impl IntoView + use<> {
    let deviation = value.deviation.map(|deviation| format!(" \u{b1} {}", share(deviation)));
    let beside = value.against_embedding.map(|difference| {
        let (sign, class) = match difference.verdict() {
            Verdict::Better => ("\u{25b2}", "better"),
            Verdict::Worse => ("\u{25bc}", "worse"),
            Verdict::NotDistinguishable => ("\u{2248}", "level"),
        };
        let words = difference.verdict().words();
        view! {
            <span class=format!("eval-gain {class}") title=format!("{words} than the embedding: {} points, 95 % interval {}", points(difference.mean), interval(&difference))>
                <span aria-hidden="true">{sign}" "</span>
                {points(difference.mean)}
                <span class="unseen">{format!(" points, {words}, 95 % interval")}</span>
                <small>" ("{interval(&difference)}")"</small>
            </span>
        }
    });
    view! {
        <b>{share(value.value)}</b>
        <small>{deviation}</small>
        {beside}
    }
}
