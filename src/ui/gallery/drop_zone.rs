//! Where images come in: dropped, picked, pasted, or drawn by the program.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{DragEvent, HtmlInputElement};

use super::GalleryState;
use super::files::{self, Dropped};

/// The drop zone with its buttons.
#[component]
pub fn DropZone(state: GalleryState) -> impl IntoView {
    // Enter and leave events come for every child, too: count them.
    let depth = RwSignal::new(0_i32);
    let over = move || depth.get() > 0;
    let reading = RwSignal::new(false);
    let enter = move |event: DragEvent| {
        event.prevent_default();
        depth.update(|depth| *depth += 1);
    };
    let leave = move |_: DragEvent| depth.update(|depth| *depth = (*depth - 1).max(0));
    let drop = move |event: DragEvent| {
        event.prevent_default();
        depth.set(0);
        if let Some(data) = event.data_transfer() {
            let dropped = Dropped::take(&data);
            reading.set(true);
            spawn_local(async move {
                let found = dropped.walk().await;
                reading.set(false);
                if found.is_empty() {
                    state.say_no_file();
                }
                state.add(found).await;
            });
        }
    };
    let picked = move |input: HtmlInputElement| {
        let found = files::listed(input.files());
        // So that the same file can be picked again.
        input.set_value("");
        spawn_local(state.add(found));
    };
    let invitation = move || match (reading.get(), over()) {
        (true, _) => "Reading the folder...",
        (_, true) => "Drop to add them",
        _ => "Drop images or folders here",
    };
    view! {
        <div
            class="drop-zone"
            class:over=over
            data-testid="drop-zone"
            on:dragenter=enter
            on:dragleave=leave
            on:dragover=|event| event.prevent_default()
            on:drop=drop
        >
            <p class="invitation">
                <b>{invitation}</b>
                <span class="quiet">"or paste one. A folder's name becomes its images' label; a CSV file of names and labels may come, too."</span>
            </p>
            <div class="row">
                <label class="button">
                    "Add photos"
                    <input
                        type="file"
                        multiple
                        accept=accepted()
                        data-testid="file-input"
                        on:change:target=move |event| picked(event.target())
                    />
                </label>
                <label class="button">
                    "A folder..."
                    <input type="file" prop:webkitdirectory=true data-testid="folder-input" on:change:target=move |event| picked(event.target()) />
                </label>
                <button
                    type="button"
                    data-testid="sample-set"
                    hidden=move || state.has_standing()
                    disabled=move || state.drawing.get()
                    on:click=move |_| state.add_samples()
                >
                    {move || if state.drawing.get() { "Drawing..." } else { "Sample set" }}
                </button>
            </div>
        </div>
    }
}

/// What the dialogue offers: images, and what was taken away from this page. Phones offer camera and library only where nothing but
/// images is asked for.
fn accepted() -> &'static str {
    let touch = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches());
    if touch { "image/*" } else { "image/*,.zip" }
}
