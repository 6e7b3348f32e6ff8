//! A support photo to paint on: with the pointer, or patch by patch from the keyboard.

use leptos::html;
use leptos::prelude::*;
use web_sys::{HtmlInputElement, KeyboardEvent, PointerEvent};

use super::canvas;
use super::picture::Picture;
use super::raster::{self, Look};
use super::sheet::{Area, Brush, Sheet};
use super::talk;
use crate::segmentation::UNLABELLED;
use crate::ui::components::icons::{CROSS, Sign};
use crate::ui::components::page;
use crate::ui::numbers::{fixed, percent};

/// Opacity of strokes.
const OPACITY: f32 = 0.6;

/// A stroke that is being drawn.
#[derive(Clone, Copy)]
struct Stroke {
    pointer: i32,
    brush: Brush,
    last: (f32, f32),
    middle: (f32, f32),
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
    let stroke = StoredValue::new_local(None::<Stroke>);
    let cursor = RwSignal::new(None::<usize>);
    // Words for screen readers on the patch under the keyboard's cursor.
    let words = RwSignal::new(String::new());

    let draw = {
        let sheet = sheet.clone();
        move |area: Option<Area>| {
            let Some(canvas) = canvas.get_untracked() else { return };
            let palette = untrack(|| studio.palette());
            sheet.with_untracked(|sheet| {
                let size = sheet.size();
                let whole = Area { x: 0, y: 0, width: size.0, height: size.1 };
                // Outlines reach beyond what was painted.
                let area = area.map_or(whole, |area| area.grown(raster::reach(size), size));
                let look = Look { palette: &palette, opacity: OPACITY, outline: true };
                canvas::resize(&canvas, size);
                canvas::put(&canvas, &raster::paint(&sheet.mask().labels, size, area, &look), area);
            });
        }
    };
    Effect::new({
        let (sheet, draw) = (sheet.clone(), draw.clone());
        move |_| {
            sheet.track();
            studio.classes.track();
            if canvas.get().is_some() {
                draw(None);
            }
        }
    });

    let grid = {
        let opened = opened.clone();
        move || opened.get_untracked().map(|opened| opened.grid)
    };
    let finish = {
        let sheet = sheet.clone();
        move || {
            if sheet.try_update_untracked(Sheet::commit) == Some(true) {
                sheet.notify();
                talk::soon(page);
            }
        }
    };
    let label = move || if studio.erasing.get_untracked() { UNLABELLED } else { studio.class.get_untracked() };

    let down = {
        let (sheet, draw, opened) = (sheet.clone(), draw.clone(), opened.clone());
        move |event: PointerEvent| {
            let Some(element) = stage.get_untracked() else { return };
            if !event.is_primary() || event.button() > 0 || opened.get_untracked().is_none() {
                return;
            }
            studio.active.set(Some(id));
            cursor.set(None);
            // Without capture a stroke ends at the photo's edge, which is still a stroke.
            let _ = element.set_pointer_capture(event.pointer_id());
            let size = sheet.with_untracked(Sheet::size);
            let at = canvas::place(&event, &element, size);
            let radius = studio.brush.get_untracked() * size.0.max(size.1) as f32 / 2.0;
            // A pen's other end erases.
            let label = if event.buttons() & 32 != 0 { UNLABELLED } else { label() };
            let brush = Brush { radius, label };
            stroke.set_value(Some(Stroke { pointer: event.pointer_id(), brush, last: at, middle: at }));
            let area = sheet.try_update_untracked(|sheet| {
                sheet.begin();
                sheet.disc(at, brush)
            });
            draw(area);
        }
    };
    let moved = {
        let (sheet, draw) = (sheet.clone(), draw.clone());
        move |event: PointerEvent| {
            let Some(mut now) = stroke.get_value().filter(|stroke| stroke.pointer == event.pointer_id()) else {
                return;
            };
            let Some(element) = stage.get_untracked() else { return };
            event.prevent_default();
            let at = canvas::place(&event, &element, sheet.with_untracked(Sheet::size));
            let middle = (f32::midpoint(now.last.0, at.0), f32::midpoint(now.last.1, at.1));
            let area = sheet.try_update_untracked(|sheet| sheet.curve(now.middle, now.last, middle, now.brush));
            draw(area);
            (now.last, now.middle) = (at, middle);
            stroke.set_value(Some(now));
        }
    };
    let up = {
        let (sheet, finish) = (sheet.clone(), finish.clone());
        move |event: PointerEvent| {
            let Some(now) = stroke.get_value().filter(|stroke| stroke.pointer == event.pointer_id()) else { return };
            stroke.set_value(None);
            sheet.update_untracked(|sheet| {
                sheet.curve(now.middle, now.last, now.last, now.brush);
            });
            finish();
        }
    };
    let cancel = {
        let sheet = sheet.clone();
        move |event: PointerEvent| {
            if stroke.get_value().is_some_and(|stroke| stroke.pointer == event.pointer_id()) {
                stroke.set_value(None);
                sheet.update(Sheet::abandon);
            }
        }
    };

