//! The tab's state: how neighbours are ranked, and the neighbours that follow.

use leptos::prelude::*;

use super::enlarged::Looked;
use super::ranking::Ranking;
use super::survey::GallerySurvey;
use crate::fungi::PartMap;
use crate::retrieval::Weights;
use crate::ui::address::{Method, Options, Preset};
use crate::ui::gallery::GalleryState;

/// What the tab shows. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct NeighboursState {
    /// Neighbours in each column.
    pub k: RwSignal<usize>,
    /// The weight of each part.
    pub weights: RwSignal<Weights>,
    /// The parts that the gallery's mean is subtracted from first.
    pub centred: RwSignal<PartMap<bool>>,
    /// How large the neighbours' pictures are: [`crate::ui::address::TILES`].
    pub tiles: RwSignal<usize>,
    /// The neighbour that is shown at full size.
    pub looked: RwSignal<Option<Looked>>,
    /// How features are made.
    pub method: RwSignal<Method>,
    /// The resulting neighbours.
    pub ranking: Ranking,
    /// The same for every image of the gallery as the query.
    pub survey: GallerySurvey,
    /// The images.
    pub gallery: GalleryState,
}

impl NeighboursState {
    /// Ranks the gallery's images.
    pub fn new(gallery: GalleryState, method: RwSignal<Method>, options: &Options) -> Self {
        let (k, weights) = (RwSignal::new(options.k), RwSignal::new(options.weights));
        let centred = RwSignal::new(options.centred);
        let ranking = Ranking::new(gallery, weights, k, centred);
        let survey = GallerySurvey::new(gallery, ranking.compared, weights, k, centred);
        let (tiles, looked) = (RwSignal::new(options.tiles), RwSignal::new(None));
        Self { k, weights, centred, tiles, looked, method, ranking, survey, gallery }
    }

    /// Makes and weighs features as a preset does.
    pub fn take(&self, preset: Preset) {
        self.weights.set(preset.weights());
        self.centred.set(preset.centred());
        let wanted = preset.method(&self.method.get_untracked());
        if wanted != self.method.get_untracked() {
            self.method.set(wanted);
        }
    }
}
