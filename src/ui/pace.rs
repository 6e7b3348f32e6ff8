//! When a pass over the whole gallery goes on, and when it starts anew. Decisions only: no browser is needed.

/// What has changed since a pass began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Change {
    /// Nothing.
    #[default]
    Nothing,
    /// Features came in. While an engine computes they do so all the time.
    Features,
    /// Someone changed weights, neighbours, centring or labels.
    Settings,
}

/// What to do after the steps of one frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Take more steps in the next frame.
    GoOn,
    /// Show what was found.
    Show,
    /// Show what was found, and start anew.
    ShowAndStart,
    /// Forget this pass, and start anew.
    Start,
}

/// Someone who pulls a slider waits for that one; features that come in meanwhile don't keep a pass from its end.
pub const fn next(done: bool, change: Change) -> Next {
    match (done, change) {
        (_, Change::Settings) => Next::Start,
        (false, _) => Next::GoOn,
        (true, Change::Features) => Next::ShowAndStart,
        (true, Change::Nothing) => Next::Show,
    }
}

/// Milliseconds before a pass starts, when the last one took `worked`: a fifth of the time at most is spent while
/// features come in, and a slider's pull starts few.
pub fn pause(change: Change, worked: f64) -> f64 {
    match change {
        Change::Nothing | Change::Settings => 120.0,
        Change::Features => (4.0 * worked).clamp(300.0, 10_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_wait_for_the_end_of_a_pass_and_people_do_not() {
        assert_eq!(next(false, Change::Nothing), Next::GoOn);
        assert_eq!(next(false, Change::Features), Next::GoOn);
        assert_eq!(next(false, Change::Settings), Next::Start);
        assert_eq!(next(true, Change::Nothing), Next::Show);
        assert_eq!(next(true, Change::Features), Next::ShowAndStart);
        assert_eq!(next(true, Change::Settings), Next::Start);
    }

    #[test]
    fn long_passes_are_followed_by_long_pauses_while_features_come_in() {
        assert_eq!([1.0, 500.0, 1e6].map(|worked| pause(Change::Features, worked)), [300.0, 2_000.0, 10_000.0]);
        assert_eq!(pause(Change::Settings, 1e6), pause(Change::Settings, 0.0));
    }
}
