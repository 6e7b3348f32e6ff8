//! What the dialog shows, and the requests behind it.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::asking::{Asking, Next, Step};
use super::cuts::Cutter;
use super::words;
use crate::engine::protocol::{Request, WhyRequest};
use crate::fungi::{Gradient, Part, Settings};
use crate::gallery::{Hash, Id};
use crate::ui::gallery::GalleryState;
use crate::ui::link::{Link, Phase, Reply, describe};

/// The dialog's state. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct InsideState {
    /// The images; its `inside` is the one that is looked into.
    pub gallery: GalleryState,
    /// Where it is taken apart.
    pub link: Link,
    /// The gradients of the settings' objectives, once they are there.
    pub gradients: RwSignal<Vec<Arc<Gradient>>>,
    /// The image's picture, once the browser has it.
    pub cutter: RwSignal<Option<Rc<Cutter>>, LocalStorage>,
    /// The view that is chosen in the list.
    pub chosen: RwSignal<Option<usize>>,
    /// The view under the pointer.
    pub pointed: RwSignal<Option<usize>>,
    /// The image.
    subject: Memo<Option<Subject>>,
    standing: RwSignal<Standing>,
    part: RwSignal<Option<Part>>,
    settings: Signal<Settings>,
    asking: StoredValue<Asking>,
    /// Counts up whenever the image is asked about anew: answers to earlier requests are of no use.
    round: StoredValue<u32>,
}

/// The image that is looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Subject {
    id: Id,
    /// Its content, once it has been read.
    hash: Option<Hash>,
    /// Whether its file is here.
    at_hand: bool,
}

/// How far the answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// It is under way: what is being done.
    Busy(String),
    /// There will be none, for this reason.
    Without(String),
    /// It is there.
    Shown,
}

impl InsideState {
    /// Follows the image that is to be looked into, and the engine.
    pub fn new(gallery: GalleryState, settings: Signal<Settings>) -> Self {
        let subject = Memo::new(move |_| {
            gallery.ids.track();
            let id = gallery.inside.get()?;
            gallery.shown(id)?.track();
            Some(Subject { id, hash: gallery.hash_of(id), at_hand: gallery.is_at_hand(id) })
        });
        let state = Self {
            gallery,
            link: gallery.link,
            gradients: RwSignal::new(Vec::new()),
            cutter: RwSignal::new_local(None),
            chosen: RwSignal::new(None),
            pointed: RwSignal::new(None),
            subject,
            standing: RwSignal::new(Standing::Shown),
            part: RwSignal::new(None),
            settings,
            asking: StoredValue::new(Asking::default()),
            round: StoredValue::new(0),
        };
        Effect::new(move |before: Option<Option<Id>>| {
            state.link.session.track();
            let subject = subject.get();
            let id = subject.map(|subject| subject.id);
            if before.flatten() != id {
                state.asking.set_value(Asking::default());
                state.gradients.set(Vec::new());
                state.cutter.set(None);
                state.turn_to(None);
            }
            untrack(|| state.begin(subject));
            id
        });
        state
    }

    /// The image that is looked into.
    pub fn id(&self) -> Option<Id> {
        self.subject.get().map(|subject| subject.id)
    }

    /// The gradient that is shown: the chosen one, or the first.
    pub fn gradient(&self) -> Option<Arc<Gradient>> {
        let part = self.part.get();
        self.gradients.with(|all| all.iter().find(|of| Some(of.part) == part).or(all.first()).cloned())
    }

    /// Shows a part's gradient; none: the first.
    pub fn turn_to(&self, part: Option<Part>) {
        self.chosen.set(None);
        self.pointed.set(None);
        self.part.set(part);
    }

    /// The view that is marked: the one under the pointer, or the chosen one.
    pub fn marked(&self) -> Option<usize> {
        self.pointed.get().or(self.chosen.get())
    }

    /// What is under way, and why there is nothing to see; none once there is.
    pub fn sentence(&self) -> Option<String> {
        match self.standing.get() {
            Standing::Shown => None,
            Standing::Without(reason) => Some(reason),
            Standing::Busy(step) => Some(match self.link.phase.get() {
                Phase::Failed(reason) => reason,
                Phase::Starting(progress) => describe(progress),
                Phase::Waking | Phase::Ready => step,
            }),
        }
    }

    /// Whether an answer is still to come.
    pub fn is_busy(&self) -> bool {
        matches!(self.standing.get(), Standing::Busy(_)) && !matches!(self.link.phase.get(), Phase::Failed(_))
    }

    fn begin(self, subject: Option<Subject>) {
        self.round.update_value(|round| *round += 1);
        let Some(Subject { id, hash, at_hand }) = subject else { return };
        let Some(hash) = hash else {
            let waits = "The image has not been read yet. Its insides are shown as soon as it has been.";
            return self.standing.set(Standing::Busy(waits.into()));
        };
        if !at_hand && self.gallery.has_standing() {
            return self.standing.set(Standing::Busy("The engine draws the sample set's files first.".into()));
        }
        if !at_hand {
            let missing = "The image's file is not here, so it can't be taken apart. Drop its file into the gallery: it is \
                           known by its content.";
            return self.without(missing.into());
        }
        if self.asking.with_value(Asking::gave_up) {
            return;
        }
        let side = self.link.model.with(|model| model.as_ref().map(|model| model.image));
        let views = side.map_or(0, |side| self.settings.with(|settings| settings.views(side)));
        self.standing.set(Standing::Busy(words::waiting(views.max(1), self.link.view_millis.get())));
        // Otherwise once it is: its session counts up then.
        if self.link.is_ready() {
            self.ask(Step::Dissect, id, hash);
        }
    }

    fn ask(self, step: Step, id: Id, hash: Hash) {
        let (request, file) = match step {
            Step::Dissect => {
                let file = self.gallery.file_of(id).map(|(_, file, _)| file);
                (WhyRequest::Dissect { hash, bytes: Vec::new() }, file)
            }
            Step::Inspect => (WhyRequest::Inspect { hash }, None),
        };
        let round = self.round.get_value();
        self.link.ask(Request::Why(request), file, move |reply| {
            if self.round.get_value() != round {
                return;
            }
            let answer = match reply {
                Reply::Progress(progress) => return self.standing.set(Standing::Busy(describe(progress))),
                Reply::Answer(answer) => Some(answer),
                Reply::Lost { .. } => None,
            };
            match self.asking.try_update_value(|asking| asking.take_in(step, answer)) {
                Some(Next::Ask(step)) => self.ask(step, id, hash),
                Some(Next::Show(inside)) if inside.objectives.is_empty() => {
                    self.without(
                        "No objective is switched on, so there is no gradient. Switch one on in the settings.".into(),
                    );
                }
                Some(Next::Show(inside)) => {
                    self.standing.set(Standing::Shown);
                    let gradients: Vec<_> = inside.objectives.into_iter().map(Arc::new).collect();
                    // The same again, after a restart: whoever reads it is not disturbed.
                    if self.gradients.with_untracked(|before| *before != gradients) {
                        self.gradients.set(gradients);
                    }
                }
                Some(Next::Say(reason)) => self.without(reason),
                Some(Next::Wait) | None => {}
            }
        });
    }

    fn without(&self, reason: String) {
        self.gradients.set(Vec::new());
        self.standing.set(Standing::Without(reason));
    }
}
