//! The thin bar: what computes, where, how, how fast.

use leptos::prelude::*;

use super::device::DeviceChip;
use super::icons::Mark;
use super::method::MethodChip;
use super::model::ModelChip;
use super::page;
use crate::engine::Timings;
use crate::ui::numbers::fixed;

/// Name, model, device, settings, timings.
#[component]
pub fn TopBar() -> impl IntoView {
    view! {
        <header class="bar">
            <h1 class="brand">
                <Mark />
                "Mycoscope"
            </h1>
            <p class="promise">"Your images never leave this browser."</p>
            <div class="chips">
                <Clock />
                <ModelChip />
                <DeviceChip />
                <MethodChip />
            </div>
        </header>
    }
}

/// Where the latest image's time went.
#[component]
fn Clock() -> impl IntoView {
    let page = page();
    let words = move || match page.timings.get() {
        None => view! { <span class="quiet">"no image computed yet"</span> }.into_any(),
        Some(timings) => {
            let all = timings.decode + timings.views + timings.compute;
            view! {
                           <b>{format!("{} ms", fixed(all, 0))}</b>
                           " per image"
                           <span class="split">
                               {{
            let Timings { decode, views, compute } = timings;
            let [decode, views, compute] = [decode, views, compute].map(|time| fixed(time, 0));
            format!("decode {decode}, views {views}, compute {compute}")}}
                           </span>
                       }
            .into_any()
        }
    };
    view! {
        <p class="timings" data-testid="timings" title="Milliseconds that the latest image took: decoding, cutting views, computing">
            {words}
        </p>
    }
}
