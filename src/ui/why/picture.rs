//! One of the two pictures, with what its views add drawn over it. Who points at a view lights up its partners in the
//! other picture; the arrow keys do the same.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use super::WhyState;
use super::facet::Facet;
use super::mark::{Mark, adds, outline, overlay, rectangle};
use super::words::signed_percent;
use crate::fungi::Region;
use crate::gallery::Id;
use crate::ui::canvas;

/// Longer side of the heat in cells; the browser smooths it.
const CELLS: u32 = 128;

/// The picture from its file, or from its thumbnail where the browser can't show the file; heat, views, name.
#[component]
pub fn Picture(state: WhyState, image: usize, id: Memo<Option<Id>>) -> impl IntoView {
    let gallery = state.gallery;
    let at_hand = Memo::new(move |_| id.get().filter(|&id| gallery.is_at_hand(id)));
    let whole = Memo::new(move |_| gallery.full_size(at_hand.get()?));
    let unreadable = RwSignal::new(None);
    let source = move || {
        let id = id.get()?;
        let thumbnail = || Some(gallery.shown(id)?.get().thumbnail?.get());
        if unreadable.get() == Some(id) { thumbnail() } else { whole.get().map(|url| url.get()).or_else(thumbnail) }
    };
    let shown = move || id.get().and_then(|id| gallery.shown(id)).map(|shown| shown.get());
    let words = move || {
        shown().map_or_else(String::new, |shown| match shown.label.is_empty() {
            true => shown.name,
            false => format!("{} ({})", shown.name, shown.label),
        })
    };
    let size = Memo::new(move |_| shown().and_then(|shown| shown.size).unwrap_or((1, 1)));
    let ratio = move || {
        let (width, height) = size.get();
        format!("{width} / {height}")
    };
    let tall = move || {
        let (width, height) = size.get();
        // In thousandths: the page prints no floats.
        format!("{}", u64::from(width) * 1000 / u64::from(height.max(1)))
    };
    let layer = NodeRef::<html::Canvas>::new();
    let over = Memo::new(move |_| {
        if !state.drawn.get() {
            return None;
        }
        let (facet, mark, (width, height)) = (state.facet.get(), state.mark.get(), size.get());
        let cells = |side: u32| (side * CELLS / width.max(height).max(1)).max(1) as usize;
        state.explained(|explained| {
            let size = (cells(width), cells(height));
            state
                .strongest
                .with(|strongest| overlay(&explained.parts, facet, &state.weights.get(), strongest, mark, image, size))
        })
    });
    Effect::new(move |_| {
        let Some(layer) = layer.get() else { return };
        over.with(|over| match over {
            Some(over) => {
                let size = (over.heat.width as u32, over.heat.height as u32);
                canvas::resize(&layer, size);
                canvas::put(&layer, &over.heat.rgba(), (0, 0), size);
            }
            // Another size empties it.
            None => canvas::resize(&layer, (1, 1)),
        });
    });
    let lines = move || {
        let facet = state.facet.get();
        let drawn = state.drawn.get();
        state
            .explained(|explained| facet.part(&explained.parts).filter(|_| drawn).map(|of| outline(of, image)))
            .flatten()
    };
    let boxes = move || {
        over.with(|over| over.as_ref().map(|over| over.boxes.iter().map(|at| rectangle(*at)).collect::<String>()))
    };
    let probe = NodeRef::<html::Div>::new();
    let point = move |event: PointerEvent| {
        let Some(element) = probe.get_untracked() else { return };
        let at = canvas::position(&event, &element, (1, 1));
        let view = with_part(state, |of| Region::at(&of.regions[image], at)).flatten();
        put_mark(state, view.map(|view| Mark::View { image, view }));
    };
    let count = Memo::new(move |_| {
        state.facet.track();
        state.answer.track();
        with_part(state, |of| of.regions[image].len()).unwrap_or(0)
    });
    let several = move || count.get() > 1;
    let marked = Memo::new(move |_| match state.mark.get() {
        Some(Mark::View { image: own, view }) if own == image => Some(view),
        _ => None,
    });
    let steer = move |event: KeyboardEvent| {
        let (at, count) = (marked.get_untracked(), count.get_untracked());
        let goal = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => at.map_or(0, |at| at + 1),
            "ArrowLeft" | "ArrowDown" => at.map_or(0, |at| at.saturating_sub(1)),
            "Home" => 0,
            "End" => count.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        put_mark(state, (count > 0).then(|| Mark::View { image, view: goal.min(count - 1) }));
    };
    let told = move || {
        let view = marked.get()?;
        let (name, share) = with_part(state, |of| adds(of, image, view)).flatten()?;
        Some(format!("{name}: {} of the likeness", signed_percent(share)))
    };
    view! {
        <figure>
            <div class="stage" style:aspect-ratio=ratio style=("--wide", tall)>
                <img src=source alt=words on:error=move |_| unreadable.set(id.get_untracked()) />
                <canvas node_ref=layer aria-hidden="true" data-testid=format!("why-heat-{image}")></canvas>
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">
                    <path class="views" d=lines />
                    <path class="marked under" d=boxes />
                    <path class="marked" d=boxes data-testid=format!("why-boxes-{image}") />
                </svg>
                <div
                    node_ref=probe
                    class="probe"
                    role="slider"
                    tabindex=move || if several() { "0" } else { "-1" }
                    data-testid=format!("why-probe-{image}")
                    aria-label=move || format!("Views of {}", words())
                    aria-hidden=move || (!several()).then_some("true")
                    aria-valuemin="1"
                    aria-valuemax=count
                    aria-valuenow=move || marked.get().map_or(1, |view| view + 1)
                    aria-valuetext=move || told().unwrap_or_else(|| "none marked".into())
                    on:pointermove=point
                    on:pointerdown=point
                    on:pointerleave=move |_| put_mark(state, None)
                    on:keydown=steer
                    on:blur=move |_| put_mark(state, None)
                ></div>
            </div>
            <figcaption>
                {words}
                <span class="quiet" data-testid=format!("why-told-{image}")>{move || told().map(|told| format!(" · {told}"))}</span>
            </figcaption>
        </figure>
    }
}

/// Reads the part that is taken apart, if it is one (untracked).
fn with_part<T>(state: WhyState, read: impl FnOnce(&crate::fungi::Explanation) -> T) -> Option<T> {
    let facet: Facet = state.facet.get_untracked();
    untrack(|| state.explained(|explained| facet.part(&explained.parts).map(read)).flatten())
}

fn put_mark(state: WhyState, mark: Option<Mark>) {
    if state.mark.get_untracked() != mark {
        state.mark.set(mark);
    }
}
