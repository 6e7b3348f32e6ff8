//! What the current worker has of the tab.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::shown::Wanted;
use super::step::Step;
use crate::segmentation::Mask;

/// Crashes in a row that no file is to blame for, without an edit between them, after which nothing is sent until the
/// next edit.
const PATIENCE: u32 = 2;

/// What the current worker has of the tab.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    worker: Option<u32>,
    pub(super) photos: BTreeMap<u32, KnownPhoto>,
    pub(super) support: Vec<u32>,
    pub(super) maps: Option<Wanted>,
    propagating: bool,
    breakdowns: u32,
    broke_at: u32,
}

/// The worker crashed before it answered a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crash {
    /// Whether it was at this step, and crashed by a fault of its own: not if it was ended from outside.
    pub blame: bool,
}

/// What the worker has of a photo.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct KnownPhoto {
    pub(super) side: Option<usize>,
    pub(super) opening: Opening,
    pub(super) labels: Option<u32>,
    pub(super) truth: Option<Arc<Mask>>,
    pub(super) mask_file: Option<u32>,
}

/// The state of opening a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Opening {
    #[default]
    Asked,
    Done,
    Refused,
}

impl Known {
    /// Whether this is what the worker with that number has.
    pub fn is_of(&self, worker: u32) -> bool {
        self.worker == Some(worker)
    }

    /// What a new worker has: nothing.
    pub fn start(&mut self, worker: u32) {
        let Self { breakdowns, broke_at, .. } = *self;
        *self = Self { worker: Some(worker), breakdowns, broke_at, ..Self::default() };
    }

    /// The worker crashed before it answered `step`, when there had been that many edits. Returns whether the file that
    /// the step reads is at fault: it must not be sent again, so that the crash is not one in a row with the next.
    pub fn broke_down(&mut self, step: &Step, crash: Crash, edits: u32) -> bool {
        let file = crash.blame && step.reads_file();
        let breakdowns = match file {
            true => 0,
            false if self.broke_at == edits => self.breakdowns + 1,
            false => 1,
        };
        *self = Self { breakdowns, broke_at: edits, ..Self::default() };
        file
    }

    /// Whether workers have crashed so often that nothing is sent until there are more than that many edits.
    pub fn gave_up(&self, edits: u32) -> bool {
        self.breakdowns >= PATIENCE && self.broke_at == edits
    }

    /// Takes note of what is being sent.
    pub fn sent(&mut self, step: &Step) {
        match step {
            Step::Forget(id) => {
                self.photos.remove(id);
            }
            Step::Open { id, side } => {
                // A photo is opened without labels, and may no longer count as support for the engine: send both again.
                self.photos.insert(*id, KnownPhoto { side: *side, ..KnownPhoto::default() });
                if self.support.contains(id) {
                    self.support.clear();
                }
            }
            Step::Support(ids) => self.support.clone_from(ids),
            Step::ReadMask { id, number } => self.update(*id, |photo| photo.mask_file = Some(*number)),
            Step::Labels { id, revision } => self.update(*id, |photo| photo.labels = Some(*revision)),
            Step::Truth { id, mask } => self.update(*id, |photo| photo.truth.clone_from(mask)),
            Step::Maps(wanted) => {
                self.maps = Some(wanted.clone());
                self.propagating = true;
            }
        }
    }

    /// A photo is open at that side.
    pub fn opened(&mut self, id: u32, side: Option<usize>) {
        // Not if it was requested at another side meanwhile: that answer is still to come.
        self.update(id, |photo| {
            if photo.side == side {
                photo.opening = Opening::Done;
            }
        });
    }

    /// A file was refused and will not be sent again, so that a crash that it caused is not one in a row with the next.
    pub fn file_refused(&mut self) {
        self.breakdowns = 0;
    }

    /// A photo can't be opened.
    pub fn refused(&mut self, id: u32) {
        self.file_refused();
        self.update(id, |photo| photo.opening = Opening::Refused);
    }

    /// The request for maps was answered: with maps, or with a reason why there are none.
    pub fn propagated(&mut self, worked: bool) {
        self.propagating = false;
        if worked {
            self.breakdowns = 0;
        }
    }

    /// Maps that were computed earlier are shown: they need not be requested.
    pub fn recalled(&mut self, wanted: Wanted) {
        self.maps = Some(wanted);
    }

    /// Whether these maps were requested last, or recalled.
    pub fn has_maps(&self, wanted: &Wanted) -> bool {
        self.maps.as_ref() == Some(wanted)
    }

    /// Maps are no longer wanted; those on their way will be ignored.
    pub fn drop_maps(&mut self) {
        self.maps = None;
    }

    /// Whether a request for maps is unanswered.
    pub fn is_propagating(&self) -> bool {
        self.propagating
    }

    /// Whether the maps that were requested last are still wanted.
    pub fn wants_maps(&self) -> bool {
        self.maps.is_some()
    }

    /// Whether a photo is open.
    pub fn is_open(&self, id: u32) -> bool {
        self.photos.get(&id).is_some_and(|photo| photo.opening == Opening::Done)
    }

    /// Whether a photo is open, resized to that side.
    pub(super) fn is_open_at(&self, id: u32, side: Option<usize>) -> bool {
        self.photos.get(&id).is_some_and(|photo| photo.opening == Opening::Done && photo.side == side)
    }

    /// How many photos are being opened.
    pub fn opening(&self) -> usize {
        self.photos.values().filter(|photo| photo.opening == Opening::Asked).count()
    }

    fn update(&mut self, id: u32, update: impl FnOnce(&mut KnownPhoto)) {
        if let Some(photo) = self.photos.get_mut(&id) {
            update(photo);
        }
    }
}
