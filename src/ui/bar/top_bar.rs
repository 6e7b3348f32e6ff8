//! The thin bar: what computes, where, how, how fast.

use leptos::prelude::*;

use super::device::DeviceChip;
use super::method::MethodChip;
use super::model::ModelChip;
use crate::engine::protocol::Timings;
use crate::ui::address::Method;
use crate::ui::icons::Mark;
use crate::ui::link::Link;
use crate::ui::numbers::fixed;
use crate::ui::offline::Offline;

/// Name, model, device, settings, timings. `images`: how many there are to compute when settings change.
#[component]
pub fn TopBar(
    link: Link,
    method: RwSignal<Method>,
    offline: Offline,
    #[prop(into)] images: Signal<usize>,
) -> impl IntoView {
    view! {
        <header class="bar">
            <h1 class="brand">
                <Mark />
                "Mycoscope"
            </h1>
            <p class="promise">"Your images never leave this browser."</p>
            <div class="chips">
                <Clock link />
                <ModelChip link />
                <DeviceChip link offline />
                <MethodChip method images />
            </div>
        </header>
    }
}

/// Where the latest image's time went.
#[component]
fn Clock(link: Link) -> impl IntoView {
    let words = move || match link.timings.get() {
        None => view! { <span class="quiet">"no image computed yet"</span> }.into_any(),
        Some(Timings { decode, views, compute }) => {
            let view_millis = link.view_millis.get().unwrap_or_default();
            let view_millis = fixed(view_millis, if view_millis < 10.0 { 1 } else { 0 });
            let [decode, views, compute] = [decode, views, compute].map(|time| fixed(time, 0));
            view! {
                <b>{format!("{view_millis} ms")}</b>
                " per view"
                <span class="split">{format!("decode {decode}, views {views}, compute {compute}")}</span>
            }
            .into_any()
        }
    };
    view! {
        <p class="timings" data-testid="timings" title="Milliseconds for a view in one worker, and what the latest image took: decoding, cutting views, computing some of them">
            {words}
        </p>
    }
}