    let paint_patch = {
        let (sheet, finish) = (sheet.clone(), finish.clone());
        move |patch: usize, grid: usize, label: u8| {
            studio.active.set(Some(id));
            sheet.update_untracked(|sheet| {
                sheet.begin();
                sheet.fill(Area::patch(patch, grid, sheet.size()), label);
            });
            finish();
            let what = if label == UNLABELLED { "erased".to_owned() } else { studio.class_name(label) };
            words.set(format!("Row {}, column {}: {what}", patch / grid + 1, patch % grid + 1));
        }
    };
    let steer = {
        let sheet = sheet.clone();
        move |event: KeyboardEvent| {
            let Some(grid) = grid() else { return };
            let command = event.ctrl_key() || event.meta_key();
            let key = event.key();
            let at = cursor.get_untracked();
            let start = grid / 2 * grid + grid / 2;
            match (key.as_str(), command) {
                ("z" | "Z" | "y", true) => {
                    let back = key == "z" && !event.shift_key();
                    if sheet.try_update_untracked(|sheet| if back { sheet.undo() } else { sheet.redo() }) == Some(true)
                    {
                        sheet.notify();
                        talk::soon(page);
                    }
                }
                (_, true) => return,
                ("Enter" | " ", _) => {
                    let patch = at.unwrap_or(start);
                    cursor.set(Some(patch));
                    paint_patch(patch, grid, untrack(label));
                }
                ("Delete" | "Backspace", _) => {
                    if let Some(patch) = at {
                        paint_patch(patch, grid, UNLABELLED);
                    }
                }
                ("Escape", _) => cursor.set(None),
                (digit, _) if digit.parse::<usize>().is_ok_and(|n| n > 0) => {
                    let place = digit.parse::<usize>().unwrap_or(1) - 1;
                    let chosen = studio.classes.with_untracked(|all| all.get(place).map(|class| class.id));
                    if let Some(class) = chosen {
                        studio.choose(class);
                        words.set(studio.class_name(class));
                    }
                }
                (key, _) => {
                    let goal = match at {
                        Some(patch) => canvas::step(key, patch, grid, event.shift_key()),
                        None => canvas::step(key, start, grid, false).map(|_| start),
                    };
                    let Some(goal) = goal else { return };
                    cursor.set(Some(goal));
                    let under = sheet.with_untracked(|sheet| {
                        let area = Area::patch(goal, grid, sheet.size());
                        let middle = (area.y + area.height / 2) * sheet.size().0 + area.x + area.width / 2;
                        sheet.mask().labels.get(middle as usize).copied()
                    });
                    let what = match under {
                        Some(label) if label != UNLABELLED => studio.class_name(label),
                        _ => "unlabelled".into(),
                    };
                    words.set(format!("Row {}, column {}: {what}", goal / grid + 1, goal % grid + 1));
                }
            }
            event.prevent_default();
        }
    };

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
                on:pointerdown=down
                on:pointermove=moved
                on:pointerup=up
                on:pointercancel=cancel
                on:keydown=steer
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
