//! What the tab shows before there is anything on it.

use leptos::prelude::*;

use super::talk::{self, Asked};
use crate::ui::components::page;

/// What segmentation by painting is, and ways to begin.
#[component]
pub fn Start() -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let drawing = move || studio.asked.with(|all| all.contains(&Asked::Scenes));
    view! {
        <section class="welcome">
            <h2>"Paint a few strokes, and see the rest of a photo sort itself out"</h2>
            <p>
                "Paint some strokes of each class on one or more support photos. Every patch of another photo, the query, then asks the "
                "painted patches that are most like it, once by the embedding and once by FUNGI; nothing is trained. "
                "Both maps stand side by side, and follow every stroke."
            </p>
            <p>
                "A mask that comes with its photo is used: " <code>"cup.mask.png"</code> " beside " <code>"cup.jpg"</code> ", or "
                <code>"masks/cup.png"</code> " in or beside the photos\u{2019} folder. It is a PNG with a colour, a grey or an index for each class."
            </p>
            <div class="row">
                <button type="button" class="main" data-testid="seg-scenes" disabled=drawing on:click=move |_| talk::ask_scenes(page)>
                    {Signal::derive(move || if drawing() { "Drawing the scenes..." } else { "Try the drawn scenes" })}
                </button>
                <span class="quiet">"Three scenes with some strokes, and one to map. Or choose your own images in the gallery."</span>
            </div>
        </section>
    }
}
