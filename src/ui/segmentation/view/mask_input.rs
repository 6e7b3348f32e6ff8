//! A button that loads a mask file for a photo.

use leptos::prelude::*;

use crate::ui::segmentation::state::{SegmentationState, TabPhoto};

/// A button that loads a mask file.
#[component]
pub fn MaskInput(
    /// The tab's state.
    state: SegmentationState,
    /// The photo that the mask belongs to.
    photo: TabPhoto,
    /// The button's text.
    #[prop(into)]
    text: Signal<&'static str>,
    /// Its test id.
    testid: &'static str,
) -> impl IntoView {
    view! {
        <label class="button small" title="Load its labels from a PNG">
            {text}
            <input
                type="file"
                accept="image/png"
                data-testid=testid
                on:change:target=move |event| {
                    let input = event.target();
                    if let Some(file) = input.files().and_then(|files| files.item(0)) {
                        state.load_mask(&photo, file);
                    }
                    // So that the same file can be picked again.
                    input.set_value("");
                }
            />
        </label>
    }
}
