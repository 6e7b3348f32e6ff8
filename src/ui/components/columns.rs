//! The two columns of neighbours, with threads between them.

use leptos::prelude::*;

use super::icons::{CROSS, DOWN, LEVEL, Sign, TICK, UP};
use super::page;
use super::threads::Threads;
use crate::fungi::Part;
use crate::ui::numbers::fixed;
use crate::ui::ranking::Row;
use crate::ui::state::Page;

/// Embedding, threads, FUNGI.
#[component]
pub fn Columns() -> impl IntoView {
    let page = page();
    let embedding = Memo::new(move |_| page.ranking.rows.with(|rows| rows.embedding.clone()));
    let fungi = Memo::new(move |_| page.ranking.rows.with(|rows| rows.fungi.clone()));
    view! {
        <div class="columns">
            <Column
                title="Embedding"
                about="the model's own description"
                testid="neighbours-embedding"
                rows=embedding
                other=None
            />
            <Threads />
            <Column title="FUNGI" about="with the gradients" testid="neighbours-fungi" rows=fungi other=Some(embedding) />
        </div>
        <p class="quiet columns-empty" hidden=move || embedding.with(|rows| !rows.is_empty())>
            {move || match page.query.get() {
                None => "Choose a query to see its neighbours.",
                Some(_) if page.ranking.candidates.get() > 0 => "No image has the part that this column compares.",
                Some(_) => "Neighbours appear as soon as two images are computed.",
            }}
        </p>
    }
}

/// Neighbours that share the query's label, of those that have one.
fn agreement(page: Page, rows: Memo<Vec<Row>>) -> Option<(usize, usize)> {
    let wanted = page.query.get()?.label.get();
    if wanted.is_empty() {
        return None;
    }
    page.photos.with(|photos| {
        rows.with(|rows| {
            let labels = rows
                .iter()
                .filter_map(|row| photos.iter().find(|photo| photo.key == row.key))
                .map(|photo| photo.label.get());
            let labels: Vec<String> = labels.filter(|label| !label.is_empty()).collect();
            (!labels.is_empty()).then(|| (labels.iter().filter(|label| **label == wanted).count(), labels.len()))
        })
    })
}

#[component]
fn Column(
    title: &'static str,
    about: &'static str,
    testid: &'static str,
    rows: Memo<Vec<Row>>,
    other: Option<Memo<Vec<Row>>>,
) -> impl IntoView {
    let page = page();
    let share = Memo::new(move |_| agreement(page, rows));
    let gain = move || {
        let (right, of) = share.get()?;
        let (before, of_before) = agreement(page, other?)?;
        (of == of_before).then(|| right as i64 - before as i64).filter(|gain| *gain != 0)
    };
    let verdict = move || match share.get() {
        Some((right, of)) => format!("{right} of {of} share its label ({} %)", right * 100 / of),
        None => "no labels to compare".into(),
    };
    let ids = move || rows.with(|rows| rows.iter().map(|row| row.key).collect::<Vec<_>>());
    let heading = format!("{testid}-heading");
    view! {
        <section class="column" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{title} <small>{about}</small></h2>
                <p class="share">
                    {verdict}
                    {move || {
                        gain()
                            .map(|gain| {
                                let class = if gain > 0 { "gain" } else { "gain loss" };
                                view! { <b class=class title="Against the embedding's column">{format!(" {gain:+}")}</b> }
                            })
                    }}
                </p>
                <div class="meter" aria-hidden="true">
                    <span style:transform=move || {
                        let (right, of) = share.get().unwrap_or((0, 1));
                        format!("scaleX({})", fixed(right as f64 / of as f64, 3))
                    }></span>
                </div>
            </header>
            <p class="quiet" hidden=move || other.is_none() || Part::ALL.iter().any(|&part| page.weights.get().get(part) > 0.0)>
                "Give at least one part a weight."
            </p>
            <ol data-testid=testid>
                <For each=ids key=|key| *key let(key)>
                    <Near item=key rows moves=other.is_some() />
                </For>
            </ol>
        </section>
    }
}

/// One neighbour. `moves`: whether to tell how far its rank moved.
#[component]
fn Near(item: u32, rows: Memo<Vec<Row>>, moves: bool) -> impl IntoView {
    let page = page();
    let photo = page.photos.with_untracked(|photos| photos.iter().find(|photo| photo.key == item).cloned())?;
    // Keeps its last row while it leaves, so that nothing flashes.
    let row = Memo::new(move |before: Option<&Row>| {
        let row = rows.with(|rows| rows.iter().find(|row| row.key == item).cloned());
        row.or_else(|| before.cloned()).unwrap_or(Row { key: item, score: 0.0, rank: 0, change: None })
    });
    let url = photo.shot_now().map(|shot| shot.thumbnail.get());
    let (name, label) = (photo.name, photo.label);
    let (label_data, label_text) = (label.clone(), label.clone());
    let agrees = move || {
        let wanted = page.query.get()?.label.get();
        let mine = label.get();
        (!wanted.is_empty() && !mine.is_empty()).then(|| wanted == mine)
    };
    let sign = move || {
        agrees().map(|agrees| {
            let (path, class, words) =
                if agrees { (TICK, "agrees", "same label") } else { (CROSS, "differs", "other label") };
            view! {
                <span class=class title=words>
                    <Sign path=path />
                    <span class="unseen">{words}</span>
                </span>
            }
        })
    };
    let change = move || {
        moves.then(|| {
            let (path, class, shown, words) = match row.get().change {
                Some(0) => (LEVEL, "level", String::new(), "same rank".to_owned()),
                Some(n) if n > 0 => (UP, "up", n.to_string(), format!("up {n}")),
                Some(n) => (DOWN, "down", (-n).to_string(), format!("down {}", -n)),
                None => (UP, "up", "new".into(), "not ranked by the embedding".into()),
            };
            view! {
                <span class=format!("change {class}") title=format!("{words}, against the embedding's order")>
                    <Sign path=path />
                    <span aria-hidden="true">{shown}</span>
                    <span class="unseen">{words.clone()}</span>
                </span>
            }
        })
    };
    let hovered = move || page.hovered.get() == Some(item);
    Some(view! {
        <li
            class="near"
            class:hovered=hovered
            data-testid="neighbour"
            data-name=name.clone()
            data-label=move || label_data.get()
            data-score=move || fixed(f64::from(row.get().score), 6)
            data-rank=move || row.get().rank
            on:pointerenter=move |_| page.hovered.set(Some(item))
            on:pointerleave=move |_| page.hovered.set(None)
        >
            <span class="rank">{move || row.get().rank}</span>
            <button
                type="button"
                class="pick"
                title=format!("Ask for the neighbours of {name}")
                on:click=move |_| page.ask(item)
                on:focus=move |_| page.hovered.set(Some(item))
                on:blur=move |_| page.hovered.set(None)
            >
                <span class="box">{url.map(|url| view! { <img src=url alt="" decoding="async" draggable="false" /> })}</span>
                <span class="unseen">{format!("Ask for the neighbours of {name}")}</span>
            </button>
            <span class="words">
                <span class="name" title=name.clone()>{name.clone()}</span>
                <span class="tag">{sign}{move || label_text.get()}</span>
            </span>
            <span class="figures">
                <span class="cosine" title="Cosine, between -1 and 1">{move || fixed(f64::from(row.get().score), 3)}</span>
                {change}
            </span>
            <span class="gauge" aria-hidden="true">
                <span style:transform=move || format!("scaleX({})", fixed(f64::from(row.get().score.clamp(0.0, 1.0)), 3))></span>
            </span>
        </li>
    })
}
