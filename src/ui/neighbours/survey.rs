//! The survey of the whole gallery: takes its steps between frames, and starts anew when something changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use web_time::Instant;

use super::ranking::Compared;
use crate::fungi::PartMap;
use crate::gallery::{Gallery, Id};
use crate::retrieval::{Survey, Tally, Weights};
use crate::ui::gallery::GalleryState;
use crate::ui::pace::{Change, Next, next, pause};

/// Milliseconds of a frame that the steps may take, all together.
const BUDGET: f64 = 5.0;
/// Pairs of images in one step: well below 3 ms even for the widest features.
const PAIRS: usize = 256;

/// The last complete survey. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct GallerySurvey {
    /// What it found, and of which images; none before the first.
    pub found: RwSignal<Option<Arc<Found>>>,
    /// Whether something has changed since.
    pub stale: RwSignal<bool>,
    compared: Memo<Compared>,
    weights: RwSignal<Weights>,
    k: RwSignal<usize>,
    gallery: GalleryState,
    run: StoredValue<Run, LocalStorage>,
}

/// What a survey found.
pub struct Found {
    /// Images by their places in `ids`.
    pub tally: Tally,
    /// The images that were compared.
    pub ids: Arc<Vec<Id>>,
}

#[derive(Default)]
struct Run {
    pass: Option<(Survey, Compared)>,
    change: Change,
    /// Whether a start is due.
    due: bool,
    /// Milliseconds that the present or last pass has taken.
    worked: f64,
}

impl GallerySurvey {
    /// Follows these signals.
    pub fn new(
        gallery: GalleryState,
        compared: Memo<Compared>,
        weights: RwSignal<Weights>,
        k: RwSignal<usize>,
        centred: RwSignal<PartMap<bool>>,
    ) -> Self {
        let run = StoredValue::new_local(Run::default());
        let (found, stale) = (RwSignal::new(None), RwSignal::new(false));
        let survey = Self { found, stale, compared, weights, k, gallery, run };
        Effect::new(move |_| {
            compared.track();
            survey.changed(Change::Features);
        });
        Effect::new(move |_| {
            weights.track();
            k.track();
            centred.track();
            gallery.with_labels(|_| ());
            survey.changed(Change::Settings);
        });
        survey
    }

    fn changed(self, change: Change) {
        self.stale.set(true);
        let running = self.run.try_update_value(|run| {
            run.change = run.change.max(change);
            run.pass.is_some()
        });
        // A pass that runs sees the change after its frame.
        if running == Some(false) {
            self.start_soon();
        }
    }

    fn start_soon(self) {
        let wait = self.run.try_update_value(|run| {
            run.pass = None;
            (!std::mem::replace(&mut run.due, true)).then(|| pause(run.change, run.worked))
        });
        if let Some(Some(wait)) = wait {
            set_timeout(move || self.start(), Duration::from_millis(wait as u64));
        }
    }

    fn start(self) {
        let compared = self.compared.get_untracked();
        let weights = compared.shared(&self.weights.get_untracked());
        let classes = untrack(|| self.gallery.with_labels(|gallery| classes(gallery, &compared.ids)));
        let survey = Survey::new(weights, self.k.get_untracked(), classes);
        let pass = Some((survey, compared));
        self.run.update_value(|run| *run = Run { pass, ..Run::default() });
        self.work();
    }

    /// A frame's steps.
    fn work(self) {
        let began = Instant::now();
        let decided = self.run.try_update_value(|run| {
            let (survey, compared) = run.pass.as_mut()?;
            let mut done = false;
            while !done && run.change != Change::Settings && millis(began) < BUDGET {
                done = survey.step(&compared.features, PAIRS);
            }
            run.worked += millis(began);
            let next = next(done, run.change);
            let found = match next {
                Next::Show | Next::ShowAndStart => run.pass.take(),
                Next::GoOn | Next::Start => None,
            };
            Some((next, found))
        });
        let Some(Some((next, found))) = decided else { return };
        if let Some((survey, compared)) = found {
            self.found.set(Some(Arc::new(Found { tally: survey.into_tally(), ids: compared.ids })));
            self.stale.set(next != Next::Show);
        }
        match next {
            Next::GoOn => request_animation_frame(move || self.work()),
            Next::Show => {}
            Next::Start | Next::ShowAndStart => self.start_soon(),
        }
    }
}

/// A number for each label, by image.
fn classes(gallery: &Gallery, ids: &[Id]) -> Vec<Option<usize>> {
    let mut numbers = HashMap::new();
    let labels: HashMap<Id, &str> =
        gallery.entries().iter().filter_map(|entry| Some((entry.id, entry.label.as_deref()?))).collect();
    let mut number = |label| {
        let fresh = numbers.len();
        *numbers.entry(label).or_insert(fresh)
    };
    ids.iter().map(|id| labels.get(id).copied()).map(|label| label.map(&mut number)).collect()
}

/// Milliseconds since then.
fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}
