//! When an evaluation starts, and what is done with what it finds.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_time::Instant;

use super::EvaluationState;
use super::labelled::Labelled;
use crate::analysis::protocol::{Answer, Order, Progress, Request, Slot};
use crate::fungi::{Features, Part, PartMap};
use crate::gallery::{Gallery, Id};
use crate::retrieval::FeatureSet;
use crate::ui::analysis::{Reply, Standing};
use crate::ui::pace::{Change, pause};

/// The latest evaluation of each slot.
#[derive(Default)]
pub(super) struct Runs {
    own: Run,
    standard: Run,
}

/// An evaluation that goes on or has ended.
#[derive(Default)]
pub(super) struct Run {
    /// Counts evaluations; what comes from an earlier one is ignored.
    pass: u32,
    /// What it is of.
    of: Option<Arc<Labelled>>,
    /// The person's own set, where it is of that.
    own: Option<FeatureSet>,
    /// Whether it goes on.
    going: bool,
    /// What has changed since it began.
    change: Change,
    /// Whether a start is due.
    due: bool,
    began: Option<Instant>,
    /// Milliseconds that the last complete one took.
    took: f64,
}

impl Runs {
    fn of(&mut self, slot: Slot) -> &mut Run {
        match slot {
            Slot::Own => &mut self.own,
            Slot::Standard => &mut self.standard,
        }
    }
}

/// Every computed image with its features.
type Computed = Arc<Vec<(Id, Arc<Features>)>>;

impl EvaluationState {
    /// Evaluates whenever something changes while the tab is looked at.
    pub(super) fn follow(self) {
        Effect::new(move |_| {
            self.labelled.track();
            if self.looked_at.get() {
                self.changed(Slot::Standard, None);
            }
        });
        let own = Memo::new(move |_| (self.own(&self.labelled.with(|labelled| labelled.parts)), self.labelled.get()));
        Effect::new(move |_| {
            let (set, _) = own.get();
            if set.is_none() {
                self.lines.update(|lines| lines.without_own());
            } else if self.looked_at.get() {
                self.changed(Slot::Own, set);
            }
        });
        // A worker that crashes while it has nothing to do takes its votes with it.
        Effect::new(move |before: Option<Standing>| {
            let standing = self.analysis.standing.get();
            if before == Some(Standing::Awake) && standing != Standing::Awake {
                self.runs.update_value(|runs| (runs.own.of, runs.standard.of) = (None, None));
                if self.looked_at.get_untracked() && !matches!(standing, Standing::Failed(_)) {
                    self.start_soon(Slot::Standard);
                    self.start_soon(Slot::Own);
                }
            }
            standing
        });
    }

    /// Starts anew after a failure.
    pub fn try_again(self) {
        self.trouble.set(None);
        self.start_soon(Slot::Standard);
        self.start_soon(Slot::Own);
    }

    /// Something has changed, or the tab is looked at again. `own`: the person's own set, as it is now.
    fn changed(self, slot: Slot, own: Option<FeatureSet>) {
        let now = self.labelled.get_untracked();
        let is_same = self.runs.with_value(|runs| {
            let run = if slot == Slot::Own { &runs.own } else { &runs.standard };
            run.change == Change::Nothing && run.own == own && run.of.as_ref().is_some_and(|before| **before == *now)
        });
        if is_same {
            return;
        }
        let at_once = self.runs.try_update_value(|runs| {
            let run = runs.of(slot);
            let edited = slot == Slot::Own || run.of.as_ref().is_none_or(|before| now.edited_since(before));
            run.change = run.change.max(if edited { Change::Settings } else { Change::Features });
            // Features that come in don't keep an evaluation from its end.
            edited || !run.going
        });
        self.lines.update(|lines| lines.age(slot == Slot::Own));
        if at_once == Some(true) {
            self.start_soon(slot);
        }
    }

    fn start_soon(self, slot: Slot) {
        let wait = self.runs.try_update_value(|runs| {
            let run = runs.of(slot);
            (!std::mem::replace(&mut run.due, true)).then(|| pause(run.change, run.took))
        });
        if let Some(Some(wait)) = wait {
            set_timeout(move || self.start(slot), Duration::from_millis(wait as u64));
        }
    }

