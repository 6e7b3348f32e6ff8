//! The device: where the engine computes, why there, and a way to choose.

use leptos::prelude::*;

use crate::engine::Backend;
use crate::ui::address::WORKERS;
use crate::ui::link::Link;
use crate::ui::offline::{Offline, OfflineChoice};

/// The device's name; reason and choice on demand.
#[component]
pub fn DeviceChip(link: Link, offline: Offline) -> impl IntoView {
    let name = move || link.device.get().map_or_else(|| "starting".into(), |device| device.name);
    let name = move || match link.workers.get() {
        n if n > 1 => format!("{}, {n} workers", name()),
        _ => name(),
    };
    let backend = move || link.device.get().map(|device| device.backend.key());
    let option = move |wanted: Option<Backend>, words: &'static str| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="device"
                    prop:checked=move || link.wanted.get() == wanted
                    on:change=move |_| link.move_to(wanted)
                />
                {words}
            </label>
        }
    };
    view! {
        <button type="button" class="chip" popovertarget="about-device">
            <span class="chip-name">"Device"</span>
            <span
                class="chip-value"
                data-testid="device"
                data-backend=backend
                data-workers=move || link.workers.get()
            >
                {name}
            </span>
        </button>
        <section id="about-device" class="card" popover="auto" aria-label="Device">
            <h2>"Device"</h2>
            <p data-testid="device-reason">{link.device_reason}</p>
            <fieldset>
                <legend>"Compute on"</legend>
                {option(None, "whichever is faster: the GPU if there is a real one, or the CPU")}
                {option(Some(Backend::Gpu), "the GPU, even one that runs in software")}
                {option(Some(Backend::Cpu), "the CPU")}
            </fieldset>
            <label class="choice">
                "Workers on the CPU"
                <select
                    data-testid="workers"
                    prop:value=move || link.wanted_workers.get().map_or_else(String::new, |workers| workers.to_string())
                    on:change:target=move |event| link.employ(event.target().value().parse().ok())
                >
                    <option value="">"as many as suit this machine"</option>
                    {WORKERS.map(|n| view! { <option value=n>{n}</option> }).collect_view()}
                </select>
            </label>
            <p class="quiet">"Computed features are kept when the device changes."</p>
            <button type="button" data-testid="restart" on:click=move |_| link.restart()>
                "Restart the engine"
            </button>
            <OfflineChoice offline />
        </section>
    }
}
