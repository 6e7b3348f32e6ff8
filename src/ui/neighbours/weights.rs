//! The weight of each part of a feature; moving a slider ranks again and computes nothing.

use leptos::prelude::*;

use super::NeighboursState;
use super::exact::ExactSwitch;
use super::presets::Presets;
use crate::fungi::{Part, PartMap};
use crate::ui::numbers::short;
use crate::ui::terms::TermsButton;

/// A slider for each part, and centring.
#[component]
pub fn Weighting(state: NeighboursState) -> impl IntoView {
    let NeighboursState { weights, centred, ranking, .. } = state;
    let slider = move |part: Part| {
        let id = format!("weight-{}", part.key().replace('_', "-"));
        let value = move || short(weights.with(|weights| weights.get(part)));
        // A part that is not computed can't be weighted; before there is an engine, all can.
        let absent = move || ranking.parts.get().is_some_and(|parts| !parts[part]);
        view! {
            <div class="slider" class:absent=absent>
                <label for=id.clone()>{part.name()}</label>
                <input
                    type="range"
                    id=id.clone()
                    data-testid=id.clone()
                    min="0"
                    max="1"
                    step="0.05"
                    prop:value=value
                    disabled=absent
                    on:input:target=move |event| {
                        let weight = event.target().value_as_number() as f32;
                        weights.update(|weights| weights.set(part, weight));
                    }
                />
                <output for=id>{move || if absent() { "off".to_owned() } else { value() }}</output>
                <input
                    type="checkbox"
                    class="centre"
                    data-testid=format!("centre-{}", part.key().replace('_', "-"))
                    aria-label=format!("Centre {} by the gallery's mean", part.name())
                    title="Centre by the gallery's mean"
                    prop:checked=move || centred.with(|centred| centred[part])
                    disabled=absent
                    on:change:target=move |event| {
                        let on = event.target().checked();
                        centred.update(|centred| centred[part] = on);
                    }
                />
            </div>
        }
    };
    view! {
        <section class="weighing" aria-labelledby="weighing-heading">
            <div class="row">
                <div class="row">
                    <h2 id="weighing-heading">"What FUNGI is made of"</h2>
                    <TermsButton />
                </div>
                <Presets state />
            </div>
            <div class="sliders">{Part::ALL.map(slider).collect_view()}</div>
                <label class="choice" title="Subtracts the gallery's mean from every part of every image, in both columns; the box beside a part does it for that one">
                    <input
                        type="checkbox"
                        role="switch"
                        data-testid="centred"
                        prop:checked=move || centred.with(|centred| centred.iter().all(|(_, on)| *on))
                        on:change:target=move |event| {
                            let on = event.target().checked();
                            centred.set(PartMap::from_fn(|_| on));
                        }
                    />
                    "Centre every part by the gallery's mean"
                </label>
            <ExactSwitch exact=ranking.exact />
        </section>
    }
}
