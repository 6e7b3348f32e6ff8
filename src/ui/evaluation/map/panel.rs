//! One map: what it is made of, the map itself, what is under the pointer.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::IntersectionObserver;

use super::camera::Camera;
use super::colours::Colours;
use super::painter::Painter;
use super::pointer::Pointer;
use super::state::{MapState, Side};
use super::thumbnails::Thumbnails;
use super::words::{self, Progress};
use crate::retrieval::FeatureSet;
use crate::ui::numbers::fixed;

/// One map.
#[component]
pub fn Panel(
    /// Both maps.
    state: MapState,
    /// This one.
    side: Side,
    /// The feature sets to choose from.
    sets: Signal<Vec<FeatureSet>>,
    /// Chooses one.
    choose: Callback<(usize, FeatureSet)>,
    /// The page's colours.
    colours: RwSignal<Colours>,
    /// Pictures.
    thumbnails: Thumbnails,
) -> impl IntoView {
    let painter = Painter::new(state, side, colours, thumbnails);
    painter.follow();
    draw_when_resized(painter);
    let pointer = Pointer { state, side, painter };
    let name = if side.place == 0 { "Left map" } else { "Right map" };
    let selected_here = Memo::new(move |_| {
        let layout = side.layout.get();
        state.gallery.selected.with(|selected| selected.iter().filter(|&&id| layout.position(id).is_some()).count())
    });
    let summary = move || {
        let images = side.layout.with(|layout| layout.ids().len());
        words::summary(&side.set.with(words::title), state.method.get().name(), images, selected_here.get())
    };
    let caption = move || match state.gallery.hovered.get() {
        Some(id) if side.layout.with(|layout| layout.position(id).is_some()) => {
            let vote = side.votes.with(|votes| votes.get(&id).cloned());
            let of = state.described.with(|all| all.get(&id).cloned().unwrap_or_default());
            words::image(&of.name, &of.label, vote.as_deref())
        }
        _ => String::new(),
    };
    let testid = move |what: &str| format!("map-{what}-{}", side.place);
    let help = format!("map-help-{}", side.place);
    view! {
        <section class="map" aria-label=name data-testid=testid("panel")>
            <div class="row map-head">
                <SetChoice side sets choose name />
                <span class="map-zoom">
                    <button type="button" class="small" aria-label=format!("{name}: larger") data-testid=testid("larger") on:click=move |_| pointer.zoom(1.5)>"+"</button>
                    <button type="button" class="small" aria-label=format!("{name}: smaller") data-testid=testid("smaller") on:click=move |_| pointer.zoom(1.0 / 1.5)>"\u{2212}"</button>
                    <button type="button" class="small" data-testid=testid("whole") on:click=move |_| side.camera.set(Camera::default())>"Whole"</button>
                </span>
            </div>
            <div
                class="map-stage"
                class:draws=move || state.lasso.get()
                node_ref=painter.stage
                tabindex="0"
                role="application"
                aria-label=summary
                aria-describedby=help.clone()
                data-testid=testid("stage")
                data-zoom=move || fixed(side.camera.get().zoom.into(), 2)
                data-method=move || side.made.get().map(|method| method.key())
                data-images=move || side.layout.with(|layout| layout.ids().len())
                on:pointerdown=move |event| pointer.down(&event)
                on:pointermove=move |event| pointer.moved(&event)
                on:pointerup=move |event| pointer.up(&event)
                on:pointercancel=move |_| pointer.cancel()
                on:pointerleave=move |_| pointer.leave()
                on:dblclick=move |event| pointer.double_click(&event)
                on:wheel=move |event| pointer.wheel(&event)
                on:keydown=move |event| pointer.key(&event)
            >
                <canvas node_ref=painter.base aria-hidden="true"></canvas>
                <canvas node_ref=painter.over aria-hidden="true"></canvas>
            </div>
            <p class="unseen" id=help>
                "Arrow keys move the map, plus and minus zoom, 0 shows it whole. Shift and an arrow go from image to image, Space selects, Enter makes the image the query, Escape clears the selection. The table below the maps lists the images."
            </p>
            <p class="quiet map-caption" data-testid=testid("caption")>{caption}</p>
            <Status state side />
        </section>
    }
}

/// Which feature set the map is made of.
#[component]
fn SetChoice(
    side: Side,
    sets: Signal<Vec<FeatureSet>>,
    choose: Callback<(usize, FeatureSet)>,
    name: &'static str,
) -> impl IntoView {
    // Where the chosen one is among them; it may be another's choice that is not listed.
    let place = move || {
        sets.with(|sets| {
            side.set.with(|set| sets.iter().position(|other| other.name == set.name && other.centred == set.centred))
        })
    };
    view! {
        <label class="choice map-set">
            <span class="unseen">{format!("{name}: feature set")}</span>
            <select
                data-testid=format!("map-set-{}", side.place)
                prop:value=move || place().map(|place| place.to_string()).unwrap_or_default()
                on:change:target=move |event| {
                    let chosen = event.target().value().parse().ok().and_then(|place: usize| sets.with_untracked(|sets| sets.get(place).cloned()));
                    if let Some(chosen) = chosen {
                        choose.run((side.place, chosen));
                    }
                }
            >
                {move || {
                    let chosen = place();
                    sets.with(|sets| {
                        let option = |(at, set): (usize, &FeatureSet)| view! { <option value=at selected=chosen == Some(at)>{words::title(set)}</option> };
                        sets.iter().enumerate().map(option).collect_view()
                    })
                }}
            </select>
        </label>
    }
}

/// How far t-SNE is. Its line is kept free, so that nothing below it moves.
#[component]
fn Status(state: MapState, side: Side) -> impl IntoView {
    let share = Memo::new(move |_| match side.progress.get() {
        Progress::Step { done, all, .. } if all > 0 => Some(done as f64 / all as f64),
        _ => None,
    });
    let stoppable = Memo::new(move |_| side.progress.with(|progress| matches!(progress, Progress::Step { .. })));
    view! {
        <div class="row map-status" data-testid=format!("map-status-{}", side.place) data-state=move || side.progress.with(Progress::key)>
            <progress
                aria-label="t-SNE"
                max="1"
                hidden=move || share.get().is_none()
                prop:value=move || share.get().unwrap_or_default()
            ></progress>
            <span class="quiet">{move || side.progress.with(Progress::words)}</span>
            <button
                type="button"
                class="small"
                data-testid=format!("map-stop-{}", side.place)
                hidden=move || !stoppable.get()
                on:click=move |_| state.stop()
            >
                "Stop"
            </button>
        </div>
    }
}

/// Draws again when the window or the stage's place in it changes, and when the tab is shown.
fn draw_when_resized(painter: Painter) {
    let _ = window_event_listener(leptos::ev::resize, move |_| painter.draw(true));
    Effect::new(move |_| {
        let Some(stage) = painter.stage.get() else { return };
        // Lives as long as the page does.
        let seen = Closure::<dyn FnMut()>::new(move || painter.draw(true)).into_js_value();
        if let Ok(observer) = IntersectionObserver::new(seen.unchecked_ref()) {
            observer.observe(&stage);
        }
    });
}
