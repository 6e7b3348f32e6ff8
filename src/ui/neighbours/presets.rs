//! The presets, each with what it costs on this device before it is chosen.

use leptos::prelude::*;

use super::NeighboursState;
use crate::ui::address::Preset;
use crate::ui::numbers::fixed;

/// A button for each preset.
#[component]
pub fn Presets(state: NeighboursState) -> impl IntoView {
    let NeighboursState { weights, centred, method, gallery, .. } = state;
    let link = gallery.link;
    let button = move |preset: Preset| {
        let chosen = move || method.with(|method| preset.is_chosen(method, &weights.get(), &centred.get()));
        let cost = move || {
            let side = link.model.with(|model| model.as_ref().map(|model| model.image))?;
            let views = preset.method(&method.get()).settings().views(side);
            let seconds =
                link.view_millis.get().map(|view| view * views as f64 / 1000.0 / link.workers.get().max(1) as f64);
            Some(match seconds {
                Some(seconds) => {
                    format!("{views} views, {} s an image", fixed(seconds, if seconds < 1.0 { 2 } else { 1 }))
                }
                None => format!("{views} views"),
            })
        };
        view! {
            <button
                type="button"
                class="preset"
                data-testid=format!("preset-{}", preset.name().rsplit(' ').next().unwrap_or_default().to_lowercase())
                title=preset.about()
                aria-pressed=move || if chosen() { "true" } else { "false" }
                on:click=move |_| state.take(preset)
            >
                {preset.name()}
                <small>{move || cost().unwrap_or_default()}</small>
            </button>
        }
    };
    view! {
        <div class="presets" role="group" aria-label="Presets">
            {Preset::ALL.map(button).collect_view()}
        </div>
    }
}
