//! How fast a download goes, and how long it will take. Decisions only: no browser is needed.

use std::collections::VecDeque;

use crate::ui::numbers::{duration, megabytes};

/// Milliseconds over which the speed is measured.
const SPAN: f64 = 5_000.0;

/// A download's latest reports.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transfer {
    /// When, in milliseconds, and how many bytes there were.
    reports: VecDeque<(f64, u64)>,
}

impl Transfer {
    /// There are `done` bytes at the time `now`. Fewer than before begin another download.
    pub fn report(&mut self, now: f64, done: u64) {
        if self.reports.back().is_some_and(|&(_, before)| done < before) {
            self.reports.clear();
        }
        while self.reports.len() > 1 && self.reports.front().is_some_and(|&(then, _)| now - then > SPAN) {
            self.reports.pop_front();
        }
        self.reports.push_back((now, done));
    }

    /// Bytes in a millisecond, once there is something to tell by.
    fn speed(&self) -> Option<f64> {
        let (&(since, first), &(now, done)) = (self.reports.front()?, self.reports.back()?);
        (now - since > 250.0 && done > first).then(|| (done - first) as f64 / (now - since))
    }

    /// How far it is of `total` bytes, how fast, and how long it will take.
    pub fn words(&self, total: u64) -> String {
        let done = self.reports.back().map_or(0, |&(_, done)| done);
        let mut words = format!("{} of {}", megabytes(done), megabytes(total));
        if let Some(speed) = self.speed() {
            let left = duration(total.saturating_sub(done) as f64 / speed);
            words.push_str(&format!(", {} a second, {left} left", megabytes((speed * 1000.0) as u64)));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_that_of_the_last_seconds() {
        let mut transfer = Transfer::default();
        transfer.report(0.0, 1_000_000);
        assert_eq!(transfer.words(88_000_000), "1.0 MB of 88.0 MB", "one report tells no speed");
        transfer.report(1_000.0, 3_000_000);
        assert_eq!(transfer.words(88_000_000), "3.0 MB of 88.0 MB, 2.0 MB a second, 43 s left");
        // It has become faster since.
        (0..20).for_each(|i| transfer.report(2_000.0 + 1_000.0 * f64::from(i), 4_000_000 + 4_000_000 * i as u64));
        let words = transfer.words(88_000_000);
        assert!(words.contains("4.0 MB a second, 2 s left"), "{words}");
    }

    #[test]
    fn a_download_that_starts_over_is_another() {
        let mut transfer = Transfer::default();
        for (now, done) in [(0.0, 5_000_000), (1_000.0, 9_000_000), (1_100.0, 100_000)] {
            transfer.report(now, done);
        }
        assert_eq!(transfer.words(10_000_000), "0.1 MB of 10.0 MB");
    }
}
