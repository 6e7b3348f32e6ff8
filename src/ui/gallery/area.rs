//! The gallery: a place to drop images, and the images.

use leptos::prelude::*;

use super::GalleryState;
use super::drop_zone::DropZone;
use super::grid::Grid;
use super::inspector::Inspector;
use super::label_panel::LabelPanel;
use super::label_reports::LabelReports;
use super::problems::Problems;
use super::progress::ProgressBar;

/// Drop zone, progress, images, what could not be read; `children` come last.
#[component]
pub fn GalleryArea(state: GalleryState, children: Children) -> impl IntoView {
    let empty = move || state.ids.with(Vec::is_empty);
    let heading = move || match state.ids.with(Vec::len) {
        0 => "Gallery".to_owned(),
        1 => "Gallery: 1 image".to_owned(),
        n => format!("Gallery: {n} images"),
    };
    view! {
        <aside class="gallery" aria-labelledby="gallery-heading">
            <div class="row">
                <h2 id="gallery-heading">{heading}</h2>
                <button
                    type="button"
                    data-testid="undo"
                    disabled=move || state.undo.with(Option::is_none)
                    title=move || state.undo.get()
                    on:click=move |_| state.undo()
                >
                    "Undo"
                </button>
                <button type="button" data-testid="clear" disabled=empty on:click=move |_| state.clear()>"Clear"</button>
            </div>
            <DropZone state />
            <ProgressBar state />
            <Problems state />
            <LabelReports state />
            <LabelPanel state />
            <Grid state />
            <Inspector state />
            {children()}
        </aside>
    }
}
