//! What the marks stand for. A label's line brings its images to the foreground.

use leptos::prelude::*;

use super::colours::{Colours, css};
use super::groups::Group;
use super::marks::Mark;
use super::state::{MapState, Side};
use crate::ui::numbers::fixed;

/// The legend of one map, or of both where they are marked alike.
#[component]
pub fn Legend(state: MapState, side: Side, colours: RwSignal<Colours>) -> impl IntoView {
    let groups = Memo::new(move |_| side.groups.with(|groups| groups.all.clone()));
    view! {
        <ul class="map-legend" data-testid=format!("map-legend-{}", side.place)>
            {move || groups.get().into_iter().map(|group| view! { <li><Entry state group colours /></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn Entry(state: MapState, group: Group, colours: RwSignal<Colours>) -> impl IntoView {
    let Group { name, label, mark, count } = group;
    let words = view! {
        <MarkSign mark colours />
        <span>{name}</span>
        <span class="quiet">{count}</span>
    };
    match label {
        Some(label) => {
            let (shown, chosen) = (label.clone(), label);
            view! {
                <button
                    type="button"
                    class="small"
                    aria-pressed=move || if state.lit.with(|lit| lit.as_ref() == Some(&shown)) { "true" } else { "false" }
                    on:click=move |_| {
                        let chosen = chosen.clone();
                        state.lit.update(move |lit| *lit = if lit.as_ref() == Some(&chosen) { None } else { Some(chosen) });
                    }
                >
                    {words}
                </button>
            }
            .into_any()
        }
        None => view! { <span class="map-group">{words}</span> }.into_any(),
    }
}

/// A mark as on the maps.
#[component]
fn MarkSign(mark: Mark, colours: RwSignal<Colours>) -> impl IntoView {
    let scale = if mark.small { 4.5 } else { 6.0 };
    let corner = |(x, y): (f32, f32)| {
        format!("{},{}", fixed(f64::from(x) * scale + 8.0, 2), fixed(f64::from(y) * scale + 8.0, 2))
    };
    let points = mark.corners().into_iter().map(corner).collect::<Vec<_>>().join(" ");
    let colour = move || css(colours.get().palette[mark.colour]);
    view! {
        <svg class="map-mark" viewBox="0 0 16 16" aria-hidden="true">
            <polygon points=points fill=move || if mark.hollow { "none".to_owned() } else { colour() } stroke=colour stroke-width=if mark.hollow { "2" } else { "0" } />
        </svg>
    }
}
