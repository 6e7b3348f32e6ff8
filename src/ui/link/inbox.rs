//! What the workers sent, taken in at a pace that leaves the browser time to draw: several fast workers answer many times
//! a frame, and each answer changes something on the page.

use std::collections::VecDeque;

/// Milliseconds of taking in before a pause.
const BUDGET: f64 = 8.0;
/// Milliseconds of a frame at 60 a second: what was spent longer ago does not count.
const FRAME: f64 = 16.0;

/// Messages in the order in which they came, and when to take in the next.
#[derive(Debug)]
pub struct Inbox<M> {
    waiting: VecDeque<M>,
    /// When the last pause ended, and milliseconds spent since.
    since: f64,
    spent: f64,
    /// Whether someone is taking in, or will after a pause.
    attended: bool,
    /// Pauses so far.
    pauses: u32,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<M> {
    /// Take this in, then call [`Inbox::spent`] and ask again.
    Take(M),
    /// Go on after the next frame, if [`Inbox::rested`] agrees: this is the pause's number.
    Pause(u32),
    /// Nothing: the inbox is empty.
    Rest,
}

impl<M> Default for Inbox<M> {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), since: 0.0, spent: 0.0, attended: false, pauses: 0 }
    }
}

impl<M> Inbox<M> {
    /// A message came. True if nobody takes in messages yet: the caller then does, until [`Next::Rest`].
    pub fn put(&mut self, message: M) -> bool {
        self.waiting.push_back(message);
        !std::mem::replace(&mut self.attended, true)
    }

    /// What to do at a moment, in milliseconds. While `hidden`, nothing is drawn, and nothing has to wait.
    pub fn next(&mut self, now: f64, hidden: bool) -> Next<M> {
        if now - self.since > BUDGET + FRAME {
            (self.since, self.spent) = (now, 0.0);
        }
        if self.spent >= BUDGET && !hidden && !self.waiting.is_empty() {
            self.pauses += 1;
            return Next::Pause(self.pauses);
        }
        match self.waiting.pop_front() {
            Some(message) => Next::Take(message),
            None => {
                self.attended = false;
                Next::Rest
            }
        }
    }

    /// A message took that many milliseconds.
    pub fn spent(&mut self, millis: f64) {
        self.spent += millis;
    }

    /// Whether the pause with that number ends now. It does so once: a frame and a timer may both say so.
    pub fn rested(&mut self, pause: u32, now: f64) -> bool {
        let ends = self.pauses == pause;
        if ends {
            (self.since, self.spent, self.pauses) = (now, 0.0, pause + 1);
        }
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Inbox<u32> {
        let mut inbox = Inbox::default();
        assert!(inbox.put(1), "someone has to take it in");
        assert!(!inbox.put(2) && !inbox.put(3), "someone does");
        inbox
    }

    #[test]
    fn messages_keep_their_order_and_pause_when_they_take_long() {
        let mut inbox = full();
        assert_eq!(inbox.next(100.0, false), Next::Take(1));
        inbox.spent(5.0);
        assert_eq!(inbox.next(105.0, false), Next::Take(2));
        inbox.spent(5.0);
        assert_eq!(inbox.next(110.0, false), Next::Pause(1));
        assert!(!inbox.put(4), "after the pause");
        assert!(inbox.rested(1, 126.0) && !inbox.rested(1, 126.0), "once");
        assert_eq!([inbox.next(126.0, false), inbox.next(126.0, false)], [Next::Take(3), Next::Take(4)]);
        assert_eq!(inbox.next(126.0, false), Next::Rest);
        assert!(inbox.put(5), "nobody is there any more");
    }

    #[test]
    fn nothing_waits_for_frames_that_nobody_sees() {
        let mut inbox = full();
        for number in 1..=3 {
            assert_eq!(inbox.next(100.0, true), Next::Take(number));
            inbox.spent(20.0);
        }
        assert_eq!(inbox.next(100.0, true), Next::Rest);
    }

    #[test]
    fn what_was_spent_long_ago_does_not_count() {
        let mut inbox = full();
        assert_eq!(inbox.next(100.0, false), Next::Take(1));
        inbox.spent(30.0);
        assert_eq!(inbox.next(131.0, false), Next::Take(2), "a frame has been drawn meanwhile, or could have been");
    }
}
