//! The legend: each class's share of the pixels, and its IoU.

use leptos::prelude::*;

use super::swatch::Swatch;
use crate::ui::numbers::{fixed, percent};
use crate::ui::segmentation::state::{Feature, SegmentationState};

/// A table with one row per class.
#[component]
pub fn Legend(
    /// The tab's state.
    state: SegmentationState,
) -> impl IntoView {
    let scored = move || state.present_maps().is_some_and(|shown| shown.maps.embedding.score.is_some());
    let ids = move || state.classes.with(|all| all.iter().map(|class| class.id).collect::<Vec<_>>());
    let cell = move |text: Option<String>| text.unwrap_or_else(|| "\u{2013}".into());
    let share = move |id: u8, feature: Feature| {
        let shown = state.present_maps()?;
        value_of(&feature.of(&shown.maps).shares, id).map(percent)
    };
    let iou = move |id: u8, feature: Feature| {
        let shown = state.present_maps()?;
        let score = feature.of(&shown.maps).score.as_ref()?;
        value_of(&score.classes, id).map(|iou| fixed(f64::from(iou), 2))
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
                <For each=ids key=|id| *id let(id)>
                    <tr>
                        <th scope="row">
                            <Swatch state id />
                            {Signal::derive(move || state.class_name(id))}
                        </th>
                        {Feature::ALL.map(|feature| view! { <td>{move || cell(share(id, feature))}</td> }).collect_view()}
                        <Show when=scored>
                            {Feature::ALL.map(|feature| view! { <td>{move || cell(iou(id, feature))}</td> }).collect_view()}
                        </Show>
                    </tr>
                </For>
            </tbody>
        </table>
    }
}

fn value_of(all: &[(u8, f32)], id: u8) -> Option<f32> {
    all.iter().find(|(class, _)| *class == id).map(|(_, value)| *value)
}
