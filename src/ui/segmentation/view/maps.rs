//! The query, with its maps side by side and their legend.

use leptos::prelude::*;

use super::column::Column;
use super::legend::Legend;
use super::mask_input::MaskInput;
use super::single::Single;
use super::tools::Look;
use crate::segmentation::Iou;
use crate::ui::numbers::fixed;
use crate::ui::segmentation::paint::MapView;
use crate::ui::segmentation::state::{Feature, SegmentationState, TabPhoto, verdict};
use crate::ui::segmentation::sync::EngineSync;

/// The query's part of the tab.
#[component]
pub fn QuerySection(
    /// The link to the engine.
    sync: EngineSync,
) -> impl IntoView {
    let state = sync.state;
    let name = move || state.query.with(|query| query.as_ref().map(|query| query.name.clone()));
    view! {
        <section class="seg-query" aria-labelledby="seg-query-heading" data-testid="seg-query" data-name=name>
            <div class="row">
                <h2 id="seg-query-heading" data-testid="seg-query-heading">
                    {move || name().map_or_else(|| "2 Choose a photo to map".into(), |name| format!("Query: {name}"))}
                </h2>
                <SceneChoice state />
            </div>
            {move || match state.query.get() {
                None => view! {
                    <p class="quiet">"No photo yet. Choose an image in the gallery, then \u{201c}Make it the query\u{201d}: its maps appear here and follow every stroke."</p>
                }.into_any(),
                Some(photo) => view! { <Query sync photo /> }.into_any(),
            }}
        </section>
    }
}

/// The choice of a drawn scene as the query.
#[component]
fn SceneChoice(state: SegmentationState) -> impl IntoView {
    view! {
        <label class="choice" hidden=move || state.scenes.with(Vec::is_empty)>
            "Drawn scenes"
            <select
                data-testid="seg-scene"
                on:change:target=move |event| {
                    if let Ok(place) = event.target().value().parse() {
                        state.query_scene(place);
                    }
                }
            >
                {move || {
                    let scenes = state.scenes.get();
                    scenes.into_iter().enumerate().map(|(i, scene)| view! { <option value=i>{scene.name}</option> }).collect_view()
                }}
            </select>
        </label>
    }
}

/// Which map is nearer to the truth, and how the maps are looked at.
#[component]
fn Views(state: SegmentationState) -> impl IntoView {
    let scores = move || {
        let shown = state.present_maps()?;
        let [embedding, fungi] =
            Feature::ALL.map(|feature| feature.of(&shown.maps).score.as_ref().map(|score| score.mean));
        Some(verdict(embedding?, fungi?))
    };
    let choose = move |place: &str| {
        if let Some(&view) = place.parse().ok().and_then(|place: usize| MapView::ALL.get(place)) {
            state.clear_similarity();
            state.view.set(view);
        }
    };
    let option = move |(place, view): (usize, MapView)| {
        view! {
            <option
                value=place
                selected=move || state.map_view() == view
                disabled=move || view.needs_truth() && !state.has_truth()
            >
                {view.name()}
            </option>
        }
    };
    view! {
        <div class="row seg-views">
            <p class="seg-verdict" role="status" data-testid="seg-verdict">{scores}</p>
            <label class="choice">
                "Show"
                <select data-testid="seg-view" on:change:target=move |event| choose(&event.target().value())>
                    {MapView::ALL.into_iter().enumerate().map(option).collect_view()}
                </select>
            </label>
        </div>
    }
}

/// The maps of one photo.
#[component]
fn Query(sync: EngineSync, photo: TabPhoto) -> impl IntoView {
    let state = sync.state;
    let TabPhoto { truth, open_error, mask_error, mask_note, .. } = photo.clone();
    let error = move || open_error.get().or_else(|| mask_error.get());
    // The score of predicting the most common true class everywhere: any map should beat it.
    let majority = Memo::new({
        let truth = truth.clone();
        move |_| {
            truth.with(|truth| {
                let mut iou = Iou::new();
                truth.iter().for_each(|truth| iou.add(truth, truth));
                iou.majority().map(|score| f64::from(score.mean))
            })
        }
    });
    let button = move || {
        if truth.with(Option::is_some) { "Load another true mask..." } else { "Load its true mask..." }
    };
    let single = Memo::new(move |_| state.map_view().is_single());
    let photo = StoredValue::new(photo);
    let column = move |feature| view! { <Column sync photo=photo.get_value() feature /> };
    view! {
        {move || error().map(|reason| view! { <p class="failure" role="alert" data-testid="seg-error">{reason}</p> })}
        <Views state />
        <div class="seg-columns" data-majority=move || majority.get().map(|iou| fixed(iou, 4)) hidden=move || single.get()>
            {Feature::ALL.map(column).collect_view()}
        </div>
        <Show when=move || single.get()>
            <Single state photo=photo.get_value() />
        </Show>
        <Look state />
        <Legend state />
        {move || mask_note.get().map(|note| view! { <p class="quiet" role="status" data-testid="seg-mask-note">{note}</p> })}
        <div class="row">
            <MaskInput state photo=photo.get_value() text=Signal::derive(button) testid="seg-truth-input" />
            <span class="quiet">
                {move || match majority.get() {
                    Some(iou) => format!("The most common class everywhere would score a mean IoU of {}.", fixed(iou, 2)),
                    None => "With a true mask, the maps are scored (IoU).".into(),
                }}
            </span>
        </div>
    }
}
