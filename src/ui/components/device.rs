//! The device: where it computes, why there, and a way to choose.

use leptos::prelude::*;

use super::page;
use crate::engine::Backend;
use crate::ui::conduct;
use crate::ui::options::Wish;

/// The device's name; reason and choice on demand.
#[component]
pub fn DeviceChip() -> impl IntoView {
    let page = page();
    let name = move || page.device.get().map_or_else(|| "starting".into(), |device| device.name);
    let backend = move || {
        page.device.get().map(|device| match device.backend {
            Backend::Cpu => "cpu",
            Backend::Gpu => "gpu",
        })
    };
    let option = move |wish: Wish, words: &'static str| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="device"
                    prop:checked=move || page.wish.get() == wish
                    on:change=move |_| conduct::move_to(page, wish)
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
            <p data-testid="device-reason">{page.device_reason}</p>
            <fieldset>
                <legend>"Compute on"</legend>
                {option(Wish::Auto, "the GPU where there is a real one, else the CPU")}
                {option(Wish::Gpu, "the GPU, even one made of software")}
                {option(Wish::Cpu, "the CPU")}
            </fieldset>
            <p class="quiet">"What was computed stays when the device changes."</p>
            <button type="button" data-testid="restart" on:click=move |_| conduct::restart(page)>
                "Restart the engine"
            </button>
        </section>
    }
}
