//! What a screen reader hears of the progress: the start, a word every ten seconds, the end. Never each image.

use leptos::prelude::*;

use super::page;
use super::progress::sentence;

/// Seconds between two words.
const PAUSE: f64 = 10_000.0;

/// A polite voice that nobody sees.
#[component]
pub fn Announcer() -> impl IntoView {
    let page = page();
    let words = RwSignal::new(String::new());
    let now = js_sys::Date::now;
    Effect::new(move |before: Option<(f64, bool)>| {
        let (latest, was_busy) = before.unwrap_or_default();
        let busy = page.progress.get().busy();
        let _ = page.phase.get();
        if busy != was_busy || now() - latest > PAUSE {
            words.set(sentence(page));
            return (now(), busy);
        }
        (latest, busy)
    });
    view! { <p class="unseen" role="status">{words}</p> }
}
