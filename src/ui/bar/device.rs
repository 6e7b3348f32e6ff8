//! The device: where the engine computes, why there, and a way to choose.

use leptos::prelude::*;

use crate::engine::Backend;
use crate::ui::link::Link;
use crate::ui::offline::{Offline, OfflineChoice};

/// The device's name; reason and choice on demand.
#[component]
pub fn DeviceChip(link: Link, offline: Offline) -> impl IntoView {
    let name = move || link.device.get().map_or_else(|| "starting".into(), |device| device.name);
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
            <span class="chip-value" data-testid="device" data-backend=backend>{name}</span>
        </button>
        <section id="about-device" class="card" popover="auto" aria-label="Device">
            <h2>"Device"</h2>
            <p data-testid="device-reason">{link.device_reason}</p>
            <fieldset>
                <legend>"Compute on"</legend>
                {option(None, "the GPU if there is a real one, otherwise the CPU")}
                {option(Some(Backend::Gpu), "the GPU, even one that runs in software")}
                {option(Some(Backend::Cpu), "the CPU")}
            </fieldset>
            <p class="quiet">"Computed features are kept when the device changes."</p>
            <button type="button" data-testid="restart" on:click=move |_| link.restart()>
                "Restart the engine"
            </button>
            <OfflineChoice offline />
        </section>
    }
}
