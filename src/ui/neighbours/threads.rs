//! Threads from an image's rank in the embedding's column to its rank in FUNGI's.

use leptos::prelude::*;

use super::NeighboursState;
use crate::gallery::Id;
use crate::ui::numbers::fixed;

/// One thread: from row to row, counted from 0; either end may lie below the last row.
#[derive(Clone, PartialEq)]
struct Thread {
    id: Id,
    from: f32,
    to: f32,
    class: &'static str,
}

/// The threads. They are decorative: text beside each neighbour says the same.
#[component]
pub fn Threads(state: NeighboursState) -> impl IntoView {
    let (ranking, hovered) = (state.ranking, state.gallery.hovered);
    let threads = Memo::new(move |_| {
        ranking.rows.with(|rows| {
            let below = rows.embedding.len().max(rows.fungi.len()) as f32;
            let place = |rank: usize| rank as f32 - 0.5;
            let mut threads: Vec<Thread> = Vec::new();
            for row in &rows.fungi {
                let from = rows.embedding.iter().find(|other| other.id == row.id).map(|other| place(other.rank));
                let class = match (from, row.change) {
                    (None, _) => "arrives",
                    (_, Some(0)) => "level",
                    (_, Some(n)) if n < 0 => "falls",
                    _ => "rises",
                };
                threads.push(Thread { id: row.id, from: from.unwrap_or(below + 0.6), to: place(row.rank), class });
            }
            for row in &rows.embedding {
                if !rows.fungi.iter().any(|other| other.id == row.id) {
                    threads.push(Thread { id: row.id, from: place(row.rank), to: below + 0.6, class: "leaves" });
                }
            }
            threads
        })
    });
    let height = move || ranking.rows.with(|rows| rows.embedding.len().max(rows.fungi.len()).max(1));
    let drawn = move || {
        threads.get().into_iter().map(|Thread { id, from, to, class }| {
            let (from, to) = (fixed(from.into(), 2), fixed(to.into(), 2));
            let path = format!("M0 {from}C50 {from} 50 {to} 100 {to}");
            view! { <path d=path class=class class:hovered=move || hovered.get() == Some(id) vector-effect="non-scaling-stroke" /> }
        }).collect_view()
    };
    view! {
        <div class="threads" aria-hidden="true">
            <svg
                viewBox=move || format!("0 0 100 {}", height())
                preserveAspectRatio="none"
                style:height=move || format!("calc({} * var(--row))", height())
            >
                {drawn}
            </svg>
        </div>
    }
}
