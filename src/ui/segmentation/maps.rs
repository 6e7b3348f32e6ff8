//! The query under both features, side by side, with what its colours mean.

use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::classes::Swatch;
use super::picture::Picture;
use super::scenes;
use super::stage::{Feature, Stage};
use super::talk;
use crate::engine::Map;
use crate::segmentation::Iou;
use crate::ui::components::page;
use crate::ui::numbers::{fixed, percent};

/// Query, maps, table.
#[component]
pub fn QueryMaps() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let name = move || studio.query.with(|query| query.as_ref().map(|query| query.name.clone()));
    view! {
        <section class="seg-query" aria-labelledby="seg-query-heading" data-testid="seg-query" data-name=name>
            <div class="row">
                <h2 id="seg-query-heading">{move || name().map_or_else(|| "Query".into(), |name| format!("Query: {name}"))}</h2>
                <SceneChoice />
            </div>
            {move || match studio.query.get() {
                None => view! {
                    <p class="quiet">"No query yet. Choose an image in the gallery, then \u{201c}Make it the query\u{201d}."</p>
                }.into_any(),
                Some(picture) => view! { <Query picture /> }.into_any(),
            }}
        </section>
    }
}

/// Which of the drawn scenes is asked about.
#[component]
fn SceneChoice() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    view! {
        <label class="choice" hidden=move || studio.scenes.with(Vec::is_empty)>
            "Drawn scenes"
            <select
                data-testid="seg-scene"
                on:change:target=move |event| {
                    if let Ok(place) = event.target().value().parse() {
                        scenes::ask(page, place);
                    }
                }
            >
                {move || {
                    let names = studio.scenes.get();
                    names.into_iter().enumerate().map(|(i, name)| view! { <option value=i>{name}</option> }).collect_view()
                }}
            </select>
        </label>
    }
}

#[component]
fn Query(picture: Picture) -> impl IntoView {
    let page = page();
    let Picture { truth, failure, refusal, .. } = picture.clone();
    let known = {
        let truth = truth.clone();
        move || truth.with(Option::is_some)
    };
    let wrong = move || failure.get().or_else(|| refusal.get());
    let load = {
        let picture = picture.clone();
        move |input: HtmlInputElement| {
            if let Some(file) = input.files().and_then(|files| files.item(0)) {
                talk::read_mask(page, &picture, &file);
            }
            input.set_value("");
        }
    };
    // What answering the most common true class everywhere would score: any map should beat it.
    let majority = Memo::new(move |_| {
        truth.with(|truth| {
            let mut iou = Iou::new();
            truth.iter().for_each(|truth| iou.add(truth, truth));
            iou.majority().map(|score| score.mean)
        })
    });
    let column = {
        let picture = picture.clone();
        move |feature| view! { <Column picture=picture.clone() feature /> }
    };
    view! {
        {move || wrong().map(|reason| view! { <p class="failure" role="alert" data-testid="seg-error">{reason}</p> })}
        <div class="seg-columns" data-majority=move || majority.get().map(|iou| fixed(f64::from(iou), 4))>
            {column(Feature::Embedding)}
            {column(Feature::Fungi)}
        </div>
        <Shares />
        <div class="row">
            <label class="button small">
                {Signal::derive(move || if known() { "Load another true mask..." } else { "Load its true mask..." })}
                <input
                    type="file"
                    accept="image/png"
                    data-testid="seg-truth-input"
                    on:change:target=move |event| load(event.target())
                />
            </label>
            <span class="quiet">
                {move || match majority.get() {
                    Some(iou) => format!("The most common class everywhere would have a mean IoU of {}.", fixed(f64::from(iou), 2)),
                    None => "With it, the maps are scored (IoU).".into(),
                }}
            </span>
        </div>
    }
}

/// The query, and below it the support, under one feature.
#[component]
fn Column(picture: Picture, feature: Feature) -> impl IntoView {
    let studio = page().studio;
    let summary = Memo::new(move |_| match studio.present_maps() {
        Some(maps) => format!("{} map: {}", feature.name(), shares(feature.of(&maps), |id| studio.class_name(id))),
        None => format!("{} map: none yet", feature.name()),
    });
    let mean = move || Some(feature.of(&*studio.present_maps()?).score.as_ref()?.mean);
    let line = move || studio.present_maps().map(|maps| shares(feature.of(&maps), |id| studio.class_name(id)));
    view! {
        <section class="seg-column" aria-label=feature.name()>
            <h3>
                {feature.name()}
                <span class="share">{move || mean().map(|iou| format!("mean IoU {}", fixed(f64::from(iou), 2)))}</span>
            </h3>
            <Stage picture feature mapped=true summary />
            <p class="quiet seg-line" data-testid="seg-summary">{move || line().unwrap_or_else(|| "No map yet.".into())}</p>
            <div class="seg-thumbs">
                <For each=move || studio.support.get() key=|picture| picture.id let(picture)>
                    {
                        let summary = format!("{} with its strokes", picture.name);
                        view! { <Stage picture feature mapped=false summary=Signal::stored(summary) /> }
                    }
                </For>
            </div>
        </section>
    }
}

/// A map in words.
fn shares(map: &Map, name: impl Fn(u8) -> String) -> String {
    let mut shares: Vec<(u8, f32)> = map.shares.iter().copied().filter(|&(_, share)| share > 0.0).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    let words: Vec<String> = shares.into_iter().map(|(id, share)| format!("{} {}", name(id), percent(share))).collect();
    words.join(", ")
}

/// The legend: what each class has of the pixels, and its IoU.
#[component]
fn Shares() -> impl IntoView {
    let studio = page().studio;
    let scored = move || studio.present_maps().is_some_and(|maps| maps.embedding.score.is_some());
    let rows = move || studio.classes.with(|all| all.iter().map(|class| class.id).collect::<Vec<_>>());
    let cell = move |id: u8, feature: Feature, iou: bool| {
        let text = move || {
            let maps = studio.present_maps()?;
            let map = feature.of(&maps);
            let find = |all: &[(u8, f32)]| all.iter().find(|(class, _)| *class == id).map(|(_, value)| *value);
            if iou {
                find(&map.score.as_ref()?.classes).map(|iou| fixed(f64::from(iou), 2))
            } else {
                find(&map.shares).map(percent)
            }
        };
        view! { <td>{move || text().unwrap_or_else(|| "\u{2013}".into())}</td> }
    };
    view! {
        <table class="seg-legend">
            <caption class="unseen">"Share of the pixels and IoU by class"</caption>
            <thead>
                <tr>
                    <th scope="col" rowspan="2">"Class"</th>
                    <th scope="colgroup" colspan="2">"Pixels"</th>
                    <th scope="colgroup" colspan="2" hidden=move || !scored()>"IoU"</th>
                </tr>
                <tr>
                    <th scope="col">"Embedding"</th>
                    <th scope="col">"FUNGI"</th>
                    <th scope="col" hidden=move || !scored()>"Embedding"</th>
                    <th scope="col" hidden=move || !scored()>"FUNGI"</th>
                </tr>
            </thead>
            <tbody>
                <For each=rows key=|id| *id let(id)>
                    <tr>
                        <th scope="row">
                            <Swatch id />
                            {Signal::derive(move || studio.class_name(id))}
                        </th>
                        {cell(id, Feature::Embedding, false)}
                        {cell(id, Feature::Fungi, false)}
                        <Show when=scored>{cell(id, Feature::Embedding, true)} {cell(id, Feature::Fungi, true)}</Show>
                    </tr>
                </For>
            </tbody>
        </table>
    }
}
