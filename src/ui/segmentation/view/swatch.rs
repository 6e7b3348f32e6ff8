//! A class's colour and pattern.

use leptos::html;
use leptos::prelude::*;

use crate::ui::canvas;
use crate::ui::segmentation::paint::{Area, LabelStyle, label_pixels};
use crate::ui::segmentation::state::SegmentationState;

/// Its side in pixels.
const SIDE: u32 = 24;

/// A class's colour and pattern.
#[component]
pub fn Swatch(
    /// The tab's state.
    state: SegmentationState,
    /// The class.
    id: u8,
) -> impl IntoView {
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let palette = state.palette();
        if let Some(node) = node.get() {
            let size = (SIDE, SIDE);
            let style = LabelStyle { palette: &palette, opacity: 1.0, outline: false };
            let labels = [id; (SIDE * SIDE) as usize];
            canvas::resize(&node, size);
            canvas::put(&node, &label_pixels(&labels, size, Area::whole(size), &style), (0, 0), size);
        }
    });
    view! { <canvas class="seg-swatch" node_ref=node aria-hidden="true"></canvas> }
}
