//! A photo under one feature: its map or its strokes or, while a patch is pointed at, the similarities of its patches
//! to it.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use crate::ui::canvas;
use crate::ui::numbers::fixed;
use crate::ui::segmentation::paint::{Area, LabelStyle, frame, label_pixels, move_cursor, patch_at, similarity_pixels};
use crate::ui::segmentation::state::{Feature, SegmentationState, TabPhoto};
use crate::ui::segmentation::sync::EngineSync;

/// A photo under one feature.
#[component]
pub fn FeatureView(
    /// The link to the engine.
    sync: EngineSync,
    /// The photo.
    photo: TabPhoto,
    /// The feature.
    feature: Feature,
    /// Whether it shows the query's map; otherwise it shows the photo's labels.
    mapped: bool,
    /// The text for screen readers.
    #[prop(into)]
    summary: Signal<String>,
) -> impl IntoView {
    let state = sync.state;
    let TabPhoto { id, name, opened, size, url, .. } = photo.clone();
    let element = NodeRef::<html::Div>::new();
    let is_compared =
        Memo::new(move |_| state.similarity.with(|map| map.as_ref().is_some_and(|map| map.of(id, feature).is_some())));
    let labels = draw_labels(state, photo, feature, mapped);
    let similarities = draw_similarities(state, id, feature);

    let point = {
        let opened = opened.clone();
        move |event: &PointerEvent| {
            if let (Some(element), Some(opened)) = (element.get_untracked(), opened.get_untracked()) {
                let at = canvas::position(event, &element, opened.size);
                sync.point_at(id, patch_at(at, opened.size, opened.grid));
            }
        }
    };
    // A finger that scrolls past must not start a comparison.
    let hovers = |event: &PointerEvent| event.pointer_type() != "touch";
    let hover = point.clone();
    let press = {
        let opened = opened.clone();
        move |event: KeyboardEvent| {
            let Some(grid) = opened.get_untracked().map(|opened| opened.grid) else { return };
            if event.key() == "Escape" {
                return state.clear_similarity();
            }
            let at = state.pointed.get_untracked().filter(|(photo, _)| *photo == id).map(|(_, patch)| patch);
            if let Some(goal) = move_cursor(&event.key(), at, grid, event.shift_key()) {
                event.prevent_default();
                sync.point_at(id, goal);
            }
        }
    };
    let ratio = move || size.get().map(|(width, height)| fixed(f64::from(width) / f64::from(height), 4));
    let marked = move || {
        let (photo, patch) = state.pointed.get()?;
        let grid = opened.get()?.grid;
        (photo == id).then(|| frame(patch, grid))
    };
    let maps = move || state.present_maps().filter(|_| mapped);
    let score = move || maps().and_then(|shown| feature.of(&shown.maps).score.as_ref().map(|score| score.mean));
    let ready = move || mapped.then(|| if maps().is_some() { "true" } else { "false" });
    let kind = if mapped { "map" } else { "support" };
    view! {
        <div
            class="seg-stage"
            node_ref=element
            tabindex="0"
            role="application"
            aria-label=format!("{name} under {}. Arrow keys show what a patch resembles, Escape ends it.", feature.name())
            data-testid=format!("seg-{kind}-{}", feature.key())
            data-ready=ready
            data-maps=Signal::derive(move || maps().map(|shown| shown.number))
            data-iou=Signal::derive(move || score().map(|mean| fixed(f64::from(mean), 4)))
            data-heat=Signal::derive(move || if is_compared.get() { "true" } else { "false" })
            style=("--ratio", ratio)
            on:pointermove=move |event| if hovers(&event) { hover(&event) }
            on:pointerdown=move |event| point(&event)
            on:pointerleave=move |event| if hovers(&event) { state.clear_similarity() }
            on:blur=move |_| state.clear_similarity()
            on:keydown=press
        >
            <div role="img" aria-label=summary>
                <img src=url.get() alt="" draggable="false" />
                <canvas node_ref=labels class:hot=is_compared></canvas>
                <canvas node_ref=similarities class="seg-heat" hidden=move || !is_compared.get()></canvas>
            </div>
            {move || marked().map(|inset| view! { <span class="seg-cursor" style:inset=inset></span> })}
        </div>
    }
}

/// A canvas that shows a photo's map, as it is looked at now, or its labels.
pub fn draw_labels(state: SegmentationState, photo: TabPhoto, feature: Feature, mapped: bool) -> NodeRef<html::Canvas> {
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let palette = state.palette();
        let (opacity, outline) = (state.opacity.get(), state.outline.get() || !mapped);
        let Some(canvas) = node.get() else { return };
        let draw = |labels: &[u8], size: (u32, u32)| {
            canvas::resize(&canvas, size);
            if labels.len() == size.0 as usize * size.1 as usize {
                let (area, style) = (Area::whole(size), LabelStyle { palette: &palette, opacity, outline });
                canvas::put(
                    &canvas,
                    &label_pixels(labels, size, area, &style),
                    (area.x, area.y),
                    (area.width, area.height),
                );
            }
        };
        if !mapped {
            photo.layer.with(|layer| draw(&layer.mask().labels, layer.size()));
        } else if let Some((labels, size)) = state.shown_labels(feature) {
            draw(&labels, size);
        } else {
            canvas::resize(&canvas, (1, 1));
        }
    });
    node
}

/// A canvas that shows the similarities of a photo's patches to the one that is pointed at.
fn draw_similarities(state: SegmentationState, id: u32, feature: Feature) -> NodeRef<html::Canvas> {
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let (Some(canvas), Some(map)) = (node.get(), state.similarity.get()) else { return };
        if let Some((grid, cosines)) = map.of(id, feature) {
            let size = (grid as u32, grid as u32);
            canvas::resize(&canvas, size);
            canvas::put(&canvas, &similarity_pixels(cosines, map.low(feature)), (0, 0), size);
        }
    });
    node
}
