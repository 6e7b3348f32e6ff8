//! The image, with the views as boxes over it.

use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;

use super::InsideState;
use super::cuts::Cutter;
use super::words;
use crate::fungi::Region;
use crate::gallery::Id;
use crate::ui::canvas;
use crate::ui::numbers::fixed;

/// The image, from its file; from its thumbnail, where the browser can't show the file.
#[component]
pub fn Picture(state: InsideState, id: Id) -> impl IntoView {
    let gallery = state.gallery;
    let (whole, unreadable, ratio) = (gallery.full_size(id), RwSignal::new(false), RwSignal::new(None));
    let shown = gallery.shown(id);
    let source = move || {
        let thumbnail = || shown.as_ref()?.get().thumbnail.map(|url| url.get());
        whole.as_ref().filter(|_| !unreadable.get()).map(|url| url.get()).or_else(thumbnail)
    };
    let loaded = move |image: web_sys::HtmlImageElement| {
        let (width, height) = (image.natural_width(), image.natural_height());
        ratio.set((height > 0).then(|| fixed(f64::from(width) / f64::from(height), 4)));
        let side = state.link.model.with_untracked(|model| model.as_ref().map(|model| model.image));
        state.cutter.set(Cutter::new(&image, side.unwrap_or_default() as u32).map(Rc::new));
    };
    let frame = NodeRef::<html::Div>::new();
    let at = move |event: &web_sys::PointerEvent| {
        let point = canvas::position(event, &*frame.get_untracked()?, (1, 1));
        untrack(|| state.gradient()).and_then(|gradient| Region::at(&gradient.regions, point))
    };
    let about = move || match (state.gradient(), state.marked()) {
        (Some(gradient), Some(view)) if view < gradient.regions.len() => words::view(&gradient, view),
        (Some(_), _) => "Point at a view here or in the list, or go through the list with the arrow keys.".into(),
        _ => String::new(),
    };
    view! {
        <figure class="inside-picture">
            <div
                node_ref=frame
                class="inside-frame"
                style=("--ratio", move || ratio.get())
                on:pointermove=move |event| state.pointed.set(at(&event))
                on:pointerleave=move |_| state.pointed.set(None)
                on:click=move |_| state.chosen.set(state.pointed.get_untracked())
            >
                <img
                    src=source
                    alt="The image"
                    draggable="false"
                    on:load:target=move |event| loaded(event.target())
                    on:error=move |_| unreadable.set(true)
                />
                <Boxes state />
            </div>
            <figcaption class="quiet" data-testid="inside-marked">{about}</figcaption>
        </figure>
    }
}

/// All views' boxes, and the marked one's.
#[component]
fn Boxes(state: InsideState) -> impl IntoView {
    let all = move || state.gradient().map(|gradient| gradient.regions.iter().map(outline).collect::<String>());
    let marked = Memo::new(move |_| Some(*state.gradient()?.regions.get(state.marked()?)?));
    let one = move || marked.get().as_ref().map(outline);
    let around = move || one().map(|path| format!("M0 0H1000V1000H0Z{path}"));
    view! {
        <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
            <path class="below" d=all vector-effect="non-scaling-stroke" />
            <path class="above" d=all vector-effect="non-scaling-stroke" />
            <g data-testid="inside-box" data-region=one>
                <path class="around" d=around fill-rule="evenodd" />
                <path class="below" d=one vector-effect="non-scaling-stroke" />
                <path class="above" d=one vector-effect="non-scaling-stroke" />
            </g>
        </svg>
    }
}

/// A box as an SVG path, in thousandths of the picture.
fn outline(region: &Region) -> String {
    let scaled = |share: f32| fixed(f64::from(share) * 1000.0, 1);
    let (width, height) = (scaled(region.width), scaled(region.height));
    format!("M{} {}h{width}v{height}h-{width}Z", scaled(region.left), scaled(region.top))
}
