//! Keeps track of which images of the grid are on screen, and which are near: the first are computed before the rest, the others
//! drawn.

use std::collections::BTreeSet;
use std::ops::Range;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, HtmlElement, IntersectionObserver};

use super::on_screen::{Layout, around};
use crate::gallery::Id;

/// Images before and behind what is on screen that count as near: some screens full.
const NEAR: usize = 200;

/// Keeps `on_screen` and `near` up to date, given the grid's images: looks again when the list, the scroll position or the window's
/// size changes, and when the grid comes into view; once a frame at most.
pub fn follow(
    grid: NodeRef<leptos::html::Ul>,
    ids: RwSignal<Vec<Id>>,
    on_screen: RwSignal<BTreeSet<Id>>,
    near: RwSignal<BTreeSet<Id>>,
) {
    let due = StoredValue::new(false);
    let look = move || {
        if due.try_update_value(|due| std::mem::replace(due, true)) == Some(false) {
            request_animation_frame(move || {
                due.set_value(false);
                let Some(grid) = grid.get_untracked() else { return };
                let (shown, around) = ids.with_untracked(|ids| {
                    let cells = shown(&grid, ids.len());
                    let around = around(cells.clone(), NEAR, ids.len());
                    [cells, around].map(|cells| ids[cells].iter().copied().collect::<BTreeSet<Id>>()).into()
                });
                for (signal, now) in [(on_screen, shown), (near, around)] {
                    if signal.with_untracked(|before| *before != now) {
                        signal.set(now);
                    }
                }
            });
        }
    };
    Effect::new(move |_| {
        ids.track();
        look();
    });
    Effect::new(move |_| {
        let Some(grid) = grid.get() else { return };
        // Both live as long as the page does.
        let moved = Closure::<dyn FnMut()>::new(look).into_js_value();
        let moved: &js_sys::Function = moved.unchecked_ref();
        // Captured, since elements that scroll tell nobody else. Without listeners, images go in the order they were added.
        let _ = window().add_event_listener_with_callback_and_bool("scroll", moved, true);
        let _ = window().add_event_listener_with_callback("resize", moved);
        if let Ok(observer) = IntersectionObserver::new(moved) {
            observer.observe(&grid);
        }
    });
}

/// The grid's cells, of `count`, that are on screen.
fn shown(grid: &HtmlElement, count: usize) -> Range<usize> {
    let Some(layout) = layout(grid) else { return 0..0 };
    let frame = grid.get_bounding_client_rect();
    let height = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let scrolled = f64::from(grid.scroll_top()) - frame.top();
    layout.cells(frame.top().max(0.0) + scrolled, frame.bottom().min(height) + scrolled, count)
}

/// How the grid's cells lie: as many are in a row as are level with the first.
pub fn layout(grid: &Element) -> Option<Layout> {
    let mut cells = std::iter::successors(grid.first_element_child(), Element::next_element_sibling)
        .filter_map(|cell| cell.dyn_into::<HtmlElement>().ok())
        // The rubber band lies among them.
        .filter(|cell| cell.has_attribute("data-key"));
    let first = cells.next()?;
    let (top, left, mut columns) = (first.offset_top(), first.offset_left(), 1);
    let size = (first.offset_width(), first.offset_height());
    let mut across = size.0;
    let next = cells.find(|cell| {
        if cell.offset_top() != top {
            return true;
        }
        if columns == 1 {
            across = cell.offset_left() - left;
        }
        columns += 1;
        false
    });
    let pitch = next.map_or(size.1, |next| next.offset_top() - top);
    Some(Layout {
        columns,
        top: top.into(),
        pitch: pitch.into(),
        left: left.into(),
        across: across.into(),
        size: (size.0.into(), size.1.into()),
    })
}
