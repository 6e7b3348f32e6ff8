//! The progress of the maps, in a sentence that screen readers announce; and what went wrong.

use leptos::prelude::*;

use crate::engine::protocol::Progress;
use crate::ui::link::Phase;
use crate::ui::numbers::fixed;
use crate::ui::segmentation::paint::Way;
use crate::ui::segmentation::state::QueryMaps;
use crate::ui::segmentation::sync::{EngineSync, Known};

/// The sentence.
#[component]
pub fn Status(
    /// The link to the engine.
    sync: EngineSync,
) -> impl IntoView {
    let state = sync.state;
    view! {
        <p
            class="quiet seg-status"
            role="status"
            data-testid="seg-status"
            data-busy=Signal::derive(move || if sync.is_busy() { "true" } else { "false" })
            hidden=Signal::derive(move || state.is_empty())
        >
            {Memo::new(move |_| sentence(sync))}
        </p>
        <p class="unseen" role="status">{move || state.stepped.get().map(|(way, what)| stepped(way, &what))}</p>
        {move || state.problem.get().map(|reason| view! { <p class="failure" role="alert" data-testid="seg-error">{reason}</p> })}
    }
}

fn stepped(way: Way, what: &str) -> String {
    match way {
        Way::Undo => format!("Undone: {what}."),
        Way::Redo => format!("Redone: {what}."),
    }
}

fn sentence(sync: EngineSync) -> String {
    let state = sync.state;
    if !matches!(state.link.phase.get(), Phase::Ready) {
        return "Waiting for the engine.".into();
    }
    if let Some(Progress::Gradients { done, total }) = sync.progress.get() {
        return format!("Computing the patches\u{2019} gradients: photo {} of {total}.", (done + 1).min(total));
    }
    match sync.known.with(Known::opening) {
        0 => {}
        1 => return "Computing the patch features of 1 photo.".into(),
        n => return format!("Computing the patch features of {n} photos."),
    }
    if sync.known.with(Known::is_propagating) {
        return "Computing the maps.".into();
    }
    if !state.is_labelled() {
        return "Paint a stroke of each class on a support photo.".into();
    }
    match state.present_maps() {
        None if state.query.with(Option::is_none) => "Choose a query.".into(),
        None => "No map yet.".into(),
        Some(shown) => summary(&shown),
    }
}

fn summary(QueryMaps { maps, .. }: &QueryMaps) -> String {
    format!(
        "Maps from {} painted patches of {} {}: {} neighbours, temperature {}. The last maps took {} ms.",
        maps.bank,
        maps.images,
        if maps.images == 1 { "photo" } else { "photos" },
        maps.neighbours,
        fixed(f64::from(maps.temperature), 3).trim_end_matches('0'),
        fixed(maps.propagation_millis + maps.gradients_millis, 0),
    )
}
