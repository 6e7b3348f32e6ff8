//! Which class is taken for which, by each of two sets.

use leptos::prelude::*;

use super::EvaluationState;
use super::naming::{points, share};
use crate::retrieval::Confusion;

/// The classes of which a matrix shows each pair; beyond that, it would be more than a person reads or a browser draws within
/// a frame.
const CLASSES: usize = 40;

fn counted(state: EvaluationState, which: usize) -> Option<Confusion> {
    state.compared.with(|compared| {
        let compared = compared.as_ref()?;
        Some(Confusion::count(&compared.labels, &compared.votes[which], compared.names.names.len()))
    })
}

/// Accuracy of each class by both sets.
#[component]
pub fn PerClass(state: EvaluationState) -> impl IntoView {
    let rows = move || {
        let both = [counted(state, 0)?, counted(state, 1)?];
        let compared = state.compared.get()?;
        let row = |(class, name): (usize, &String)| {
            let [first, second] = [both[0].accuracy(class), both[1].accuracy(class)];
            let change = first.zip(second).map(|(first, second)| second - first);
            let shown = |accuracy: Option<f64>| {
                accuracy.map_or_else(|| "-".to_owned(), |accuracy| format!("{} %", share(accuracy)))
            };
            let sign = change.map(|change| match change {
                change if change > 0.0 => "\u{25b2} ",
                change if change < 0.0 => "\u{25bc} ",
                _ => "",
            });
            view! {
                <tr>
                    <th scope="row">{name.clone()}</th>
                    <td>{both[0].of(class)}</td>
                    <td>{shown(first)}</td>
                    <td>{shown(second)}</td>
                    <td>{sign}{change.map(points)}</td>
                </tr>
            }
        };
        Some(compared.names.names.iter().enumerate().map(row).collect_view())
    };
    let name = move |which: usize| {
        state.compared.with(|compared| compared.as_ref().map(|compared| compared.keys[which].words()))
    };
    view! {
        <h3>"Accuracy by class"</h3>
        <div class="eval-scroll low" role="region" aria-label="Accuracy by class" tabindex="0">
            <table class="eval-classes" data-testid="eval-classes">
                <thead>
                    <tr>
                        <th scope="col">"class"</th>
                        <th scope="col">"images"</th>
                        <th scope="col">{move || name(0)}</th>
                        <th scope="col">{move || name(1)}</th>
                        <th scope="col">"change"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The confusion matrix of one of the two sets: a row for each label, a column for each vote.
#[component]
pub fn Matrix(state: EvaluationState, which: usize) -> impl IntoView {
    let caption = move || {
        state
            .compared
            .with(|compared| compared.as_ref().map(|compared| format!("Confusion by {}", compared.keys[which].words())))
    };
    let table = move || {
        let (confusion, compared) = (counted(state, which)?, state.compared.get()?);
        let names = &compared.names.names;
        if names.len() > CLASSES {
            return Some(
                view! { <p class="quiet">{format!("{} classes are more than a matrix can show; the {CLASSES} largest pairs of label and vote:", names.len())}</p> {largest(&confusion, names)} }
                    .into_any(),
            );
        }
        let heads = names.iter().map(|name| view! { <th scope="col"><span>{name.clone()}</span></th> }).collect_view();
        let row = |(label, name): (usize, &String)| {
            let cell = |vote: usize| {
                let count = confusion.at(label, vote);
                let class = if label == vote {
                    "right"
                } else if count > 0 {
                    "wrong"
                } else {
                    "none"
                };
                view! { <td class=class>{count}</td> }
            };
            view! { <tr><th scope="row">{name.clone()}</th>{(0..names.len()).map(cell).collect_view()}</tr> }
        };
        let rows = names.iter().enumerate().map(row).collect_view();
        Some(
            view! {
                <table class="eval-matrix" data-testid=format!("eval-confusion-{which}")>
                    <thead><tr><th scope="col">"label / vote"</th>{heads}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any(),
        )
    };
    view! {
        <div>
            <h3 id=format!("eval-confusion-heading-{which}")>{caption}</h3>
            <div class="eval-scroll low" role="region" aria-labelledby=format!("eval-confusion-heading-{which}") tabindex="0">{table}</div>
        </div>
    }
}

/// What is confused most often.
fn largest(confusion: &Confusion, names: &[String]) -> impl IntoView + use<> {
    let classes = confusion.classes();
    let pairs = (0..classes).flat_map(|label| (0..classes).map(move |vote| (label, vote)));
    let mut pairs: Vec<(u32, usize, usize)> = pairs
        .filter(|(label, vote)| label != vote)
        .map(|(label, vote)| (confusion.at(label, vote), label, vote))
        .collect();
    pairs.retain(|(count, ..)| *count > 0);
    pairs.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    pairs.truncate(CLASSES);
    let row = |(count, label, vote): (u32, usize, usize)| {
        view! { <tr><td>{names[label].clone()}</td><td>{names[vote].clone()}</td><td>{count}</td></tr> }
    };
    view! {
        <table class="eval-classes">
            <thead><tr><th scope="col">"label"</th><th scope="col">"vote"</th><th scope="col">"images"</th></tr></thead>
            <tbody>{pairs.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}
