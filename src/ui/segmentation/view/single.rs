//! The query in one picture: the true labels, or both maps with a border between them that can be moved.

use leptos::prelude::*;

use super::feature_view::draw_labels;
use crate::ui::numbers::{fixed, read};
use crate::ui::segmentation::paint::MapView;
use crate::ui::segmentation::state::{Feature, SegmentationState, TabPhoto};

/// The query in one picture.
#[component]
pub fn Single(
    /// The tab's state.
    state: SegmentationState,
    /// The query.
    photo: TabPhoto,
) -> impl IntoView {
    let [embedding, fungi] = Feature::ALL.map(|feature| draw_labels(state, photo.clone(), feature, true));
    let TabPhoto { name, size, url, .. } = photo;
    let swipes = Memo::new(move |_| state.map_view() == MapView::Swipe);
    let ratio = move || size.get().map(|(width, height)| fixed(f64::from(width) / f64::from(height), 4));
    let border = RwSignal::new(50.0_f32);
    let left_of_it = move || format!("{}%", fixed(f64::from(border.get()), 1));
    let clip = move || swipes.get().then(|| format!("inset(0 0 0 {})", left_of_it()));
    let summary = move || match swipes.get() {
        true => format!("{name}: the embedding\u{2019}s map left of the border, FUNGI\u{2019}s right of it"),
        false => format!("{name} with its true labels"),
    };
    view! {
        <div class="seg-single" style=("--ratio", ratio)>
            <p class="seg-sides" aria-hidden="true" hidden=move || !swipes.get()>
                <span>"Embedding"</span>
                <span>"FUNGI"</span>
            </p>
            <div class="seg-stage" role="img" aria-label=summary data-testid="seg-single">
                <img src=url.get() alt="" draggable="false" />
                // A map's colours are translucent: left of the border there is but the one, right of it but the other.
                <canvas
                    node_ref=embedding
                    style:clip-path=move || swipes.get().then(|| format!("inset(0 calc(100% - {}) 0 0)", left_of_it()))
                ></canvas>
                <canvas node_ref=fungi style:clip-path=clip hidden=move || !swipes.get()></canvas>
                <span class="seg-border" style:left=left_of_it hidden=move || !swipes.get()></span>
            </div>
            <input
                type="range"
                min="0"
                max="100"
                step="1"
                data-testid="seg-swipe"
                aria-label="Border between the embedding\u{2019}s map, on its left, and FUNGI\u{2019}s, on its right"
                hidden=move || !swipes.get()
                prop:value=Signal::derive(move || fixed(f64::from(border.get()), 0))
                on:input:target=move |event| {
                    if let Some(share) = read(&event.target().value()) {
                        border.set(share);
                    }
                }
            />
        </div>
    }
}
