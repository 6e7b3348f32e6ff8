//! Which requests wait for an engine, and which are with it, by number. Plain bookkeeping: `R` is a request with all
//! that belongs to it, `H` the handler of its answer.

use std::collections::{BTreeMap, VecDeque};

use super::queue::Job;

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked<H> {
    /// To read a model's files.
    Fetch,
    /// To start.
    Start,
    /// To change settings.
    Configure,
    /// For the model's negatives.
    Negatives,
    /// To take note of known contents.
    Known,
    /// To give up waiting images.
    Stop,
    /// To forget what is left of pictures.
    Release,
    /// For an image of the queue.
    Image(Job),
    /// A request of the user's.
    Person(H),
}

/// Requests to one worker, and to those that replace it.
#[derive(Debug)]
pub struct Requests<R, H> {
    last: u32,
    sent: BTreeMap<u32, Asked<H>>,
    waiting: VecDeque<(R, H)>,
}

impl<R, H> Default for Requests<R, H> {
    fn default() -> Self {
        Self { last: 0, sent: BTreeMap::new(), waiting: VecDeque::new() }
    }
}

impl<R, H> Requests<R, H> {
    /// Queues a request of the user's. It waits until [`Self::next_waiting`] returns it: an engine may be starting.
    pub fn ask(&mut self, request: R, hearer: H) {
        self.waiting.push_back((request, hearer));
    }

    /// The next waiting request, and the number to send it under.
    pub fn next_waiting(&mut self) -> Option<(u32, R)> {
        let (request, hearer) = self.waiting.pop_front()?;
        Some((self.number(Asked::Person(hearer)), request))
    }

    /// The number to send a request under.
    pub fn number(&mut self, asked: Asked<H>) -> u32 {
        self.last += 1;
        self.sent.insert(self.last, asked);
        self.last
    }

    /// The request under that number; it stays open.
    pub fn get(&self, number: u32) -> Option<&Asked<H>> {
        self.sent.get(&number)
    }

    /// The request under that number, which is now answered: a second answer finds nothing.
    pub fn answered(&mut self, number: u32) -> Option<Asked<H>> {
        self.sent.remove(&number)
    }

    /// The engine has crashed, and its requests are lost: returns their handlers. Waiting requests go on waiting.
    pub fn lost(&mut self) -> Vec<H> {
        let persons = |(_, asked)| if let Asked::Person(hearer) = asked { Some(hearer) } else { None };
        std::mem::take(&mut self.sent).into_iter().filter_map(persons).collect()
    }

    /// Whether the engine is working on a request of the user's: then its handler is the first of [`Self::lost`].
    pub fn serves_person(&self) -> bool {
        matches!(self.serving(), Some(Asked::Person(_)))
    }

    /// The oldest request: they are served in order, only `Stop` overtakes.
    fn serving(&self) -> Option<&Asked<H>> {
        self.sent.values().find(|asked| !matches!(asked, Asked::Stop))
    }

    /// Whether a model's files, a start or a change of settings are unanswered.
    pub fn is_settling(&self) -> bool {
        self.sent.values().any(|asked| matches!(asked, Asked::Fetch | Asked::Start | Asked::Configure))
    }

    /// Whether a change of settings is unanswered: images that were sent before it are with the worker still.
    pub fn is_changing(&self) -> bool {
        self.sent.values().any(|asked| matches!(asked, Asked::Configure))
    }

    /// Whether the engine owes an answer.
    pub fn is_owed(&self) -> bool {
        !self.sent.is_empty()
    }

    /// Whether a request of the user's is waiting for an engine.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Number of the user's requests, sent or not.
    pub fn of_persons(&self) -> usize {
        self.waiting.len() + self.sent.values().filter(|asked| matches!(asked, Asked::Person(_))).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_made_during_a_restart_wait_and_are_sent_once() {
        let mut requests = Requests::default();
        requests.ask("save the maps", "maps");
        requests.ask("save the strokes", "strokes");
        assert_eq!(requests.lost(), [""; 0], "nothing was sent, so nothing is lost");
        assert_eq!(requests.next_waiting(), Some((1, "save the maps")));
        assert_eq!(requests.of_persons(), 2);
        assert_eq!(requests.lost(), ["maps"], "only this one was with the engine");
        assert_eq!(requests.next_waiting(), Some((2, "save the strokes")));
        assert_eq!(requests.next_waiting(), None);
        assert_eq!(requests.answered(1), None, "an answer from before the restart finds no request");
        assert_eq!(requests.answered(2), Some(Asked::Person("strokes")));
        assert_eq!((requests.answered(2), requests.of_persons()), (None, 0), "each is answered once");
    }

    #[test]
    fn what_is_unanswered_is_owed_until_the_worker_is_lost() {
        let mut requests: Requests<(), ()> = Requests::default();
        let first = requests.number(Asked::Image(Job { id: 7, stage: 0, worker: 0 }));
        let fetch = requests.number(Asked::Fetch);
        assert!(requests.is_settling() && !requests.is_changing());
        requests.ask((), ());
        requests.next_waiting();
        assert!(!requests.serves_person(), "the user's request comes after the image");
        requests.answered(first);
        requests.answered(fetch);
        assert!(requests.serves_person());
        assert!(requests.answered(3).is_some());
        assert!(!requests.is_owed() && !requests.is_settling());
        requests.number(Asked::Configure);
        assert!(requests.is_settling() && requests.is_changing() && requests.is_owed());
        requests.lost();
        assert!(!requests.is_owed() && !requests.is_changing());
    }
}
