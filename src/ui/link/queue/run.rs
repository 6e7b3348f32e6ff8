//! How far the work is, and how fast it goes.

/// A run: from the first image that waits until none is left.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Run {
    /// Images that need nothing more: computed, known or refused.
    pub done: usize,
    /// Images that were requested.
    pub total: usize,
    /// The work by stage.
    pub stages: Vec<Stage>,
    /// When the current span of time began.
    since: Option<f64>,
}

/// The work of one stage: the parts that come from one set of views.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stage {
    /// Images that have them, or no longer need them.
    pub done: usize,
    /// Images that needed them when they were requested.
    pub total: usize,
    /// Milliseconds of the latest answers, all workers together, and how many there were; older ones count less.
    recent: (f64, f64),
}

/// What an older answer still counts when another comes: the last twenty or so set the pace.
const FADING: f64 = 0.95;

impl Stage {
    /// Milliseconds per image at the present pace, all workers together, once one has been computed.
    pub fn pace(&self) -> Option<f64> {
        (self.recent.1 > 0.0).then(|| self.recent.0 / self.recent.1)
    }
}

impl Run {
    /// Milliseconds until all is done. `expected`: milliseconds per image of each stage where none has been computed yet.
    pub fn left(&self, expected: &[f64]) -> Option<f64> {
        let stages = self.stages.iter().enumerate().filter(|(_, stage)| stage.done < stage.total);
        let left = stages.map(|(i, stage)| {
            let pace = stage.pace().or(expected.get(i).copied())?;
            Some(pace * (stage.total - stage.done) as f64)
        });
        left.sum()
    }

    /// The stage that the work is at: the first that is not done.
    pub fn stage(&self) -> Option<usize> {
        self.stages.iter().position(|stage| stage.done < stage.total)
    }

    /// An image was requested, which needs these stages.
    pub(super) fn requested(&mut self, needs: &[usize]) {
        self.total += 1;
        needs.iter().for_each(|&stage| self.stage_mut(stage).total += 1);
    }

    /// An image was removed, which still needed these stages.
    pub(super) fn cancelled(&mut self, needs: &[usize]) {
        self.total -= 1;
        needs.iter().for_each(|&stage| self.stage_mut(stage).total -= 1);
    }

    /// An image no longer needs these stages.
    pub(super) fn settled(&mut self, needs: impl IntoIterator<Item = usize>) {
        needs.into_iter().for_each(|stage| self.stage_mut(stage).done += 1);
    }

    /// An image needs this stage too.
    pub(super) fn grew(&mut self, stage: usize) {
        self.stage_mut(stage).total += 1;
    }

    /// Work goes on after a pause, which costs no time.
    pub(super) fn resumed(&mut self, now: f64) {
        self.since = Some(now);
    }

    /// Work pauses.
    pub(super) fn paused(&mut self) {
        self.since = None;
    }

    /// An answer came for an image of that stage.
    pub(super) fn answered(&mut self, stage: usize, computed: bool, now: f64) {
        let elapsed = now - self.since.replace(now).unwrap_or(now);
        let (millis, count) = &mut self.stage_mut(stage).recent;
        if computed {
            (*millis, *count) = (*millis * FADING, *count * FADING + 1.0);
        }
        *millis += elapsed;
    }

    fn stage_mut(&mut self, stage: usize) -> &mut Stage {
        if stage >= self.stages.len() {
            self.stages.resize(stage + 1, Stage::default());
        }
        &mut self.stages[stage]
    }
}
