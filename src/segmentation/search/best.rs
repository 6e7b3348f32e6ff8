//! The best few of many scores.

/// The `k` best of the scores that were offered, each with its place in the bank.
pub(super) struct Best {
    k: usize,
    /// At most twice as many, so that sorting out the worst is seldom needed.
    found: Vec<(f32, u32)>,
    /// What an offer has to exceed once k are found. Indices come in order, so an equal score comes too late.
    threshold: f32,
}

impl Best {
    pub(super) fn new(k: usize) -> Self {
        Self { k, found: Vec::with_capacity(2 * k), threshold: f32::NEG_INFINITY }
    }

    pub(super) fn offer(&mut self, score: f32, index: u32) {
        if score > self.threshold {
            self.found.push((score, index));
            if self.found.len() == 2 * self.k {
                self.prune();
            }
        }
    }

    fn prune(&mut self) {
        if self.found.len() > self.k {
            self.found.select_nth_unstable_by(self.k - 1, better);
            self.found.truncate(self.k);
            self.threshold = self.found[self.k - 1].0;
        }
    }

    /// The best first; of equal ones the earlier first.
    pub(super) fn finish(mut self) -> Vec<(f32, u32)> {
        self.prune();
        self.found.sort_unstable_by(better);
        self.found
    }
}

fn better(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}
