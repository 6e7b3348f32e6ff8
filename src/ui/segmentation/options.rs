//! How maps are made, and what can be saved.

use leptos::prelude::*;

use super::choices::Vote;
use super::export;
use super::picture::Picture;
use super::talk;
use crate::engine::largest_grid;
use crate::ui::components::page;
use crate::ui::numbers::{fixed, read};
use crate::ui::state::Page;

/// Input sides on offer, in sides of the model's own.
const SIDES: [usize; 7] = [2, 3, 4, 5, 6, 8, 12];

/// Neighbours, temperature, side; and downloads.
#[component]
pub fn Options() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let key = move || match studio.choices.with(|choices| choices.vote) {
        Vote::Auto => "auto",
        Vote::Few => "few",
        Vote::Many => "many",
        Vote::Own(..) => "own",
    };
    let set = move |vote: Vote| {
        studio.choices.update(|choices| choices.vote = vote);
        talk::soon(page);
    };
    let choose = move |key: String| {
        set(match key.as_str() {
            "few" => Vote::Few,
            "many" => Vote::Many,
            "own" => Vote::Own(30, 0.05),
            _ => Vote::Auto,
        });
    };
    let own = move || match studio.choices.with(|choices| choices.vote) {
        Vote::Own(neighbours, temperature) => Some((neighbours, temperature)),
        _ => None,
    };
    view! {
        <details class="seg-options">
            <summary>"Settings and downloads"</summary>
            <div class="row">
                <label class="field">
                    "Who votes"
                    <select data-testid="seg-vote" prop:value=key on:change:target=move |event| choose(event.target().value())>
                        <option value="auto">"By the number of labelled photos"</option>
                        <option value="few">"Few labelled photos: 90 neighbours, temperature 0.1"</option>
                        <option value="many">"Many labelled photos: 30 neighbours, temperature 0.02"</option>
                        <option value="own">"As I say"</option>
                    </select>
                </label>
                <label class="field" hidden=move || own().is_none()>
                    "Neighbours"
                    <input
                        type="number"
                        min="1"
                        max="1000"
                        data-testid="seg-neighbours"
                        prop:value=Signal::derive(move || own().map(|(neighbours, _)| neighbours.to_string()))
                        on:change:target=move |event| {
                            if let (Ok(neighbours), Some((_, temperature))) = (event.target().value().parse::<usize>(), own()) {
                                set(Vote::Own(neighbours.clamp(1, 1000), temperature));
                            }
                        }
                    />
                </label>
                <label class="field" hidden=move || own().is_none()>
                    "Temperature"
                    <input
                        type="number"
                        min="0.001"
                        max="1"
                        step="any"
                        data-testid="seg-temperature"
                        prop:value=Signal::derive(move || own().map(|(_, temperature)| fixed(f64::from(temperature), 3)))
                        on:change:target=move |event| {
                            if let (Some(temperature), Some((neighbours, _))) = (read(&event.target().value()), own()) {
                                set(Vote::Own(neighbours, temperature.clamp(0.001, 1.0)));
                            }
                        }
                    />
                </label>
                <label class="field">
                    "Photos are resized to"
                    <select
                        data-testid="seg-side"
                        on:change:target=move |event| {
                            let side = event.target().value().parse().ok();
                            if studio.choices.with_untracked(|choices| choices.side) != side {
                                studio.choices.update(|choices| choices.side = side);
                                talk::reopen(page);
                            }
                        }
                    >
                        {move || sides(page)}
                    </select>
                </label>
            </div>
            <div class="row">
                <button type="button" class="small" data-testid="seg-save-maps" disabled=move || studio.present_maps().is_none() on:click=move |_| export::maps(page)>
                    "Maps (PNG, index)"
                </button>
                <button type="button" class="small" data-testid="seg-save-overlays" disabled=move || studio.present_maps().is_none() on:click=move |_| export::overlays(page)>
                    "Overlays (PNG)"
                </button>
                <button
                    type="button"
                    class="small"
                    data-testid="seg-save-strokes"
                    disabled=Signal::derive(move || studio.support.with(|all| !all.iter().any(|Picture { sheet, .. }| sheet.with(super::sheet::Sheet::is_labelled))))
                    on:click=move |_| export::strokes(page)
                >
                    "Strokes (PNG, index)"
                </button>
                <button type="button" class="small" data-testid="seg-save-settings" on:click=move |_| export::settings(page)>
                    "Settings (JSON)"
                </button>
            </div>
        </details>
    }
}

fn sides(page: Page) -> impl IntoView {
    let model = page.model.get();
    let chosen = page.studio.choices.with_untracked(|choices| choices.side);
    let option = |times: usize| {
        let model = model.as_ref()?;
        let side = times * model.image;
        let grid = side / model.patch.max(1);
        let usual = times == 4;
        let selected = if usual { chosen.is_none() } else { chosen == Some(side) };
        let value = if usual { String::new() } else { side.to_string() };
        (grid <= largest_grid(model.dim) && side.is_multiple_of(model.patch.max(1))).then(|| {
            view! { <option value=value selected=selected>{format!("{side} pixels: {grid} by {grid} patches")}</option> }
        })
    };
    SIDES.into_iter().filter_map(option).collect_view()
}
