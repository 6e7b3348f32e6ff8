//! The thin bar: what computes, where, how, how fast.

use leptos::prelude::*;
use web_sys::File;

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
/// `offered` is a person's own file of weights; `lean` chooses the preset Lean.
#[component]
pub fn TopBar(
    link: Link,
    method: RwSignal<Method>,
    offline: Offline,
    #[prop(into)] images: Signal<usize>,
    offered: RwSignal<Option<File>, LocalStorage>,
    lean: Callback<()>,
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
                <ModelChip link method offered lean />
                <DeviceChip link offline />
                <MethodChip method images />
            </div>
        </header>
    }
}

/// How fast a worker is; on demand, where the latest image's time went.
#[component]
fn Clock(link: Link) -> impl IntoView {
    let latest = move || {
        let Timings { decode, views, compute } = link.timings.get()?;
        let [decode, views, compute] = [decode, views, compute].map(|time| fixed(time, 0));
        let split = format!("decoding {decode}, cutting views {views}, computing those of one stage {compute}");
        Some(format!("Milliseconds for a view in one worker. What the latest image took: {split}"))
    };
    let words = move || match link.timings.with(Option::is_some).then(|| link.view_millis.get()).flatten() {
        None => view! { <span class="quiet">"no image timed yet"</span> }.into_any(),
        Some(millis) => {
            let millis = fixed(millis, if millis < 10.0 { 1 } else { 0 });
            view! { <b>{format!("{millis} ms")}</b> " per view" }.into_any()
        }
    };
    view! { <p class="timings" data-testid="timings" title=latest>{words}</p> }
}
