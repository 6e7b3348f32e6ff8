//! The status of engine and images, in a sentence. Decisions only: no browser is needed.

use super::counts::Counts;
use crate::ui::link::{Phase, describe};
use crate::ui::numbers::duration;

/// What the sentence is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The state of the engine.
    pub phase: Phase,
    /// How far the gallery's images are.
    pub counts: Counts,
    /// What is being computed, and its place among the stages.
    pub stage: Option<(usize, String)>,
    /// Milliseconds until all is done, as far as can be told.
    pub left: Option<f64>,
    /// Images that are waiting or with a worker, a query from outside the gallery included.
    pub open: usize,
    /// Images with workers.
    pub in_flight: usize,
    /// Whether a person has stopped the work.
    pub stopped: bool,
    /// Seconds since a worker that owes an answer last sent anything; 0 while all is well.
    pub silent: u32,
}

impl Facts {
    /// The sentence.
    pub fn sentence(&self) -> String {
        let waiting = match self.open {
            0 => String::new(),
            1 => " 1 image is waiting.".into(),
            n => format!(" {n} images are waiting."),
        };
        match &self.phase {
            Phase::Waking => format!("Loading the engine...{waiting}"),
            Phase::Starting(progress) => format!("{}{waiting}", describe(*progress)),
            // The reason, and what to try, stand below.
            Phase::Failed(_) => waiting.trim_start().to_owned(),
            Phase::Ready if self.silent > 0 => format!("The engine has not answered for {} s.{waiting}", self.silent),
            Phase::Ready if self.stopped && self.in_flight > 0 => "Stopping after the current image...".into(),
            Phase::Ready if self.stopped => format!("Stopped. {}", self.computed()),
            Phase::Ready if self.open > 0 => {
                let left = self.left.map(|left| format!(", {} left", duration(left))).unwrap_or_default();
                let have = |stage: usize| self.counts.stages.get(stage).copied().unwrap_or_default();
                match &self.stage {
                    Some((stage, name)) if have(*stage) < self.counts.images => {
                        format!("{name}: {} of {}{left}", have(*stage), self.counts.images)
                    }
                    // Their features are there; exact comparison takes more.
                    _ if self.open > 1 && self.counts.complete == self.counts.images => {
                        format!("Computing once more: {} images to go{left}", self.open)
                    }
                    _ => "Computing the query...".into(),
                }
            }
            Phase::Ready => self.computed(),
        }
    }

    fn computed(&self) -> String {
        match (self.counts.complete, self.counts.images) {
            (_, 0) => "The gallery is empty. Ready for images.".into(),
            (1, 1) => "1 image, computed.".into(),
            (done, all) if done == all => format!("All {all} images are computed."),
            (done, 1) => format!("{done} of 1 image is computed."),
            (done, all) => format!("{done} of {all} images are computed."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::protocol::Progress;

    fn facts(images: usize, stages: [usize; 2]) -> Facts {
        let counts = Counts { images, complete: stages[1], stages: stages.to_vec() };
        let (stage, left) = (None, None);
        Facts { phase: Phase::Ready, counts, stage, left, open: 0, in_flight: 0, stopped: false, silent: 0 }
    }

    #[test]
    fn what_is_done_is_what_is_in_the_gallery() {
        let done = [(0, 0), (1, 1), (14, 14), (14, 3), (1, 0)];
        let said = done.map(|(all, done)| facts(all, [done, done]).sentence());
        assert_eq!(said[..2], ["The gallery is empty. Ready for images.", "1 image, computed."]);
        assert_eq!(said[2], "All 14 images are computed.");
        assert_eq!(said[3..], ["3 of 14 images are computed.", "0 of 1 image is computed."]);
    }

    #[test]
    fn work_is_counted_by_what_images_have() {
        let stage = |place: usize| Some((place, ["Embedding", "DINO"][place].to_owned()));
        let busy = Facts { stage: stage(1), open: 25, in_flight: 2, left: Some(95_000.0), ..facts(660, [660, 635]) };
        assert_eq!(busy.sentence(), "DINO: 635 of 660, 2 min left");
        let unknown = Facts { left: None, stage: stage(0), ..busy.clone() };
        assert_eq!(unknown.sentence(), "Computing the query...", "all of the gallery have that");
        let again = Facts { open: 42, stage: stage(1), ..facts(64, [64, 64]) };
        assert_eq!(again.sentence(), "Computing once more: 42 images to go");
        assert_eq!(Facts { stopped: true, ..busy.clone() }.sentence(), "Stopping after the current image...");
        let stopped = Facts { stopped: true, in_flight: 0, ..busy.clone() };
        assert_eq!(stopped.sentence(), "Stopped. 635 of 660 images are computed.");
        assert_eq!(
            Facts { silent: 31, ..busy }.sentence(),
            "The engine has not answered for 31 s. 25 images are waiting."
        );
    }

    #[test]
    fn an_engine_that_is_not_ready_says_so_and_what_waits() {
        let at = |phase, open| Facts { phase, open, ..facts(2, [0, 0]) }.sentence();
        assert_eq!(at(Phase::Waking, 0), "Loading the engine...");
        assert_eq!(at(Phase::Failed("It hurts.".into()), 1), "1 image is waiting.");
        let download = Progress::Download { done: 1_000_000, total: 11_000_000 };
        assert_eq!(at(Phase::Starting(download), 2), "Loading the model: 1.0 MB of 11.0 MB. 2 images are waiting.");
    }
}
