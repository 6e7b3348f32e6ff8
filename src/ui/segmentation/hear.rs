//! What the engine answers, and what follows from it.

use std::sync::Arc;

use leptos::prelude::*;

use super::export;
use super::look;
use super::picture::Opened;
use super::scenes;
use super::strokes::ready_made;
use super::talk::{Asked, read_mask, sync};
use crate::engine::SegmentEvent;
use crate::segmentation::Mask;
use crate::ui::state::Page;

/// Takes in what the engine says.
pub fn hear(page: Page, event: SegmentEvent) {
    let studio = page.studio;
    if let SegmentEvent::Progress { step, done, total, .. } = event {
        studio.step.set(Some((step, done, total)));
        return;
    }
    let asked = studio.asked.try_update(|all| all.pop_front()).flatten();
    studio.step.set(None);
    match event {
        SegmentEvent::Opened { id, size, grid, .. } => opened(page, id, Opened { size, grid }),
        SegmentEvent::Maps(maps) => {
            studio.back.update_value(|back| back.breakdowns = 0);
            // Late answers: another query was chosen meanwhile, or every stroke was erased.
            let expected = studio.back.with_value(|back| back.ticket == maps.ticket && back.wanted.is_some());
            if expected && studio.query.with_untracked(|query| query.as_ref().is_some_and(|q| q.id == maps.id)) {
                studio.problem.set(None);
                studio.maps.set(Some(Arc::new(*maps)));
            }
        }
        SegmentEvent::Resemblance { id, patch, with } => {
            if studio.looked.with_untracked(Option::is_some) {
                studio.heat.set(Some(Arc::new(look::heat(id, patch, with))));
            }
            look::look_on(page);
        }
        SegmentEvent::MaskRead { id, mask, colours } => mask_read(page, id, mask, &colours),
        SegmentEvent::MaskWritten { bytes, .. } => {
            if let Some(Asked::Write(name)) = asked {
                export::save(&bytes, "image/png", &name);
            }
        }
        SegmentEvent::Scenes { classes, scenes } => scenes::show(page, &classes, scenes),
        SegmentEvent::Refused { reason, .. } => refused(page, asked, reason),
        SegmentEvent::Forgotten { .. }
        | SegmentEvent::Supported { .. }
        | SegmentEvent::Painted { .. }
        | SegmentEvent::Progress { .. } => {}
    }
    sync(page);
}

fn opened(page: Page, id: u32, opened: Opened) {
    let studio = page.studio;
    let Some(picture) = studio.find(id) else { return };
    let strokes = studio.back.try_update_value(|back| {
        // Sent again or dropped meanwhile: another answer will come.
        if back.sent.contains(&id) {
            back.open.insert(id);
        }
        back.ready_made.remove(&id)
    });
    picture.opened.set(Some(opened));
    if picture.sheet.with_untracked(|sheet| sheet.size() != opened.size) {
        picture.sheet.update(|sheet| sheet.fit(opened.size));
    }
    if let Some(truth) = strokes.flatten() {
        picture.sheet.update(|sheet| ready_made(sheet, &truth.resized(opened.size.0, opened.size.1)));
    }
    if let Some(mask) = studio.back.with_value(|back| back.masks.get(&id).cloned()) {
        read_mask(page, &picture, &mask);
    }
}

fn mask_read(page: Page, id: u32, mask: Mask, colours: &[[u8; 3]]) {
    let studio = page.studio;
    let Some(picture) = studio.find(id) else { return };
    studio.adopt(&mask, colours);
    let came_along = studio.back.try_update_value(|back| back.masks.remove(&id)).flatten().is_some();
    let painted_on = studio.support.with_untracked(|support| support.iter().any(|picture| picture.id == id));
    if painted_on {
        picture.sheet.update(|sheet| {
            sheet.replace(mask.labels.clone());
        });
    }
    if came_along || !painted_on {
        picture.truth.set(Some(Arc::new(mask)));
    }
}

fn refused(page: Page, asked: Option<Asked>, reason: String) {
    let studio = page.studio;
    match asked {
        Some(Asked::Open(id)) => {
            if let Some(picture) = studio.find(id) {
                picture.failure.set(Some(reason));
            }
        }
        Some(Asked::Read(id)) => {
            studio.back.update_value(|back| {
                back.masks.remove(&id);
            });
            if let Some(picture) = studio.find(id) {
                picture.refusal.set(Some(reason));
            }
        }
        Some(Asked::Look) => studio.looked.set(None),
        _ => studio.problem.set(Some(reason)),
    }
}
