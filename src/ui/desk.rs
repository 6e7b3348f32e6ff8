//! The work: which images wait, which are with the engine, how fast it goes. Plain bookkeeping on numbers.

use std::collections::{HashMap, VecDeque};

/// Images with the engine at a time: enough that it never waits, few enough that stopping is prompt.
const WINDOW: usize = 4;
/// How often the engine may break down over one image before that image is left out.
const PATIENCE: u32 = 2;

/// Waiting images, images with the engine, and the present run's pace.
#[derive(Debug, Default)]
pub struct Desk {
    waiting: VecDeque<u32>,
    flight: Vec<u32>,
    breakdowns: HashMap<u32, u32>,
    run: Run,
}

/// A run: from the first waiting image until none is left.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Run {
    /// Images answered for: computed, known or refused.
    pub done: usize,
    /// Images asked for.
    pub total: usize,
    /// Images computed.
    pub computed: usize,
    /// Milliseconds from the first image's leave to the latest answer, pauses left out.
    pub elapsed: f64,
    mark: Option<f64>,
}

impl Run {
    /// Milliseconds per image, once one was computed.
    pub fn pace(&self) -> Option<f64> {
        (self.computed > 0).then(|| self.elapsed / self.computed as f64)
    }

    /// Milliseconds until the rest is done, at this pace.
    pub fn left(&self) -> Option<f64> {
        Some(self.pace()? * (self.total - self.done) as f64)
    }
}

impl Desk {
    /// Puts images at the end of the queue.
    pub fn add(&mut self, keys: impl IntoIterator<Item = u32>) {
        if self.idle() {
            self.run = Run::default();
        }
        let before = self.waiting.len();
        self.waiting.extend(keys);
        self.run.total += self.waiting.len() - before;
    }

    /// The next image to send at time `now`, while the window has room.
    pub fn send(&mut self, now: f64) -> Option<u32> {
        if self.flight.len() >= WINDOW {
            return None;
        }
        let key = self.waiting.pop_front()?;
        if self.flight.is_empty() {
            self.run.mark = Some(now);
        }
        self.flight.push(key);
        Some(key)
    }

    /// The engine has answered for an image. False if nobody asked: an answer from before a change of settings.
    pub fn answered(&mut self, key: u32, computed: bool, now: f64) -> bool {
        let Some(place) = self.flight.iter().position(|&k| k == key) else { return false };
        self.flight.remove(place);
        self.breakdowns.remove(&key);
        self.run.done += 1;
        self.run.computed += usize::from(computed);
        self.run.elapsed += now - self.run.mark.unwrap_or(now);
        self.run.mark = Some(now);
        true
    }

    /// The engine gave these back uncomputed: they go to the queue's head, in their order.
    pub fn given_back(&mut self, keys: &[u32]) {
        let (back, flight) = self.flight.drain(..).partition::<Vec<u32>, _>(|key| keys.contains(key));
        self.flight = flight;
        back.into_iter().rev().for_each(|key| self.waiting.push_front(key));
    }

    /// The engine is gone: what it had waits again. Gives the image that it broke down over once too often.
    pub fn lost(&mut self) -> Option<u32> {
        let suspect = self.flight.first().copied();
        let flight = std::mem::take(&mut self.flight);
        self.run.mark = None;
        flight.into_iter().rev().for_each(|key| self.waiting.push_front(key));
        let key = suspect?;
        let count = self.breakdowns.entry(key).or_default();
        *count += 1;
        if *count < PATIENCE {
            return None;
        }
        self.waiting.retain(|&k| k != key);
        self.run.done += 1;
        Some(key)
    }

    /// Forgets an image that was removed; if it is with the engine, its answer will find nobody.
    pub fn cancel(&mut self, key: u32) {
        let before = self.waiting.len() + self.flight.len();
        self.waiting.retain(|&k| k != key);
        self.flight.retain(|&k| k != key);
        self.run.total -= before - self.waiting.len() - self.flight.len();
    }

    /// The waiting images, in order.
    pub fn waiting(&self) -> impl Iterator<Item = u32> {
        self.waiting.iter().copied()
    }

    /// The images with the engine.
    pub fn in_flight_keys(&self) -> Vec<u32> {
        self.flight.clone()
    }

    /// How many images are with the engine.
    pub fn in_flight(&self) -> usize {
        self.flight.len()
    }

    /// Whether nothing waits and nothing is computed.
    pub fn idle(&self) -> bool {
        self.waiting.is_empty() && self.flight.is_empty()
    }

    /// The present or last run.
    pub fn run(&self) -> Run {
        self.run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_sent(desk: &mut Desk, now: f64) -> Vec<u32> {
        std::iter::from_fn(|| desk.send(now)).collect()
    }

    #[test]
    fn a_window_is_sent_and_refilled() {
        let mut desk = Desk::default();
        desk.add(0..6);
        assert_eq!(all_sent(&mut desk, 0.0), [0, 1, 2, 3]);
        assert!(desk.answered(0, true, 100.0));
        assert!(!desk.answered(0, true, 100.0), "answers count once");
        assert_eq!(all_sent(&mut desk, 100.0), [4]);
        let run = desk.run();
        assert_eq!((run.done, run.total, run.pace(), run.left()), (1, 6, Some(100.0), Some(500.0)));
    }

    #[test]
    fn what_was_given_back_comes_first_and_a_pause_costs_no_time() {
        let mut desk = Desk::default();
        desk.add(0..6);
        all_sent(&mut desk, 0.0);
        desk.answered(0, true, 10.0);
        desk.given_back(&[2, 1, 3]);
        assert_eq!(desk.waiting().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!(desk.in_flight(), 0);
        all_sent(&mut desk, 1000.0);
        desk.answered(1, true, 1010.0);
        assert_eq!(desk.run().pace(), Some(10.0));
    }

    #[test]
    fn an_image_that_breaks_the_engine_twice_is_left_out() {
        let mut desk = Desk::default();
        desk.add(0..3);
        all_sent(&mut desk, 0.0);
        assert_eq!(desk.lost(), None);
        assert_eq!(all_sent(&mut desk, 0.0), [0, 1, 2], "first of all it is tried again");
        assert_eq!(desk.lost(), Some(0));
        assert_eq!(all_sent(&mut desk, 0.0), [1, 2]);
        desk.answered(1, true, 1.0);
        desk.answered(2, true, 2.0);
        assert!(desk.idle());
        assert_eq!((desk.run().done, desk.run().total), (3, 3));
    }

    #[test]
    fn removed_images_are_not_waited_for() {
        let mut desk = Desk::default();
        desk.add(0..6);
        all_sent(&mut desk, 0.0);
        desk.cancel(1);
        desk.cancel(5);
        assert!(!desk.answered(1, true, 1.0));
        assert_eq!(desk.run().total, 4);
        desk.cancel(77);
        assert_eq!(desk.run().total, 4);
    }
}
