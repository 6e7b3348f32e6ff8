//! What is shown on a first visit.

use leptos::prelude::*;

use crate::ui::gallery::GalleryState;
use crate::ui::icons::Mark;
use crate::ui::terms::TermsButton;

/// What this is for, and a way to begin. `index.html` says the same before the program is there.
#[component]
pub fn Welcome(gallery: GalleryState) -> impl IntoView {
    view! {
        <section class="welcome">
            <Mark gills=48 />
            <h2>"Does this model find better look-alikes when it also uses its gradients? Try your own photos."</h2>
            <p>
                "Add some photos and choose one: the page shows which others a small vision transformer takes for the most similar, "
                "on the left by its plain embedding, on the right by FUNGI, the embedding together with the model's gradients. "
                "With labels, it counts which of the two is right more often. "
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
                <TermsButton words="What is FUNGI?" />
                <span class="quiet">"64 images in 8 classes, drawn by the program itself."</span>
            </div>
        </section>
    }
}

/// The same in short, above the sample set as it stands there on a first visit.
#[component]
pub fn Greeting() -> impl IntoView {
    view! {
        <div class="greeting" data-testid="greeting">
            <h2>"Does this model find better look-alikes when it also uses its gradients?"</h2>
            <p>
                "Try your own photos: they take the place of these drawings, and never leave this browser. "
                <TermsButton words="What is FUNGI?" />
            </p>
        </div>
    }
}
