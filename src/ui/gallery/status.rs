//! The status line's facts, as they are now.

use leptos::prelude::*;

use super::GalleryState;
use super::counts::Counts;
use super::sentence::Facts;

impl GalleryState {
    /// How far the images are. Counted anew a few times a second at most, and at once when the work begins or ends.
    pub(super) fn counts(&self) -> Memo<Counts> {
        let gallery = *self;
        let busy = Memo::new(move |_| gallery.link.queue.with(|queue| queue.is_busy()));
        Memo::new(move |_| {
            busy.track();
            gallery.with_features(Counts::of)
        })
    }

    /// The facts of the status line.
    pub(super) fn facts(&self, counts: Memo<Counts>) -> Facts {
        let queue = self.link.queue.get();
        Facts {
            phase: self.link.phase.get(),
            counts: counts.get(),
            stage: queue.stage.and_then(|stage| Some((stage, self.link.stage_name(stage)?))),
            left: queue.left,
            open: queue.open,
            in_flight: queue.in_flight,
            stopped: queue.stopped,
            silent: queue.silent,
        }
    }

    /// How many files were refused, and how many were there already, in words; empty where none was.
    pub(super) fn left_out(&self) -> [String; 2] {
        let words = |count: usize, words: &str| if count == 0 { String::new() } else { format!("{count} {words}") };
        let refused = self.problems.with(Vec::len) + self.strangers.with(Vec::len);
        [words(refused, "refused"), words(self.duplicates.with(Vec::len), "there already")]
    }
}
