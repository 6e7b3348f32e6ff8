//! The tab's state: what has been evaluated, and what follows from it.

use std::sync::Arc;

use leptos::prelude::*;

use super::labelled::Labelled;
use super::lines::{Key, Line, Lines, OWN, Sorting};
use super::run::Runs;
use crate::analysis::protocol::Suspect;
use crate::fungi::{Part, PartMap};
use crate::gallery::Id;
use crate::retrieval::summary::{Summary, summarise};
use crate::retrieval::{Difference, FeatureSet, LARGEST_K, Metric, Samples, Weights};
use crate::ui::analysis::Analysis;
use crate::ui::gallery::GalleryState;

/// What the tab shows. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct EvaluationState {
    /// The images.
    pub gallery: GalleryState,
    /// The worker that evaluates.
    pub analysis: Analysis,
    /// The neighbours that vote, as chosen for the Neighbours tab.
    pub chosen_k: RwSignal<usize>,
    /// The person's own weight of each part.
    pub weights: RwSignal<Weights>,
    /// The parts that the person centres.
    pub centred: RwSignal<PartMap<bool>>,
    /// Makes an image the query, and shows its neighbours.
    pub visit: Callback<Id>,
    /// Whether the tab is looked at. Nothing is computed before, or while it is not.
    pub looked_at: Signal<bool>,
    /// The labelled images as they are now.
    pub labelled: Memo<Arc<Labelled>>,
    /// The table's lines.
    pub lines: RwSignal<Lines>,
    /// How the table is sorted.
    pub sorting: RwSignal<Sorting>,
    /// How much of the present evaluation is done, of how much; none between evaluations.
    pub progress: RwSignal<Option<(usize, usize)>>,
    /// Of how many images the numbers are.
    pub samples: RwSignal<Samples>,
    /// The labelled images that the lines are of.
    pub evaluated: RwSignal<Option<Arc<Labelled>>>,
    /// Why there is no evaluation, as a sentence.
    pub trouble: RwSignal<Option<String>>,
    /// The two sets that are compared image by image, where a person chose them.
    pub pair: RwSignal<[Option<Key>; 2]>,
    /// The votes by both.
    pub compared: RwSignal<Option<Arc<Compared>>>,
    /// How much better the best set is than FUNGI.
    pub beside_fungi: RwSignal<Option<Difference>>,
    /// Images that may have the wrong label, with the names of the classes.
    pub suspects: RwSignal<Option<(Vec<Suspect>, Arc<Labelled>)>>,
    /// Pairs of images that are nearly the same.
    pub duplicates: RwSignal<Option<Vec<(Id, Id, f32)>>>,
    pub(super) runs: StoredValue<Runs, LocalStorage>,
}

/// Votes by two sets, image by image.
pub struct Compared {
    /// The sets.
    pub keys: [Key; 2],
    /// The images.
    pub ids: Vec<Id>,
    /// The class of each.
    pub labels: Vec<u32>,
    /// What its neighbours vote for, by each set.
    pub votes: [Vec<Option<u32>>; 2],
    /// The classes' names.
    pub names: Arc<Labelled>,
}

impl EvaluationState {
    /// Follows these signals while the tab is looked at. `chosen_k`, `weights`, `centred`: as on the Neighbours tab.
    pub fn new(
        gallery: GalleryState,
        analysis: Analysis,
        (chosen_k, weights, centred): (RwSignal<usize>, RwSignal<Weights>, RwSignal<PartMap<bool>>),
        looked_at: Signal<bool>,
        visit: Callback<Id>,
    ) -> Self {
        let labelled = Memo::new(move |before: Option<&Arc<Labelled>>| {
            if !looked_at.get() {
                return before.cloned().unwrap_or_default();
            }
            gallery.with_labels(|_| ());
            Arc::new(gallery.with_features(Labelled::find))
        });
        let state = Self {
            gallery,
            analysis,
            chosen_k,
            weights,
            centred,
            visit,
            looked_at,
            labelled,
            lines: RwSignal::new(Lines::default()),
            sorting: RwSignal::new(Sorting::default()),
            progress: RwSignal::new(None),
            samples: RwSignal::new(Samples::default()),
            evaluated: RwSignal::new(None),
            trouble: RwSignal::new(None),
            pair: RwSignal::new([None, None]),
            compared: RwSignal::new(None),
            beside_fungi: RwSignal::new(None),
            suspects: RwSignal::new(None),
            duplicates: RwSignal::new(None),
            runs: StoredValue::new_local(Runs::default()),
        };
        state.follow();
        state.ask_along();
        state
    }

