//! What an edit changed in a photo's labels, kept as the runs of pixels that it changed.

use super::change::{Change, Way};

/// A run of pixels that changed from one label to another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    start: u32,
    count: u32,
    labels: Change<u8>,
}

/// A change of one photo's labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelChange {
    runs: Vec<Run>,
    /// The labels' revisions before it and after it.
    pub(super) revisions: Change<u32>,
}

impl LabelChange {
    /// Between labels of the same length; none if they are the same.
    pub(super) fn between(before: &[u8], after: &[u8], revisions: Change<u32>) -> Option<Self> {
        let runs = difference(before, after);
        (!runs.is_empty()).then_some(Self { runs, revisions })
    }

    /// Undoes it, or makes it again.
    pub(super) fn apply(&self, labels: &mut [u8], way: Way) {
        for Run { start, count, labels: change } in &self.runs {
            labels[*start as usize..(start + count) as usize].fill(*change.goal(way));
        }
    }
}

/// The runs in which labels of the same length differ.
fn difference(before: &[u8], after: &[u8]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, (&before, &after)) in before.iter().zip(after).enumerate().filter(|(_, (before, after))| before != after) {
        let (start, labels) = (i as u32, Change { before, after });
        match runs.last_mut() {
            Some(run) if run.start + run.count == start && run.labels == labels => run.count += 1,
            _ => runs.push(Run { start, count: 1, labels }),
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
        let shown: Vec<_> =
            runs.iter().map(|run| (run.start, run.count, run.labels.before, run.labels.after)).collect();
        assert_eq!(shown, [(1, 2, 0, 2), (3, 1, 1, 2), (5, 1, 0, 2)]);
        assert_eq!(LabelChange::between(&[1, 2], &[1, 2], Change { before: 0, after: 1 }), None);
    }
}