    fn start(self, slot: Slot) {
        let labelled = self.labelled.get_untracked();
        let sets = match slot {
            Slot::Standard => None,
            Slot::Own => untrack(|| self.own(&labelled.parts)).map(|own| {
                let embedding =
                    FeatureSet::standard(|part| labelled.parts[part]).into_iter().find(FeatureSet::is_embedding);
                embedding.into_iter().chain([own]).collect::<Vec<_>>()
            }),
        };
        let enough = labelled.lacking().is_none() && (slot == Slot::Standard || sets.is_some());
        let wanted = enough && self.looked_at.get_untracked();
        let pass = self.runs.try_update_value(|runs| {
            let run = runs.of(slot);
            let (pass, took) = (run.pass + 1, run.took);
            let own = sets.as_ref().and_then(|sets| sets.last().cloned()).filter(|_| slot == Slot::Own);
            let of = Some(Arc::clone(&labelled)).filter(|_| wanted);
            *run = Run { pass, of, own, going: wanted, began: Some(Instant::now()), took, ..Run::default() };
            pass
        });
        let Some(pass) = pass.filter(|_| wanted) else { return };
        self.trouble.set(None);
        if slot == Slot::Standard {
            self.progress.set(Some((0, 1)));
        }
        let images = labelled.ids.iter().copied().zip(labelled.classes.iter().copied()).collect();
        let seed = labelled.origin.as_ref().map_or(0, |origin| origin.settings.seed);
        let order = Order { slot, images, classes: labelled.names.len(), sets, seed };
        spawn_local(async move {
            if self.analysis.give(labelled.origin.clone(), self.computed(), &Part::ALL).await {
                let number = Rc::new(Cell::new(0));
                let of = Rc::clone(&number);
                let asked = self.analysis.ask(Request::Evaluate(order), Vec::new(), move |reply| {
                    if self.is_pass(slot, pass) {
                        self.heard(slot, of.get(), &labelled, reply);
                    }
                });
                number.set(asked);
            } else if self.is_pass(slot, pass) {
                self.heard(slot, 0, &labelled, Reply::Lost);
            }
        });
    }

    /// Every computed image, labelled or not: duplicates are looked for among all.
    pub(super) fn computed(&self) -> Computed {
        let all = |gallery: &Gallery| {
            Arc::new(gallery.computed().map(|(entry, features)| (entry.id, Arc::clone(features))).collect())
        };
        untrack(|| self.gallery.with_features(all))
    }

    fn is_pass(self, slot: Slot, pass: u32) -> bool {
        self.runs.try_update_value(|runs| runs.of(slot).pass == pass) == Some(true)
    }

    fn heard(self, slot: Slot, evaluation: u32, of: &Arc<Labelled>, reply: Reply) {
        let own = slot == Slot::Own;
        match reply {
            Reply::Progress(Progress::Rows { rows, done, samples, .. }) => {
                // The embedding is there already, from the standard sets.
                let rows = rows.into_iter().filter(|(_, row)| !own || !row.set.is_embedding()).collect();
                self.lines.update(|lines| lines.take(evaluation, rows));
                if !own {
                    self.progress.set(Some(done));
                    self.samples.set(samples);
                    self.evaluated.set(Some(Arc::clone(of)));
                }
            }
            Reply::Progress(_) => {}
            Reply::Answer(Answer::Evaluated, _) => {
                let wanted = of.origin.as_ref().map(|origin| origin.settings.parts()).unwrap_or_default();
                let wanted = PartMap::from_fn(|part| wanted.contains(&part));
                self.lines.update(|lines| lines.complete(evaluation, own, &wanted, &of.parts));
                self.ended(slot, true);
            }
            // A newer one has been asked for.
            Reply::Answer(Answer::GivenUp, _) | Reply::Ended => self.ended(slot, false),
            Reply::Answer(Answer::Refused(reason), _) => {
                self.trouble.set(Some(reason));
                self.ended(slot, false);
            }
            Reply::Answer(..) => self.ended(slot, false),
            Reply::Lost => {
                self.ended(slot, false);
                match self.analysis.standing.get_untracked() {
                    Standing::Failed(reason) => self.trouble.set(Some(reason)),
                    _ => self.start_soon(slot),
                }
            }
        }
    }

    fn ended(self, slot: Slot, complete: bool) {
        let again = self.runs.try_update_value(|runs| {
            let run = runs.of(slot);
            run.going = false;
            if complete && let Some(began) = run.began {
                run.took = began.elapsed().as_secs_f64() * 1e3;
            }
            run.change > Change::Nothing
        });
        if slot == Slot::Standard {
            self.progress.set(None);
        }
        if again == Some(true) {
            self.start_soon(slot);
        }
    }
}
