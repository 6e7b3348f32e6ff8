//! Asks for exact cosines whenever query, gallery or centring change.

use std::collections::HashSet;
use std::sync::Arc;

use gloo::timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::standing::Standing;
use crate::analysis::protocol::{Answer, Request};
use crate::fungi::{Part, PartMap};
use crate::gallery::{Hash, Id};
use crate::ui::analysis::{Analysis, Reply, Standing as Worker};
use crate::ui::gallery::GalleryState;
use crate::ui::gallery::factor_store::MOST;

/// Contents whose factors go to the worker in one message: some 5 MB of the embedded model's, 20 MB of a ViT-B/16's.
const PORTION: usize = 100;

/// Exact cosines of the query's gradients. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct Exact {
    /// Whether they are wanted.
    pub wanted: RwSignal<bool>,
    /// How far they are.
    pub standing: Memo<Standing>,
    /// What the gallery's would take or takes, in bytes; 0 before that is known.
    pub bytes: Signal<u64>,
    /// Those of the present query with the present images.
    pub found: Memo<Option<Arc<Found>>>,
    /// What the columns are to show.
    question: Memo<Option<Question>>,
    answered: RwSignal<Option<Arc<Found>>>,
    trouble: RwSignal<Option<String>>,
    gallery: GalleryState,
    analysis: Analysis,
    run: StoredValue<Run, LocalStorage>,
}

/// The query, what it is compared with, and how.
#[derive(Debug, Clone, PartialEq)]
struct Question {
    query: Hash,
    images: Arc<Vec<Hash>>,
    centred: PartMap<bool>,
    /// The factors' generation.
    generation: u32,
}

/// Exact cosines.
#[derive(Debug, PartialEq)]
pub struct Found {
    question: Question,
    /// Those of each gradient with each image in order; NaN where there is none.
    pub cosines: Vec<(Part, Vec<f32>)>,
}

#[derive(Default)]
struct Run {
    /// Whether the worker is being asked.
    busy: bool,
    /// The contents whose factors the worker has, and of which generation.
    known: (u32, HashSet<Hash>),
}

impl Exact {
    /// Follows these: `compared` is the query, and the images that it is compared with.
    pub fn new(
        gallery: GalleryState,
        analysis: Analysis,
        wanted: RwSignal<bool>,
        compared: Signal<(Option<Id>, Arc<Vec<Id>>)>,
        centred: RwSignal<PartMap<bool>>,
    ) -> Self {
        let held = Memo::new(move |_| gallery.factors_held());
        let question = Memo::new(move |_| {
            let held = held.get();
            let (query, ids) = compared.get();
            if !(wanted.get() && held.wanted && held.fits) || ids.is_empty() {
                return None;
            }
            let query = gallery.with_all_factors(&[query?])?.pop()?;
            let images = Arc::new(gallery.with_all_factors(&ids)?);
            Some(Question { query, images, centred: centred.get(), generation: held.generation })
        });
        let answered = RwSignal::new(None::<Arc<Found>>);
        let found = Memo::new(move |_| {
            let question = question.get()?;
            answered.get().filter(|found| found.question == question)
        });
        let trouble = RwSignal::new(None);
        let standing = Memo::new(move |_| {
            let held = held.get();
            let gradients = gallery
                .with_features(|gallery| gallery.origin().is_none_or(|origin| !origin.settings.objectives.is_empty()));
            match trouble.get() {
                _ if !wanted.get() => Standing::Off,
                _ if !gradients => Standing::NoGradients,
                _ if !held.fits => Standing::TooMany { images: held.images, bytes: held.bytes, most: MOST },
                _ if found.with(Option::is_some) => Standing::Shown,
                Some(reason) => Standing::Failed(reason),
                None if question.with(Option::is_some) => Standing::Comparing,
                None if held.complete < held.images || !held.wanted => {
                    Standing::Computing { done: held.complete, images: held.images }
                }
                None => Standing::NoQuery,
            }
        });
        let run = StoredValue::new_local(Run::default());
        let bytes = Signal::derive(move || held.get().bytes);
        let exact = Self { wanted, standing, bytes, found, question, answered, trouble, gallery, analysis, run };
        Effect::new(move |_| {
            question.track();
            trouble.set(None);
            exact.go();
        });
        // Removed images may leave room for the others'.
        let fits = Memo::new(move |_| held.get().wanted && held.get().fits);
        Effect::new(move |_| {
            if fits.get() {
                gallery.compute_factors();
            }
        });
        exact
    }

