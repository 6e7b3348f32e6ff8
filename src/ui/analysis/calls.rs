//! Requests to a worker by number. Plain bookkeeping: `R` is a request with all that belongs to it, `H` the handler of its
//! answer.

use std::collections::{BTreeMap, VecDeque};

/// Requests that wait until the worker listens, and those that it has.
#[derive(Debug)]
pub struct Calls<R, H> {
    last: u32,
    waiting: VecDeque<(u32, R)>,
    hearers: BTreeMap<u32, H>,
}

impl<R, H> Default for Calls<R, H> {
    fn default() -> Self {
        Self { last: 0, waiting: VecDeque::new(), hearers: BTreeMap::new() }
    }
}

impl<R, H> Calls<R, H> {
    /// Adds a request, and gives its number. It waits for [`Self::next_waiting`].
    pub fn ask(&mut self, request: R, hearer: H) -> u32 {
        self.last += 1;
        self.waiting.push_back((self.last, request));
        self.hearers.insert(self.last, hearer);
        self.last
    }

    /// The next request to send.
    pub fn next_waiting(&mut self) -> Option<(u32, R)> {
        self.waiting.pop_front()
    }

    /// The handler of a request that stays open.
    pub fn hearer(&self, number: u32) -> Option<&H> {
        self.hearers.get(&number)
    }

    /// The handler of a request, which is now answered: a second answer finds none.
    pub fn answered(&mut self, number: u32) -> Option<H> {
        self.hearers.remove(&number)
    }

    /// The worker is gone, with all that it had or would have got: requests build on what came before them. Gives the
    /// handlers.
    pub fn lost(&mut self) -> Vec<H> {
        self.waiting.clear();
        std::mem::take(&mut self.hearers).into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_is_sent_and_answered_once() {
        let mut calls = Calls::default();
        assert_eq!([calls.ask("put", 'p'), calls.ask("evaluate", 'e')], [1, 2]);
        assert_eq!(
            [calls.next_waiting(), calls.next_waiting(), calls.next_waiting()],
            [Some((1, "put")), Some((2, "evaluate")), None]
        );
        assert_eq!(calls.hearer(2), Some(&'e'));
        assert_eq!((calls.answered(2), calls.answered(2)), (Some('e'), None));
        calls.ask("again", 'a');
        assert_eq!(calls.lost(), ['p', 'a'], "also what was not sent yet");
        assert_eq!(calls.next_waiting(), None);
        assert_eq!(calls.answered(1), None, "a late answer finds no request");
        assert_eq!(calls.ask("new", 'n'), 4, "no number is used twice");
    }
}
