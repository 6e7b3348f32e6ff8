//! The two columns of neighbours, with threads between them.

use leptos::prelude::*;
use web_sys::Element;

use super::NeighboursState;
use super::ranking::Row;
use super::threads::Threads;
use super::verdict::verdict;
use crate::fungi::Part;
use crate::gallery::{Entry, Id};
use crate::retrieval::Share;
use crate::ui::focus::focus;
use crate::ui::gallery::{Looked, RankedBy};
use crate::ui::icons::{CROSS, DOWN, LEVEL, QUERY, Sign, TICK, UP};
use crate::ui::numbers::fixed;

/// Embedding, threads, FUNGI.
#[component]
pub fn Columns(state: NeighboursState) -> impl IntoView {
    let ranking = state.ranking;
    let tiled = move || state.tiles.get() > 1;
    let embedding = Memo::new(move |_| ranking.rows.with(|rows| rows.embedding.clone()));
    let fungi = Memo::new(move |_| ranking.rows.with(|rows| rows.fungi.clone()));
    let former = move || ranking.rows.with(|rows| rows.former_model().map(str::to_owned));
    view! {
        <div class="columns" class:tiled=tiled data-testid="columns" data-tiles=state.tiles>
            <Column
                state
                title="Embedding"
                about="the model's own description".to_owned()
                testid="neighbours-embedding"
                rows=embedding
                other=None
            />
            <Show when=move || !tiled()>
                <Threads state />
            </Show>
            <Column
                state
                title="FUNGI"
                about=ranking.made_of
                testid="neighbours-fungi"
                rows=fungi
                other=Some(embedding)
            />
        </div>
        <p class="quiet columns-empty" data-testid="columns-note" data-former=former hidden=move || embedding.with(|rows| !rows.is_empty()) && former().is_none()>
            {move || match state.gallery.query.get() {
                _ if former().is_some() => {
                    format!("Still the neighbours by {}, until the query and others are embedded anew.", former().unwrap_or_default())
                }
                None => "Choose a query to see its neighbours.".into(),
                Some(_) if ranking.candidates.get() > 0 => "No image has the part that this column compares.".into(),
                Some(_) => "Neighbours appear as soon as the query and another image have their embeddings.".into(),
            }}
        </p>
    }
}

/// The query's agreement with its neighbours; none if it has no label.
fn agreement(state: NeighboursState, rows: Memo<Vec<Row>>) -> Option<Share> {
    let gallery = state.gallery;
    let query = gallery.query.get()?;
    state.ranking.candidates.track();
    gallery.with_labels(|gallery| {
        let wanted = gallery.get(query)?.label.as_deref()?;
        let others = gallery.computed().map(|(entry, _)| entry).filter(|entry| entry.id != query);
        rows.with(|rows| {
            let nearest = rows.iter().filter_map(|row| gallery.get(row.id));
            Some(Share::count(wanted, others.map(label), nearest.map(label)))
        })
    })
}

fn label(entry: &Entry) -> &str {
    entry.label.as_deref().unwrap_or_default()
}

#[component]
fn Column(
    state: NeighboursState,
    title: &'static str,
    #[prop(into)] about: Signal<String>,
    testid: &'static str,
    rows: Memo<Vec<Row>>,
    other: Option<Memo<Vec<Row>>>,
) -> impl IntoView {
    let gallery = state.gallery;
    let share = Memo::new(move |_| agreement(state, rows));
    let gain = move || {
        let (now, before) = (share.get()?, agreement(state, other?)?);
        (now.possible() == before.possible()).then(|| now.right as i64 - before.right as i64).filter(|gain| *gain != 0)
    };
    let said = move || verdict(&gallery.shown_query().map(|query| query.label).unwrap_or_default(), share.get());
    let ids = move || rows.with(|rows| rows.iter().map(|row| row.id).collect::<Vec<_>>());
    let heading = format!("{testid}-heading");
    view! {
        <section class="column" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{title}" "<small data-testid=format!("{testid}-made-of") title=about>{about}</small></h2>
                <p class="share">
                    <span title=said>{said}</span>
                    {move || {
                        gain()
                            .map(|gain| {
                                let class = if gain > 0 { "gain" } else { "gain loss" };
                                view! { <b class=class title="Change from the embedding's column">{format!(" {gain:+}")}</b> }
                            })
                    }}
                </p>
                <div class="meter" aria-hidden="true">
                    <span style:transform=move || {
                        let of_possible = share.get().map_or(0.0, |share| share.right as f64 / share.possible().max(1) as f64);
                        format!("scaleX({})", fixed(of_possible, 3))
                    }></span>
                </div>
            </header>
            <p class="quiet" hidden=move || other.is_none() || Part::ALL.iter().any(|&part| state.weights.with(|weights| weights.get(part)) > 0.0)>
                "Give at least one part a weight."
            </p>
            <ol data-testid=testid>
                <For each=ids key=|id| *id let(id)>
                    <Near state id rows moves=other.is_some() />
                </For>
            </ol>
        </section>
    }
}