    /// Asks for what is to be shown, unless it is shown, or the worker is at something: then afterwards.
    fn go(self) {
        let question = self.question.get_untracked();
        let Some(question) = question.filter(|_| self.found.get_untracked().is_none()) else {
            if !self.wanted.get_untracked() {
                self.rest();
            }
            return;
        };
        if self.run.try_update_value(|run| std::mem::replace(&mut run.busy, true)) != Some(false) {
            return;
        }
        spawn_local(async move {
            self.give(&question).await;
            let request =
                Request::Exact { query: question.query, images: question.images.to_vec(), centred: question.centred };
            self.analysis.ask(request, Vec::new(), move |reply| self.heard(&question, reply));
        });
    }

    /// The switch is off: the worker is not needed.
    fn rest(self) {
        if self.run.with_value(|run| !run.known.1.is_empty()) {
            self.answered.set(None);
            self.forget();
            self.analysis.end();
        }
    }

    /// Brings the worker's factors up to what a question is about.
    async fn give(self, question: &Question) {
        let wanted: HashSet<Hash> = question.images.iter().copied().chain([question.query]).collect();
        let (gone, lacking) = self
            .run
            .try_update_value(|run| {
                let (generation, known) = &mut run.known;
                let same = std::mem::replace(generation, question.generation) == question.generation;
                let gone: Vec<Hash> = known.iter().filter(|hash| !same || !wanted.contains(*hash)).copied().collect();
                let lacking: Vec<Hash> =
                    wanted.iter().filter(|hash| !same || !known.contains(*hash)).copied().collect();
                *known = wanted;
                (gone, lacking)
            })
            .unwrap_or_default();
        if !gone.is_empty() {
            self.tell(Request::RemoveFactors(gone), Vec::new());
        }
        for hashes in lacking.chunks(PORTION) {
            let (pieces, blob) = self.gallery.factor_pieces(hashes);
            self.tell(Request::PutFactors(pieces), blob.into_iter().map(JsValue::from).collect());
            TimeoutFuture::new(0).await;
        }
    }

    fn tell(self, request: Request, beside: Vec<JsValue>) {
        // What comes of it shows in the answer to the question.
        self.analysis.ask(request, beside, |_| ());
    }

    fn heard(self, question: &Question, reply: Reply) {
        match reply {
            Reply::Progress(_) => return,
            Reply::Answer(Answer::Exact(cosines), _) => {
                self.answered.set(Some(Arc::new(Found { question: question.clone(), cosines })));
            }
            Reply::Answer(answer, _) => {
                let reason = if let Answer::Refused(reason) = answer { reason } else { String::new() };
                self.forget();
                self.trouble.set(Some(format!("Gradients stay projected. {reason}").trim_end().to_owned()));
            }
            Reply::Lost | Reply::Ended => self.forget(),
        }
        self.run.update_value(|run| run.busy = false);
        if let Worker::Failed(_) = self.analysis.standing.get_untracked() {
            let words = "Gradients stay projected: the worker that compares them crashed several times, maybe for lack of memory. Switch this off and on to try again.";
            self.trouble.set(Some(words.into()));
        }
        if self.trouble.get_untracked().is_none() {
            self.go();
        }
    }

    /// The worker has nothing (any more).
    fn forget(self) {
        self.run.update_value(|run| run.known.1.clear());
    }
}
