//! Tells screen readers about the progress: the start, a sentence every ten seconds, the end, but never each image.

use leptos::prelude::*;

use super::GalleryState;

/// Milliseconds between two sentences.
const PAUSE: f64 = 10_000.0;

/// A visually hidden live region.
#[component]
pub fn Announcer(state: GalleryState) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let (link, counts) = (state.link, state.counts());
    let now = js_sys::Date::now;
    Effect::new(move |before: Option<(f64, bool)>| {
        let (latest, was_busy) = before.unwrap_or_default();
        let busy = link.queue.get().is_busy();
        link.phase.track();
        if busy != was_busy || now() - latest > PAUSE {
            let [refused, twice] = untrack(|| state.left_out());
            let all = [untrack(|| state.facts(counts).sentence()), refused, twice];
            words.set(all.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" "));
            return (now(), busy);
        }
        (latest, busy)
    });
    view! { <p class="unseen" role="status">{words}</p> }
}
