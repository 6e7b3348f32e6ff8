//! The Segmentation tab: choose photos, paint, see the maps.

use leptos::prelude::*;

use super::chosen::ChosenImage;
use super::classes::Classes;
use super::editor::Editor;
use super::maps::QuerySection;
use super::options::Options;
use super::start::Start;
use super::status::Status;
use super::tools::Tools;
use crate::ui::segmentation::state::SegmentationState;
use crate::ui::segmentation::sync::EngineSync;

/// The whole tab. While it exists, the engine is kept in sync with it.
#[component]
pub fn Segmentation(
    /// Its state.
    state: SegmentationState,
) -> impl IntoView {
    let sync = EngineSync::start(state);
    let empty = Memo::new(move |_| state.is_empty());
    view! {
        <div class="seg">
            <ChosenImage state />
            <Status sync />
            <Show when=move || !empty.get() fallback=move || view! { <Start sync /> }>
                <div class="seg-bench">
                    <Classes state />
                    <Tools state />
                </div>
                <section class="seg-support" aria-labelledby="seg-support-heading">
                    <h2 id="seg-support-heading">"Support: paint here"</h2>
                    <p class="quiet" hidden=move || state.support.with(|all| !all.is_empty())>
                        "No support photo yet. Choose an image in the gallery, then \u{201c}Paint on it\u{201d}."
                    </p>
                    <div class="seg-editors">
                        <For each=move || state.support.get() key=|photo| photo.id let(photo)>
                            <Editor state photo />
                        </For>
                    </div>
                </section>
                <QuerySection sync />
                <Options sync />
            </Show>
        </div>
    }
}
