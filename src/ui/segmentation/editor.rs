//! A support photo to paint on: with the pointer (`hand`), or patch by patch from the keyboard (`keys`).

use leptos::html;
use leptos::prelude::*;
use web_sys::HtmlInputElement;

use super::area::Area;
use super::canvas;
use super::hand::Hand;
use super::keys::Keys;
use super::picture::Picture;
use super::raster::{self, Look};
use super::sheet::Sheet;
use super::talk;
use crate::segmentation::UNLABELLED;
use crate::ui::components::icons::{CROSS, Sign};
use crate::ui::components::page;
use crate::ui::numbers::{fixed, percent};
use crate::ui::state::Page;

/// Opacity of strokes.
const OPACITY: f32 = 0.6;

/// What painting on a photo needs, whether by hand or by keys.
#[derive(Clone)]
pub struct Easel {
    /// The page's state.
    pub page: Page,
    /// The photo.
    pub picture: Picture,
    /// The photo's frame, which takes pointer and focus.
    pub stage: NodeRef<html::Div>,
    /// Where strokes are drawn.
    pub canvas: NodeRef<html::Canvas>,
    /// The patch under the keyboard's cursor.
    pub cursor: RwSignal<Option<usize>>,
}

impl Easel {
    /// Draws the strokes anew, in `area` or everywhere.
    pub fn draw(&self, area: Option<Area>) {
        let Some(canvas) = self.canvas.get_untracked() else { return };
        let palette = untrack(|| self.page.studio.palette());
        self.picture.sheet.with_untracked(|sheet| {
            let size = sheet.size();
            let whole = Area { x: 0, y: 0, width: size.0, height: size.1 };
            // Outlines reach beyond what was painted.
            let area = area.map_or(whole, |area| area.grown(raster::reach(size), size));
            let look = Look { palette: &palette, opacity: OPACITY, outline: true };
            canvas::resize(&canvas, size);
            canvas::put(&canvas, &raster::paint(&sheet.mask().labels, size, area, &look), area);
        });
    }

    /// Ends a stroke; if it changed anything, the engine will hear of it.
    pub fn finish(&self) {
        if self.picture.sheet.try_update_untracked(Sheet::commit) == Some(true) {
            self.picture.sheet.notify();
            talk::soon(self.page);
        }
    }

    /// What the present tool paints.
    pub fn label(&self) -> u8 {
        let studio = self.page.studio;
        if studio.erasing.get_untracked() { UNLABELLED } else { studio.class.get_untracked() }
    }
}

/// One support photo with its strokes.
#[component]
pub fn Editor(picture: Picture) -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let id = picture.id;
    let Picture { opened, sheet, failure, refusal, .. } = picture.clone();
    let stage = NodeRef::<html::Div>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let cursor = RwSignal::new(None::<usize>);
    // Words for screen readers on the patch under the keyboard's cursor.
    let words = RwSignal::new(String::new());

    let easel = Easel { page, picture: picture.clone(), stage, canvas, cursor };
    Effect::new({
        let (sheet, easel) = (sheet.clone(), easel.clone());
        move |_| {
            sheet.track();
            studio.classes.track();
            if canvas.get().is_some() {
                easel.draw(None);
            }
        }
    });
    let hand = Hand::new(easel.clone());
    let (down, moved, up, cancel) = (hand.clone(), hand.clone(), hand.clone(), hand);
    let keys = Keys { easel, words };

    let state = {
        let (opened, failure) = (opened.clone(), failure.clone());
        move || match (failure.with(Option::is_some), opened.with(Option::is_some)) {
            (true, _) => "failed",
            (_, true) => "open",
            _ => "waiting",
        }
    };
    let (state_data, state_text) = (state.clone(), state);
    let shape = {
        let opened = opened.clone();
        move || opened.get().map(|opened| format!("{} / {}", opened.size.0, opened.size.1))
    };
    let marked = {
        let opened = opened.clone();
        move || Some(canvas::frame(cursor.get()?, opened.get()?.grid))
    };
    let labelled = {
        let sheet = sheet.clone();
        move || {
            sheet.with(|sheet| {
                let count = sheet.mask().labels.iter().filter(|&&label| label != UNLABELLED).count();
                count as f32 / sheet.mask().labels.len().max(1) as f32
            })
        }
    };
    let labelled_data = labelled.clone();
    let said = move || match state_text() {
        "waiting" => "Its patches are being read.".to_owned(),
        "failed" => String::new(),
        _ => match labelled() {
            0.0 => "Nothing painted yet.".into(),
            share => format!("{} painted.", percent(share)),
        },
    };
    let wrong = move || failure.get().or_else(|| refusal.get());
    let load = {
        let picture = picture.clone();
        move |input: HtmlInputElement| {
            if let Some(file) = input.files().and_then(|files| files.item(0)) {
                talk::read_mask(page, &picture, &file);
            }
            // So that the same file can be picked again.
            input.set_value("");
        }
    };
    let wipe = {
        let sheet = sheet.clone();
        move |_| {
            studio.active.set(Some(id));
            sheet.update(|sheet| {
                sheet.replace(vec![UNLABELLED; sheet.mask().labels.len()]);
            });
            talk::soon(page);
        }
    };
    let name = picture.name.clone();
    view! {
        <article
            class="seg-editor"
            class:active=Signal::derive(move || studio.active.get() == Some(id))
            data-testid="seg-support"
            data-name=name.clone()
            data-state=state_data
            data-painted=Signal::derive(move || fixed(f64::from(labelled_data()), 5))
        >
            <div class="row">
                <h3>{name.clone()}</h3>
                <button
                    type="button"
                    class="remove"
                    aria-label=format!("Take {name} off the support")
                    on:click=move |_| studio.remove_support(page, id)
                >
                    <Sign path=CROSS />
                </button>
            </div>
            <div
                class="seg-stage paints"
                node_ref=stage
                tabindex="0"
                role="application"
                aria-label=format!("Paint on {name}. Arrow keys move from patch to patch, Enter paints, Delete erases, digits choose a class.")
                style:aspect-ratio=shape
                on:pointerdown=move |event| down.down(&event)
                on:pointermove=move |event| moved.moved(&event)
                on:pointerup=move |event| up.up(&event)
                on:pointercancel=move |event| cancel.cancel(&event)
                on:keydown=move |event| keys.steer(&event)
                on:focus=move |_| studio.active.set(Some(id))
                on:blur=move |_| cursor.set(None)
            >
                <img src=picture.url.get() alt="" draggable="false" />
                <canvas node_ref=canvas aria-hidden="true"></canvas>
                {move || marked().map(|style| view! { <span class="seg-cursor" style=style></span> })}
            </div>
            <p class="unseen" role="status">{words}</p>
            {move || wrong().map(|reason| view! { <p class="failure" role="alert" data-testid="seg-error">{reason}</p> })}
            <div class="row">
                <span class="quiet">{said}</span>
                <label class="button small" title="Load its labels from a PNG">
                    "Mask..."
                    <input
                        type="file"
                        accept="image/png"
                        data-testid="seg-mask-input"
                        on:change:target=move |event| load(event.target())
                    />
                </label>
                <button type="button" class="small" on:click=wipe>"Wipe"</button>
            </div>
        </article>
    }
}
