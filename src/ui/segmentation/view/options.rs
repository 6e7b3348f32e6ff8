//! How maps are made, and downloads.

use leptos::prelude::*;

use super::{export, settings_file};
use crate::engine::protocol::largest_grid;
use crate::ui::numbers::{fixed, read};
use crate::ui::segmentation::state::{SegmentationState, USUAL_SIDE, Vote};
use crate::ui::segmentation::sync::EngineSync;

/// Input sides on offer, in multiples of the model's own.
const SIDES: [usize; 7] = [2, 3, 4, 5, 6, 8, 12];

/// Settings and downloads.
#[component]
pub fn Options(
    /// The link to the engine.
    sync: EngineSync,
) -> impl IntoView {
    let state = sync.state;
    view! {
        <details class="seg-options">
            <summary>"Settings and downloads"</summary>
            <div class="row">
                <Voting state />
                <label class="field">
                    "Photos are resized to"
                    <select
                        data-testid="seg-side"
                        on:change:target=move |event| state.set_side(event.target().value().parse().ok())
                    >
                        {move || sides(state)}
                    </select>
                </label>
            </div>
            <Downloads sync />
        </details>
    }
}

/// Which neighbours vote, and how.
#[component]
fn Voting(state: SegmentationState) -> impl IntoView {
    let key = move || match state.settings.with(|settings| settings.vote) {
        Vote::Auto => "auto",
        Vote::Few => "few",
        Vote::Many => "many",
        Vote::Custom(..) => "custom",
    };
    let choose = move |key: String| {
        state.set_vote(match key.as_str() {
            "few" => Vote::Few,
            "many" => Vote::Many,
            "custom" => Vote::Custom(30, 0.05),
            _ => Vote::Auto,
        });
    };
    let custom = move || match state.settings.with(|settings| settings.vote) {
        Vote::Custom(neighbours, temperature) => Some((neighbours, temperature)),
        _ => None,
    };
    view! {
        <label class="field">
            "Neighbours that vote"
            <select data-testid="seg-vote" prop:value=key on:change:target=move |event| choose(event.target().value())>
                <option value="auto">"By the number of labelled photos"</option>
                <option value="few">"Few labelled photos: 90 neighbours, temperature 0.1"</option>
                <option value="many">"Many labelled photos: 30 neighbours, temperature 0.02"</option>
                <option value="custom">"My own values"</option>
            </select>
        </label>
        <label class="field" hidden=move || custom().is_none()>
            "Neighbours"
            <input
                type="number"
                min="1"
                max="1000"
                data-testid="seg-neighbours"
                prop:value=Signal::derive(move || custom().map(|(neighbours, _)| neighbours.to_string()))
                on:change:target=move |event| {
                    if let (Ok(neighbours), Some((_, temperature))) = (event.target().value().parse::<usize>(), custom()) {
                        state.set_vote(Vote::Custom(neighbours.clamp(1, 1000), temperature));
                    }
                }
            />
        </label>
        <label class="field" hidden=move || custom().is_none()>
            "Temperature"
            <input
                type="number"
                min="0.001"
                max="1"
                step="any"
                data-testid="seg-temperature"
                prop:value=Signal::derive(move || custom().map(|(_, temperature)| fixed(f64::from(temperature), 3)))
                on:change:target=move |event| {
                    if let (Some(temperature), Some((neighbours, _))) = (read(&event.target().value()), custom()) {
                        state.set_vote(Vote::Custom(neighbours, temperature.clamp(0.001, 1.0)));
                    }
                }
            />
        </label>
    }
}

/// The downloads.
#[component]
fn Downloads(sync: EngineSync) -> impl IntoView {
    let state = sync.state;
    let no_maps = move || state.present_maps().is_none();
    view! {
        <div class="row">
            <button type="button" class="small" data-testid="seg-save-maps" disabled=no_maps on:click=move |_| export::maps(sync)>
                "Maps (PNG, index)"
            </button>
            <button type="button" class="small" data-testid="seg-save-overlays" disabled=no_maps on:click=move |_| export::overlays(state)>
                "Overlays (PNG)"
            </button>
            <button
                type="button"
                class="small"
                data-testid="seg-save-strokes"
                disabled=Signal::derive(move || !state.is_labelled())
                on:click=move |_| export::strokes(sync)
            >
                "Strokes (PNG, index)"
            </button>
            <button type="button" class="small" data-testid="seg-save-settings" on:click=move |_| settings_file::save(state)>
                "Settings (JSON)"
            </button>
        </div>
    }
}

fn sides(state: SegmentationState) -> impl IntoView {
    let model = state.link.model.get();
    let chosen = state.settings.with_untracked(|settings| settings.side);
    let option = |times: usize| {
        let model = model.as_ref()?;
        let side = times * model.image;
        let grid = side / model.patch.max(1);
        let usual = times == USUAL_SIDE;
        let selected = if usual { chosen.is_none() } else { chosen == Some(side) };
        let value = if usual { String::new() } else { side.to_string() };
        (grid <= largest_grid(model.dim) && side.is_multiple_of(model.patch.max(1))).then(|| {
            view! { <option value=value selected=selected>{format!("{side} pixels: {grid} by {grid} patches")}</option> }
        })
    };
    SIDES.into_iter().filter_map(option).collect_view()
}
