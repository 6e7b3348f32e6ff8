//! Undo and redo of labels: each step is kept as the runs of pixels that it changed.

use crate::segmentation::UNLABELLED;

/// Steps that can be undone; older ones are forgotten.
pub(super) const DEPTH: usize = 50;

/// A run of pixels that changed from one label to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    start: usize,
    count: usize,
    before: u8,
    after: u8,
}

/// The edits of one photo's labels, and the edits that were undone.
#[derive(Debug, Clone, Default)]
pub struct History {
    done: Vec<Vec<Run>>,
    undone: Vec<Vec<Run>>,
}

impl History {
    /// Records a step, after which nothing can be redone. False if it changed nothing.
    pub fn record(&mut self, before: &[u8], after: &[u8]) -> bool {
        let runs = difference(before, after);
        if runs.is_empty() {
            return false;
        }
        self.done.push(runs);
        if self.done.len() > DEPTH {
            self.done.remove(0);
        }
        self.undone.clear();
        true
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Undoes the last step. False if there is none.
    pub fn undo(&mut self, labels: &mut [u8]) -> bool {
        let Some(runs) = self.done.pop() else { return false };
        runs.iter().for_each(|run| labels[run.start..run.start + run.count].fill(run.before));
        self.undone.push(runs);
        true
    }

    /// Redoes the last undone step. False if there is none.
    pub fn redo(&mut self, labels: &mut [u8]) -> bool {
        let Some(runs) = self.undone.pop() else { return false };
        runs.iter().for_each(|run| labels[run.start..run.start + run.count].fill(run.after));
        self.done.push(runs);
        true
    }

    /// Forgets a class: undoing must not bring back labels of a class that is gone.
    pub fn remove_class(&mut self, class: u8) {
        for steps in [&mut self.done, &mut self.undone] {
            for run in steps.iter_mut().flatten() {
                for label in [&mut run.before, &mut run.after] {
                    if *label == class {
                        *label = UNLABELLED;
                    }
                }
            }
            steps.iter_mut().for_each(|runs| runs.retain(|run| run.before != run.after));
            steps.retain(|runs| !runs.is_empty());
        }
    }
}

/// The runs in which labels of the same length differ.
fn difference(before: &[u8], after: &[u8]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, (&before, &after)) in before.iter().zip(after).enumerate().filter(|(_, (before, after))| before != after) {
        match runs.last_mut() {
            Some(run) if run.start + run.count == i && run.before == before && run.after == after => run.count += 1,
            _ => runs.push(Run { start: i, count: 1, before, after }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_kept_as_few_runs() {
        let runs = difference(&[0, 0, 0, 1, 1, 0], &[0, 2, 2, 2, 1, 2]);
        let shown: Vec<_> = runs.iter().map(|run| (run.start, run.count, run.before, run.after)).collect();
        assert_eq!(shown, [(1, 2, 0, 2), (3, 1, 1, 2), (5, 1, 0, 2)]);
        assert!(!History::default().record(&[1, 2], &[1, 2]));
    }
}
