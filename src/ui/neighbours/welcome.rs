//! What is shown on a first visit.

use leptos::prelude::*;

use crate::ui::gallery::GalleryState;
use crate::ui::icons::Mark;

/// Three sentences and a way to begin.
#[component]
pub fn Welcome(gallery: GalleryState) -> impl IntoView {
    view! {
        <section class="welcome">
            <Mark gills=48 />
            <h2>"What do gradients add to a frozen vision transformer?"</h2>
            <p>
                "Give this page some images, and a small transformer computes two descriptions of each: its plain embedding, and FUNGI, "
                "the embedding together with the gradients of three self-supervised objectives. "
                "Choose one image as the query, and its nearest neighbours under both descriptions appear side by side, "
                "with threads that show which images moved up and which moved down. "
                "Everything is computed here, in your browser; no image is sent anywhere."
            </p>
            <div class="row">
                <button
                    type="button"
                    class="main"
                    data-testid="try-sample"
                    disabled=move || gallery.drawing.get()
                    on:click=move |_| gallery.add_samples()
                >
                    {move || if gallery.drawing.get() { "Drawing the sample set..." } else { "Try the sample set" }}
                </button>
                <span class="quiet">"64 images in 8 classes, drawn by the program itself."</span>
            </div>
        </section>
    }
}