/// The way goes on from the nearest by the same ranking, where someone came to `pick` with the keyboard: its row goes away.
fn keep_focus(pick: &Element, fungi: bool) {
    // A browser that doesn't know the selector loses the focus.
    if pick.matches(":focus-visible").unwrap_or_default() {
        request_animation_frame(move || {
            let column = if fungi { "fungi" } else { "embedding" };
            focus(&format!("[data-testid=neighbours-{column}] .pick"));
        });
    }
}

/// One neighbour. `moves`: whether to show how far its rank moved, as in FUNGI's column.
#[component]
fn Near(state: NeighboursState, id: Id, rows: Memo<Vec<Row>>, moves: bool) -> impl IntoView {
    let gallery = state.gallery;
    let compare = move || {
        let ranked_by = Some(if moves { RankedBy::Fungi } else { RankedBy::Embedding });
        gallery.looked.set(gallery.query.get_untracked().map(|query| Looked { first: query, second: id, ranked_by }));
    };
    let ask_about = move |button: Element| {
        gallery.select(id);
        keep_focus(&button, moves);
    };
    let shown = gallery.shown(id)?;
    // Keeps its last row while it is removed, so that nothing flashes.
    let row = Memo::new(move |before: Option<&Row>| {
        let row = rows.with(|rows| rows.iter().find(|row| row.id == id).cloned());
        row.or_else(|| before.cloned()).unwrap_or(Row { id, score: 0.0, rank: 0, change: None })
    });
    let (name, url) = shown.with_untracked(|shown| (shown.name.clone(), shown.thumbnail.as_ref().map(|url| url.get())));
    let label = Memo::new(move |_| shown.with(|shown| shown.label.clone()));
    let agrees = move || {
        let wanted = gallery.shown_query()?.label;
        let mine = label.get();
        (!wanted.is_empty() && !mine.is_empty()).then(|| wanted == mine)
    };
    let sign = move || {
        agrees().map(|agrees| {
            let (path, class, words) =
                if agrees { (TICK, "agrees", "same label") } else { (CROSS, "differs", "different label") };
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
                <span class=format!("change {class}") title=format!("{words}, compared with the embedding's order")>
                    <Sign path=path />
                    <span aria-hidden="true">{shown}</span>
                    <span class="unseen">{words.clone()}</span>
                </span>
            }
        })
    };
    let hovered = move || gallery.hovered.get() == Some(id);
    let selected = Memo::new(move |_| gallery.selected.with(|selected| selected.contains(&id)));
    Some(view! {
        <li
            class="near"
            class:hovered=hovered
            class:selected=selected
            data-testid="neighbour"
            data-name=name.clone()
            data-label=label
            data-score=move || fixed(f64::from(row.get().score), 6)
            data-rank=move || row.get().rank
            on:pointerenter=move |_| gallery.hovered.set(Some(id))
            on:pointerleave=move |_| gallery.hovered.set(None)
        >
            <span class="rank">{move || row.get().rank}</span>
            <button
                type="button"
                class="pick"
                title=format!("Why is {name} a neighbour? Q: make it the query.")
                aria-keyshortcuts="q"
                on:keydown=move |event| {
                    if event.key().eq_ignore_ascii_case("q") && !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
                        ask_about(event_target(&event));
                    }
                }
                on:click=move |event| {
                    if event.ctrl_key() || event.meta_key() {
                        gallery.toggle(id);
                    } else {
                        compare();
                    }
                }
                on:focus=move |_| gallery.hovered.set(Some(id))
                on:blur=move |_| gallery.hovered.set(None)
            >
                <span class="box">{url.map(|url| view! { <img src=url alt="" decoding="async" draggable="false" /> })}</span>
                <span class="unseen">
                    {format!("Why is {name} a neighbour?")} {move || selected.get().then_some(", selected")}
                </span>
            </button>
            // Beside a key for the keyboard, so that the way through the ranking has one stop for each image.
            <button
                type="button"
                class="ask-about"
                tabindex="-1"
                data-testid="ask-about"
                title="Make it the query"
                aria-label=format!("Make {name} the query")
                on:click=move |event| ask_about(event_target(&event))
            >
                <Sign path=QUERY />
            </button>
            <span class="words">
                <span class="name" title=name.clone()>{name.clone()}</span>
                <span class="tag">{sign}{label}</span>
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
