//! The tab's state: how neighbours are ranked, and the neighbours that follow.

use leptos::prelude::*;

use super::ranking::Ranking;
use crate::retrieval::Weights;
use crate::ui::gallery::GalleryState;

/// What the tab shows. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct NeighboursState {
    /// Neighbours in each column.
    pub k: RwSignal<usize>,
    /// The weight of each part.
    pub weights: RwSignal<Weights>,
    /// Whether the gallery's mean is subtracted first.
    pub centred: RwSignal<bool>,
    /// The resulting neighbours.
    pub ranking: Ranking,
    /// The images.
    pub gallery: GalleryState,
}

impl NeighboursState {
    /// Ranks the gallery's images.
    pub fn new(gallery: GalleryState, k: usize, weights: Weights, centred: bool) -> Self {
        let (k, weights, centred) = (RwSignal::new(k), RwSignal::new(weights), RwSignal::new(centred));
        Self { k, weights, centred, ranking: Ranking::new(gallery, weights, k, centred), gallery }
    }
}
