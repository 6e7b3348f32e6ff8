//! The gallery: a place to drop images, and the images.

use leptos::prelude::*;

use super::drop_zone::DropZone;
use super::grid::Grid;
use super::inspector::Inspector;
use super::page;
use super::problems::Problems;
use super::progress::ProgressBar;
use crate::ui::state::Undo;

/// Drop zone, progress, images, what could not be read.
#[component]
pub fn GalleryArea() -> impl IntoView {
    let page = page();
    let empty = move || page.photos.with(Vec::is_empty);
    let heading = move || match page.photos.with(Vec::len) {
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
                    disabled=move || page.undo.with(Vec::is_empty)
                    title=move || page.undo.with(|all| all.last().map(Undo::describe))
                    on:click=move |_| page.undo_last()
                >
                    "Undo"
                </button>
                <button type="button" data-testid="clear" disabled=empty on:click=move |_| page.clear()>"Clear"</button>
            </div>
            <DropZone />
            <ProgressBar />
            <Problems />
            <Grid />
            <Inspector />
        </aside>
    }
}
