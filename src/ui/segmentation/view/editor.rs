//! A support photo to paint on.

use leptos::prelude::*;

use super::keyboard::Keyboard;
use super::mask_input::MaskInput;
use super::painter::Painter;
use super::pointer::Pointer;
use crate::ui::icons::{CROSS, Sign};
use crate::ui::numbers::{fixed, percent};
use crate::ui::segmentation::paint::{LabelLayer, Zoom, frame};
use crate::ui::segmentation::state::{SegmentationState, TabPhoto};

/// One support photo with its strokes.
#[component]
pub fn Editor(
    /// The tab's state.
    state: SegmentationState,
    /// The photo.
    photo: TabPhoto,
) -> impl IntoView {
    let TabPhoto { id, name, layer, open_error, mask_error, mask_note, .. } = photo.clone();
    let share = {
        let layer = layer.clone();
        Memo::new(move |_| layer.with(LabelLayer::labelled_share))
    };
    let condition = {
        let (opened, open_error) = (photo.opened.clone(), open_error.clone());
        Memo::new(move |_| match (open_error.with(Option::is_some), opened.with(Option::is_some)) {
            (true, _) => "failed",
            (_, true) => "open",
            _ => "waiting",
        })
    };
    let description = move || match (condition.get(), share.get()) {
        ("waiting", 0.0) => "Its patch features are being computed. Paint meanwhile.".to_owned(),
        ("waiting", share) => format!("{} painted. Its patch features are being computed.", percent(share)),
        ("failed", _) => String::new(),
        (_, 0.0) => "Nothing painted yet.".into(),
        (_, share) => format!("{} painted.", percent(share)),
    };
    let error = move || open_error.get().or_else(|| mask_error.get());
    let wiped = photo.clone();
    let clear = move |_| state.change_labels(&wiped, "wiping", LabelLayer::clear);
    view! {
        <article
            class="seg-editor"
            data-testid="seg-support"
            data-name=name.clone()
            data-state=move || condition.get()
            data-painted=Signal::derive(move || fixed(f64::from(share.get()), 5))
        >
            <div class="row">
                <h3>{name.clone()}</h3>
                <button
                    type="button"
                    class="remove"
                    aria-label=format!("Remove {name} from the support photos")
                    on:click=move |_| state.remove_support(id)
                >
                    <Sign path=CROSS />
                </button>
            </div>
            <PaintedPhoto state photo=photo.clone() />
            {move || error().map(|reason| view! { <p class="failure" role="alert" data-testid="seg-error">{reason}</p> })}
            {move || mask_note.get().map(|note| view! { <p class="quiet" role="status" data-testid="seg-mask-note">{note}</p> })}
            <div class="row">
                <span class="quiet">{description}</span>
                <MaskInput state photo text="Mask..." testid="seg-mask-input" />
                <button type="button" class="small" on:click=clear>"Wipe"</button>
            </div>
        </article>
    }
}

/// The photo itself, which accepts strokes and keys.
#[component]
fn PaintedPhoto(state: SegmentationState, photo: TabPhoto) -> impl IntoView {
    let TabPhoto { name, size, layer, url, .. } = photo.clone();
    let seen = photo.clone();
    let painter = Painter::new(state, photo);
    let Painter { frame: element, paper, zoom, canvas, cursor, .. } = painter;
    let announcement = RwSignal::new(String::new());
    let pointer = Pointer::new(painter.clone());
    let (down, moved, up, cancel) = (pointer.clone(), pointer.clone(), pointer.clone(), pointer);
    let keyboard = Keyboard { painter: painter.clone(), announcement };
    Effect::new(move |_| {
        layer.track();
        state.classes.track();
        if canvas.get().is_some() {
            painter.draw_all();
        }
    });
    let ratio = move || size.get().map(|(width, height)| fixed(f64::from(width) / f64::from(height), 4));
    let marked = move || Some(frame(cursor.get()?, state.grid()));
    view! {
        <div
            class="seg-stage paints"
            node_ref=element
            tabindex="0"
            role="application"
            aria-label=format!("Paint on {name}. Arrow keys move from patch to patch, Enter paints, Delete erases, digits choose a class.")
            style=("--ratio", ratio)
            on:pointerdown=move |event| down.down(&event)
            on:pointermove=move |event| moved.moved(&event)
            on:pointerup=move |event| up.up(&event)
            on:pointercancel=move |event| cancel.cancel(&event)
            on:keydown=move |event| keyboard.press(&event)
            on:blur=move |_| cursor.set(None)
        >
            <div
                class="seg-paper"
                node_ref=paper
                style:transform=move || zoom.get().transform()
                data-scale=move || fixed(f64::from(zoom.get().scale), 2)
            >
                <img
                    src=url.get()
                    alt=""
                    draggable="false"
                    on:load:target=move |event| {
                        let picture = event.target();
                        seen.seen((picture.natural_width(), picture.natural_height()));
                    }
                />
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                {move || marked().map(|inset| view! { <span class="seg-cursor" style:inset=inset></span> })}
            </div>
            <button
                type="button"
                class="small seg-whole"
                data-testid="seg-whole"
                hidden=move || zoom.get() == Zoom::default()
                on:pointerdown=|event| event.stop_propagation()
                on:keydown=|event| event.stop_propagation()
                on:click=move |_| zoom.set(Zoom::default())
            >
                "Whole photo"
            </button>
        </div>
        <p class="unseen" role="status">{announcement}</p>
    }
}
