//! Asks the maps' worker for coordinates: whenever the feature sets, the method or the gallery change, while the maps can be
//! seen.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::layout::Layout;
use super::plan::{Key, plan};
use super::state::{MapState, Side};
use super::words::Progress;
use crate::analysis::protocol::{self, Answer, MapOrder, Request};
use crate::fungi::Part;
use crate::retrieval::MapMethod;
use crate::ui::analysis::{Reply, Standing};

/// Before the worker is asked: several changes become one.
const PAUSE: Duration = Duration::from_millis(150);
/// The same while features come in: each time, everything is laid out anew.
const LONG_PAUSE: Duration = Duration::from_millis(1000);

impl MapState {
    /// Has coordinates made whenever something changes that they depend on.
    pub(super) fn follow(&self) {
        let state = *self;
        let due = StoredValue::new(false);
        let consider = move |pause| {
            if due.try_update_value(|due| std::mem::replace(due, true)) == Some(false) {
                set_timeout(
                    move || {
                        due.set_value(false);
                        state.consider();
                    },
                    pause,
                );
            }
        };
        Effect::new(move |_| {
            state.gallery.with_features(|_| ());
            state.changes.update_value(|changes| *changes += 1);
            consider(if state.sides[0].layout.with_untracked(|layout| layout.is_empty()) { PAUSE } else { LONG_PAUSE });
        });
        Effect::new(move |_| {
            state.method.track();
            state.sides.iter().for_each(|side| side.set.track());
            if state.visible.get() {
                consider(PAUSE);
            }
        });
    }

    /// Makes both maps again: of images that came after t-SNE began, for example.
    pub fn again(&self) {
        self.have.update_value(|have| have.iter_mut().for_each(|have| have.settled = None));
        self.consider();
    }

    /// Ends t-SNE, on both maps: the coordinates stay as they are.
    pub fn stop(&self) {
        self.have.update_value(|have| {
            for have in have {
                have.settled = have.running.take().or(have.settled.take());
            }
        });
        for side in self.sides {
            side.progress.update(|progress| *progress = progress.stopped());
            // Only t-SNE leaves coordinates on its way.
            side.show_latest(MapMethod::Tsne);
        }
        self.analysis.end();
    }

    fn consider(&self) {
        if !self.visible.get_untracked() {
            return;
        }
        let method = self.method.get_untracked();
        let (origin, empty) = untrack(|| {
            self.gallery.with_features(|gallery| (gallery.origin().cloned(), gallery.computed().next().is_none()))
        });
        if empty {
            self.sides.iter().for_each(|side| side.layout.set(Arc::default()));
            return;
        }
        let changes = self.changes.get_value();
        let wanted = self.sides.map(|side| Key::new(side.set.get_untracked(), method, origin.clone(), changes));
        let plan = self.have.with_value(|have| plan(&wanted, [&have[0], &have[1]]));
        if plan.end {
            self.have.update_value(|have| have.iter_mut().for_each(|have| have.running = None));
            self.analysis.end();
        }
        for ((side, key), ask) in self.sides.into_iter().zip(wanted).zip(plan.ask) {
            if ask {
                self.have.update_value(|have| have[side.place].running = Some(key.clone()));
                side.progress.set(Progress::Asked);
                spawn_local(self.arrange(side, key));
            }
        }
    }

    /// Sends the features that the worker lacks, then the question.
    async fn arrange(self, side: Side, key: Key) {
        let (origin, images) = untrack(|| {
            self.gallery.with_features(|gallery| {
                let images = gallery.computed().map(|(entry, features)| (entry.id, features.clone())).collect();
                (gallery.origin().cloned(), Arc::new(images))
            })
        });
        let parts: Vec<Part> = key.set.parts().collect();
        let there = self.analysis.give(origin, images, &parts).await;
        if !self.is_wanted(side, &key) {
            return;
        }
        if !there {
            return self.lost(side, &key);
        }
        let order = MapOrder { map: side.place as u8, set: key.set.clone(), method: key.method, seed: 0 };
        let (state, mut began) = (self, None);
        self.analysis.ask(Request::Map(order), Vec::new(), move |reply| {
            if !state.is_wanted(side, &key) {
                return;
            }
            match reply {
                Reply::Progress(protocol::Progress::Map { done, all, ids, coordinates }) => {
                    let spent = now() - *began.get_or_insert_with(now);
                    side.progress.set(Progress::Step { done, all, spent });
                    side.latest.set_value(Some(Arc::new(Layout::new(ids, &coordinates))));
                    if !still() {
                        side.show_latest(key.method);
                    }
                }
                Reply::Progress(_) => {}
                Reply::Answer(Answer::Mapped { ids, coordinates }, _) => {
                    side.latest.set_value(Some(Arc::new(Layout::new(ids, &coordinates))));
                    side.show_latest(key.method);
                    state.settle(side, &key, Progress::Done);
                }
                Reply::Answer(Answer::Refused(reason), _) => state.settle(side, &key, Progress::Failed(reason)),
                Reply::Answer(..) | Reply::Lost => state.lost(side, &key),
                Reply::Ended => {}
            }
        });
    }

    fn is_wanted(&self, side: Side, key: &Key) -> bool {
        self.have.with_value(|have| have[side.place].running.as_ref() == Some(key))
    }

    fn settle(&self, side: Side, key: &Key, progress: Progress) {
        side.progress.set(progress);
        self.have.update_value(|have| {
            have[side.place].running = None;
            have[side.place].settled = Some(key.clone());
        });
    }

    /// The worker crashed, or was told otherwise: once more, unless it can't work at all.
    fn lost(&self, side: Side, key: &Key) {
        match self.analysis.standing.get_untracked() {
            Standing::Failed(reason) => self.settle(side, key, Progress::Failed(reason)),
            _ => {
                self.have.update_value(|have| have[side.place].running = None);
                let state = *self;
                set_timeout(move || state.consider(), PAUSE);
            }
        }
    }

    /// How many images of the gallery are not on the map, since they came after t-SNE began.
    pub fn unplaced(&self) -> usize {
        if self.method.get() != MapMethod::Tsne || self.sides.iter().any(|side| side.progress.get().is_running()) {
            return 0;
        }
        let placed = self.sides[0].layout.get();
        self.gallery.with_features(|gallery| {
            gallery.computed().filter(|(entry, _)| placed.position(entry.id).is_none()).count()
        })
    }
}

impl Side {
    /// Shows the coordinates that came last.
    fn show_latest(&self, method: MapMethod) {
        if let Some(layout) = self.latest.try_update_value(Option::take).flatten() {
            self.made.set(Some(method));
            self.layout.set(layout);
        }
    }
}

/// Whether the person wants nothing to move by itself.
fn still() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)").ok().flatten();
    query.is_some_and(|query| query.matches())
}

fn now() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}
