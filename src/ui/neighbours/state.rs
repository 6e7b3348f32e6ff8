//! The tab's state: how neighbours are ranked, and the neighbours that follow.

use leptos::prelude::*;

use super::ranking::{Ranking, Row};
use super::survey::GallerySurvey;
use crate::fungi::PartMap;
use crate::retrieval::Weights;
use crate::ui::address::{Method, Options, Preset};
use crate::ui::analysis::Analysis;
use crate::ui::gallery::{GalleryState, Looked, RankedBy};
use crate::ui::numbers::fixed;
use crate::ui::why::Ranked;

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
    /// Ranks the gallery's images; `analysis` compares gradients exactly, and has nothing else to do.
    pub fn new(gallery: GalleryState, analysis: Analysis, method: RwSignal<Method>, options: &Options) -> Self {
        let (k, weights) = (RwSignal::new(options.k), RwSignal::new(options.weights));
        let centred = RwSignal::new(options.centred);
        let exact = RwSignal::new(options.exact);
        let ranking = Ranking::new(gallery, weights, k, centred, analysis, exact);
        let survey = GallerySurvey::new(gallery, ranking.compared, weights, k, centred);
        let tiles = RwSignal::new(options.tiles);
        Self { k, weights, centred, tiles, method, ranking, survey, gallery }
    }

    /// How the images that are looked at side by side stand in their ranking.
    pub fn ranked(&self) -> Ranked {
        let Self { gallery, ranking, centred, .. } = *self;
        let looked = gallery.looked;
        let rows = move || -> Vec<Row> {
            let Some(by) = looked.get().and_then(|looked| looked.ranked_by) else { return Vec::new() };
            ranking.rows.with(|rows| match by {
                RankedBy::Embedding => rows.embedding.clone(),
                RankedBy::Fungi => rows.fungi.clone(),
            })
        };
        let about = move || {
            let Some(Looked { second, ranked_by: Some(by), .. }) = looked.get() else { return String::new() };
            let by = if by == RankedBy::Fungi { "FUNGI" } else { "embedding" };
            let rows = rows();
            match rows.iter().find(|row| row.id == second) {
                Some(row) => {
                    format!("{} of {} by {by}, cosine {}", row.rank, rows.len(), fixed(f64::from(row.score), 3))
                }
                None => format!("No longer among the first {} by {by}", rows.len()),
            }
        };
        let moved = move || {
            let looked = looked.get().filter(|looked| looked.ranked_by == Some(RankedBy::Fungi))?;
            ranking.moved(looked.second)
        };
        Ranked {
            order: Signal::derive(move || rows().into_iter().map(|row| row.id).collect()),
            about: Signal::derive(about),
            moved: Signal::derive(moved),
            centred: Signal::derive(move || centred.get().iter().any(|(_, centred)| *centred)),
        }
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
