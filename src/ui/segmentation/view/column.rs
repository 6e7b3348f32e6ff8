//! The query, and below it the support, under one feature.

use leptos::prelude::*;

use super::feature_view::FeatureView;
use crate::engine::protocol::Map;
use crate::segmentation::UNLABELLED;
use crate::ui::numbers::{fixed, percent};
use crate::ui::segmentation::state::{Feature, TabPhoto};
use crate::ui::segmentation::sync::EngineSync;

/// One of the two columns.
#[component]
pub fn Column(
    /// The link to the engine.
    sync: EngineSync,
    /// The query.
    photo: TabPhoto,
    /// The feature.
    feature: Feature,
) -> impl IntoView {
    let state = sync.state;
    let shares = Memo::new(move |_| {
        let shown = state.present_maps()?;
        let (labels, _) = state.shown_labels(feature)?;
        let labelled = labels.iter().filter(|&&label| label != UNLABELLED).count();
        let described = state.map_view().describe(&percent(labelled as f32 / labels.len().max(1) as f32));
        Some(described.unwrap_or_else(|| in_words(feature.of(&shown.maps), |id| state.class_name(id))))
    });
    let summary = Signal::derive(move || {
        format!("{} map: {}", feature.name(), shares.get().unwrap_or_else(|| "none yet".into()))
    });
    let mean = move || Some(feature.of(&state.present_maps()?.maps).score.as_ref()?.mean);
    view! {
        <section class="seg-column" aria-label=feature.name()>
            <h3>
                {feature.name()}
                <span class="share">{move || mean().map(|iou| format!("mean IoU {}", fixed(f64::from(iou), 2)))}</span>
            </h3>
            <FeatureView sync photo feature mapped=true summary />
            <p class="quiet seg-line" data-testid="seg-summary">{move || shares.get().unwrap_or_else(|| "No map yet.".into())}</p>
            <div class="seg-thumbs">
                <For each=move || state.support.get() key=|photo| photo.id let(photo)>
                    {
                        let summary = format!("{} with its strokes", photo.name);
                        view! { <FeatureView sync photo feature mapped=false summary=Signal::stored(summary) /> }
                    }
                </For>
            </div>
        </section>
    }
}

/// A map in words: each class's share of the pixels, the largest first.
fn in_words(map: &Map, name: impl Fn(u8) -> String) -> String {
    let mut shares: Vec<(u8, f32)> = map.shares.iter().copied().filter(|&(_, share)| share > 0.0).collect();
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    let words: Vec<String> = shares.into_iter().map(|(id, share)| format!("{} {}", name(id), percent(share))).collect();
    words.join(", ")
}