    /// The neighbours that vote: no more than are evaluated.
    pub fn k(&self) -> usize {
        self.chosen_k.get().min(LARGEST_K)
    }

    /// The person's own weights and centring as a feature set, limited to the parts that all images have; `None` if nothing
    /// has a weight, or a standard set is the same.
    pub(super) fn own(&self, has: &PartMap<bool>) -> Option<FeatureSet> {
        let weights = self.weights.get().only(has);
        let set = FeatureSet { name: OWN.into(), weights, centred: self.is_centred(&weights) };
        set.parts().next()?;
        let same = |other: &FeatureSet| (other.weights, other.centred) == (set.weights, set.centred);
        (!FeatureSet::standard(|part| has[part]).iter().any(same)).then_some(set)
    }

    /// The same, of the parts that the present settings give; none where it says nothing of its own.
    pub fn own_sets(&self) -> Vec<FeatureSet> {
        let parts = self.gallery.with_features(|gallery| gallery.origin().map(|origin| origin.settings.parts()));
        let parts = parts.unwrap_or_default();
        self.own(&PartMap::from_fn(|part| parts.contains(&part))).into_iter().collect()
    }

    /// Whether the person centres what has a weight.
    fn is_centred(&self, weights: &Weights) -> bool {
        let centred = self.centred.get();
        let weighed: Vec<Part> = Part::ALL.into_iter().filter(|&part| weights.get(part) > 0.0).collect();
        !weighed.is_empty() && weighed.iter().all(|&part| centred[part])
    }

    /// Whether the person centres some of what has a weight, and not the rest: a set is centred as a whole, or not.
    pub fn is_mixed(&self) -> bool {
        let (weights, centred) = (self.weights.get(), self.centred.get());
        let weighed = || Part::ALL.into_iter().filter(|&part| weights.get(part) > 0.0);
        weighed().any(|part| centred[part]) && weighed().any(|part| !centred[part])
    }

    /// The views that a set needs, the embedding's own among them.
    pub fn views(&self, set: &FeatureSet) -> usize {
        let side = self.gallery.link.model.with(|model| model.as_ref().map_or(0, |model| model.image));
        let settings = self.labelled.with(|labelled| labelled.origin.as_ref().map(|origin| origin.settings.clone()));
        let sets = settings.as_ref().map(|settings| settings.view_sets()).unwrap_or_default();
        let needed = sets.into_iter().filter(|views| {
            let parts = settings.as_ref().map(|settings| settings.parts_of(*views)).unwrap_or_default();
            parts.contains(&Part::Embedding) || set.parts().any(|part| parts.contains(&part))
        });
        needed.map(|views| views.count(side)).sum()
    }

    /// The best set by k-NN accuracy, with the lines that it was found among; the person's own and what is out of date do
    /// not count.
    pub fn summary(&self) -> Option<(Summary, Vec<Line>)> {
        let k = self.k();
        self.lines.with(|lines| {
            let lines: Vec<Line> = lines.all().iter().filter(|line| !line.is_own() && !line.stale).cloned().collect();
            Some((summarise(lines.iter().map(|line| &line.row), Metric::Knn, k)?, lines))
        })
    }

    /// The two sets that are compared image by image: what a person chose, or else the embedding and the best set.
    pub fn chosen_pair(&self) -> Option<[Key; 2]> {
        let chosen = self.pair.get();
        self.lines.with(|lines| {
            let there = |key: &Option<Key>| key.clone().filter(|key| lines.get(key).is_some());
            let first = there(&chosen[0]).or_else(|| lines.all().first().map(Line::key))?;
            let best = || {
                let (summary, lines) = self.summary()?;
                lines.get(summary.best?).map(Line::key)
            };
            let other = || lines.all().iter().rev().find(|line| !line.is_own()).map(Line::key);
            let second = there(&chosen[1]).or_else(best).or_else(other)?;
            Some([first, second])
        })
    }
}
