//! A photo under one feature: its map or strokes, or, while a patch is looked at, how alike its patches are to that one.

use leptos::html;
use leptos::prelude::*;
use web_sys::{KeyboardEvent, PointerEvent};

use super::area::Area;
use super::canvas;
use super::look;
use super::picture::Picture;
use super::raster::{self, Look};
use super::sheet::Sheet;
use crate::engine::{Map, Maps};
use crate::ui::components::page;
use crate::ui::numbers::fixed;

/// One of the two features that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Patch tokens alone.
    Embedding,
    /// Tokens and gradients.
    Fungi,
}

impl Feature {
    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Embedding => "Embedding",
            Self::Fungi => "FUNGI",
        }
    }

    /// Its part of hooks' names.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Embedding => "embedding",
            Self::Fungi => "fungi",
        }
    }

    /// Its map.
    pub const fn of(self, maps: &Maps) -> &Map {
        match self {
            Self::Embedding => &maps.embedding,
            Self::Fungi => &maps.fungi,
        }
    }
}

/// A photo that shows and asks for resemblance.
#[component]
pub fn Stage(
    /// The photo.
    picture: Picture,
    /// Under which feature.
    feature: Feature,
    /// Whether it shows the query's map; else what is painted on it.
    mapped: bool,
    /// What a screen reader says of the picture.
    #[prop(into)]
    summary: Signal<String>,
) -> impl IntoView {
    let page = page();
    let studio = page.studio;
    let id = picture.id;
    let (stage, labels, heat) =
        (NodeRef::<html::Div>::new(), NodeRef::<html::Canvas>::new(), NodeRef::<html::Canvas>::new());
    let Picture { opened, sheet, .. } = picture.clone();

    Effect::new(move |_| {
        let palette = studio.palette();
        let (opacity, outline) = (studio.opacity.get(), studio.outline.get());
        let Some(canvas) = labels.get() else { return };
        let draw = |labels: &[u8], size: (u32, u32), outline: bool| {
            let whole = Area { x: 0, y: 0, width: size.0, height: size.1 };
            canvas::resize(&canvas, size);
            if labels.len() == size.0 as usize * size.1 as usize {
                canvas::put(
                    &canvas,
                    &raster::paint(labels, size, whole, &Look { palette: &palette, opacity, outline }),
                    whole,
                );
            }
        };
        if !mapped {
            sheet.with(|sheet: &Sheet| draw(&sheet.mask().labels, sheet.size(), true));
        } else if let Some(maps) = studio.present_maps() {
            draw(&feature.of(&maps).labels, maps.size, outline);
        } else {
            draw(&[], (1, 1), false);
        }
    });
    let cosines = move || {
        let heat = studio.heat.get()?;
        let (grid, cosines) = heat.photos.get(&id)?;
        let cosines = &cosines[feature as usize];
        (!cosines.is_empty()).then(|| (*grid, raster::heat(cosines, heat.low[feature as usize])))
    };
    let hot = Memo::new(move |_| {
        studio.heat.with(|heat| {
            let photo = heat.as_ref().and_then(|heat| heat.photos.get(&id));
            photo.is_some_and(|(_, cosines)| !cosines[feature as usize].is_empty())
        })
    });
    Effect::new(move |_| {
        let (Some(canvas), Some((grid, pixels))) = (heat.get(), cosines()) else { return };
        let side = grid as u32;
        canvas::resize(&canvas, (side, side));
        canvas::put(&canvas, &pixels, Area { x: 0, y: 0, width: side, height: side });
    });

    let point = {
        let opened = opened.clone();
        move |event: &PointerEvent| {
            if let (Some(element), Some(opened)) = (stage.get_untracked(), opened.get_untracked()) {
                let at = canvas::place(event, &element, opened.size);
                look::look(page, id, canvas::patch_at(at, opened.size, opened.grid));
            }
        }
    };
    let hover = {
        let point = point.clone();
        move |event: PointerEvent| {
            if event.pointer_type() != "touch" {
                point(&event);
            }
        }
    };
    let steer = {
        let opened = opened.clone();
        move |event: KeyboardEvent| {
            let Some(grid) = opened.get_untracked().map(|opened| opened.grid) else { return };
            if event.key() == "Escape" {
                look::unlook(page);
                return;
            }
            let at = studio.looked.get_untracked().filter(|(looked, _)| *looked == id).map(|(_, patch)| patch);
            let start = grid / 2 * grid + grid / 2;
            let goal = match at {
                Some(patch) => canvas::step(&event.key(), patch, grid, event.shift_key()),
                None => canvas::step(&event.key(), start, grid, false).map(|_| start),
            };
            if let Some(goal) = goal {
                event.prevent_default();
                look::look(page, id, goal);
            }
        }
    };
    let shape = {
        let opened = opened.clone();
        move || opened.get().map(|opened| format!("{} / {}", opened.size.0, opened.size.1))
    };
    let marked = move || {
        let (looked, patch) = studio.looked.get()?;
        let grid = opened.get()?.grid;
        (looked == id).then(|| canvas::frame(patch, grid))
    };
    let score = move || feature.of(&*studio.present_maps().filter(|_| mapped)?).score.clone();
    let ready = move || mapped.then(|| if studio.present_maps().is_some() { "true" } else { "false" });
    view! {
        <div
            class="seg-stage"
            node_ref=stage
            tabindex="0"
            role="application"
            aria-label=format!("{} under {}. Arrow keys show what a patch resembles, Escape ends it.", picture.name, feature.name())
            data-testid=if mapped { format!("seg-map-{}", feature.key()) } else { format!("seg-support-{}", feature.key()) }
            data-ready=ready
            data-ticket=Signal::derive(move || studio.present_maps().filter(|_| mapped).map(|maps| maps.ticket))
            data-iou=Signal::derive(move || score().map(|score| fixed(f64::from(score.mean), 4)))
            data-heat=Signal::derive(move || if hot.get() { "true" } else { "false" })
            style:aspect-ratio=shape
            on:pointermove=hover
            on:pointerdown=move |event| point(&event)
            on:pointerleave=move |event: PointerEvent| {
                if event.pointer_type() != "touch" {
                    look::unlook(page);
                }
            }
            on:blur=move |_| look::unlook(page)
            on:keydown=steer
        >
            <div role="img" aria-label=summary>
                <img src=picture.url.get() alt="" draggable="false" />
                <canvas node_ref=labels class:hot=hot></canvas>
                <canvas node_ref=heat class="seg-heat" hidden=move || !hot.get()></canvas>
            </div>
            {move || marked().map(|style| view! { <span class="seg-cursor" style=style></span> })}
        </div>
    }
}
