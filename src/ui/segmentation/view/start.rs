//! What the tab shows while it is empty.

use leptos::prelude::*;

use crate::ui::segmentation::sync::EngineSync;

/// An introduction to segmentation by painting, and ways to begin.
#[component]
pub fn Start(
    /// The link to the engine.
    sync: EngineSync,
) -> impl IntoView {
    let drawing = move || sync.drawing.get();
    view! {
        <section class="welcome">
            <h2>"Paint a few strokes, and see another photo segmented"</h2>
            <ol>
                <li>"Choose an example in the gallery and paint on it: some strokes of each class."</li>
                <li>
                    "Choose a photo to map. Each of its patches takes the class of the painted patches most like it, once by the embedding and "
                    "once by FUNGI. Nothing is trained. Both maps appear side by side, and follow every stroke."
                </li>
            </ol>
            <p>
                "A mask that comes with its photo is used: " <code>"cup.mask.png"</code> " beside " <code>"cup.jpg"</code> ", or "
                <code>"masks/cup.png"</code> " in or beside the photos\u{2019} folder. It is a PNG with a colour, a grey level or an index for each class."
            </p>
            <div class="row">
                <button type="button" class="main" data-testid="seg-scenes" disabled=drawing on:click=move |_| sync.load_scenes()>
                    {Signal::derive(move || if drawing() { "Drawing the scenes..." } else { "Try the drawn scenes" })}
                </button>
                <span class="quiet">"Three scenes with some strokes, and three to map. Or choose your own images in the gallery."</span>
            </div>
        </section>
    }
}
