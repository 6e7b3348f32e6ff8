//! What a step changed, so that it can be taken back: runs of pixels.

/// Pixels in a row that changed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The first.
    pub start: usize,
    /// How many.
    pub count: usize,
    /// Their label before.
    pub before: u8,
    /// Their label after.
    pub after: u8,
}

/// The runs in which two pictures of one size differ.
pub fn difference(before: &[u8], after: &[u8]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (i, (&before, &after)) in before.iter().zip(after).enumerate().filter(|(_, (before, after))| before != after) {
        match runs.last_mut() {
            Some(run) if run.start + run.count == i && run.before == before && run.after == after => run.count += 1,
            _ => runs.push(Run { start: i, count: 1, before, after }),
        }
    }
    runs
}
