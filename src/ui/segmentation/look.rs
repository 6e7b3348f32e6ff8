//! Looking at a patch: how alike all others are to it.

use std::collections::HashMap;

use leptos::prelude::*;

use super::talk::{Asked, ask};
use crate::engine::{Resemblance, SegmentRequest};
use crate::ui::state::Page;

/// Cosines of all patches with the one that is looked at.
pub struct Heat {
    /// The photo of the patch.
    pub id: u32,
    /// The patch.
    pub patch: usize,
    /// For each photo under each feature: grid and cosines.
    pub photos: HashMap<u32, (usize, [Vec<f32>; 2])>,
    /// The smallest cosine under each feature.
    pub low: [f32; 2],
}

/// Shows how alike all patches are to one.
pub fn look(page: Page, id: u32, patch: usize) {
    if page.studio.looked.get_untracked() != Some((id, patch)) {
        page.studio.looked.set(Some((id, patch)));
        look_on(page);
    }
}

/// Shows the maps again.
pub fn unlook(page: Page) {
    if page.studio.looked.get_untracked().is_some() {
        page.studio.looked.set(None);
    }
    if page.studio.heat.with_untracked(Option::is_some) {
        page.studio.heat.set(None);
    }
}

/// Asks about the patch that is looked at, unless an answer is awaited; then the latest patch is asked about next.
pub(super) fn look_on(page: Page) {
    let studio = page.studio;
    let Some((id, patch)) = studio.looked.get_untracked() else { return };
    let shown = studio.heat.with_untracked(|heat| heat.as_ref().map(|heat| (heat.id, heat.patch)));
    if shown == Some((id, patch)) || studio.asked.with_untracked(|all| all.contains(&Asked::Look)) {
        return;
    }
    let with: Vec<u32> = studio.pictures().iter().map(|picture| picture.id).collect();
    ask(page, SegmentRequest::Resemblance { id, patch, with }, None, Asked::Look);
}

/// The engine's answer, ready to be drawn.
pub(super) fn heat(id: u32, patch: usize, with: Vec<Resemblance>) -> Heat {
    let mut low = [1.0_f32; 2];
    let photos: HashMap<_, _> = with
        .into_iter()
        .map(|Resemblance { id, grid, embedding, fungi }| {
            low[0] = embedding.iter().copied().fold(low[0], f32::min);
            low[1] = fungi.iter().copied().fold(low[1], f32::min);
            (id, (grid, [embedding, fungi]))
        })
        .collect();
    Heat { id, patch, photos, low }
}
