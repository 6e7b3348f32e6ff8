//! The queue of images: which wait, which are with the engine, how fast it goes. Plain bookkeeping on numbers.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::gallery::Id;

/// Images with the engine at a time: enough that it never waits, few enough that stopping is prompt.
const WINDOW: usize = 4;
/// How often the engine may crash on one image before that image is left out.
const PATIENCE: u32 = 2;

/// Waiting images, images with the engine, and the pace of the current run.
#[derive(Debug, Default)]
pub struct Queue {
    /// By position, so that an image that comes back from the engine keeps its position.
    waiting: BTreeMap<i64, Id>,
    /// With their positions, in the order in which they were sent.
    in_flight: Vec<(i64, Id)>,
    breakdowns: HashMap<Id, u32>,
    /// The positions in use: from, to (exclusive).
    places: (i64, i64),
    run: Run,
}

/// A run: from the first waiting image until none is left.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Run {
    /// Images that were answered: computed, known or refused.
    pub done: usize,
    /// Images that were requested.
    pub total: usize,
    /// Images that were computed.
    pub computed: usize,
    /// Milliseconds from sending the first image to the latest answer, without pauses.
    pub elapsed: f64,
    /// When the current span of time began.
    since: Option<f64>,
}

impl Run {
    /// Milliseconds per image, once one has been computed.
    pub fn pace(&self) -> Option<f64> {
        (self.computed > 0).then(|| self.elapsed / self.computed as f64)
    }

    /// Milliseconds until the rest is done, at this pace.
    pub fn left(&self) -> Option<f64> {
        Some(self.pace()? * self.total.saturating_sub(self.done) as f64)
    }
}

impl Queue {
    /// Puts images at the end; those that are in the queue already stay where they are.
    pub fn add(&mut self, ids: impl IntoIterator<Item = Id>) {
        self.begin_run();
        let known: HashSet<Id> = self.ids().collect();
        for id in ids.into_iter().filter(|id| !known.contains(id)) {
            self.waiting.insert(self.places.1, id);
            self.places.1 += 1;
            self.run.total += 1;
        }
    }

    /// Puts an image before all others.
    pub fn add_first(&mut self, id: Id) {
        self.begin_run();
        self.places.0 -= 1;
        self.waiting.insert(self.places.0, id);
        self.run.total += 1;
    }

    /// Drops the waiting images and begins a new run with these.
    pub fn replace(&mut self, ids: impl IntoIterator<Item = Id>) {
        self.waiting.clear();
        self.run = Run { total: self.in_flight.len(), ..Run::default() };
        self.add(ids);
    }

    fn begin_run(&mut self) {
        if self.is_empty() {
            self.run = Run::default();
        }
    }

    fn ids(&self) -> impl Iterator<Item = Id> {
        self.waiting.values().copied().chain(self.in_flight.iter().map(|(_, id)| *id))
    }

    /// The next image to send at time `now`, while the window has room.
    pub fn send(&mut self, now: f64) -> Option<Id> {
        if self.in_flight.len() >= WINDOW {
            return None;
        }
        let (place, id) = self.waiting.pop_first()?;
        if self.in_flight.is_empty() {
            self.run.since = Some(now);
        }
        self.in_flight.push((place, id));
        Some(id)
    }

    /// The engine has answered for an image. An answer for a removed image is ignored, unless the image was brought
    /// back and the answer has its features: then it need not be sent again.
    pub fn answered(&mut self, id: Id, computed: bool, now: f64) {
        if let Some(place) = self.in_flight.iter().position(|(_, other)| *other == id) {
            self.in_flight.remove(place);
        } else if let Some(place) = self.place(id).filter(|_| computed) {
            self.waiting.remove(&place);
        } else {
            return;
        }
        self.breakdowns.remove(&id);
        self.run.done += 1;
        self.run.computed += usize::from(computed);
        self.run.elapsed += now - self.run.since.unwrap_or(now);
        self.run.since = Some(now);
    }

    fn place(&self, id: Id) -> Option<i64> {
        self.waiting.iter().find(|(_, other)| **other == id).map(|(place, _)| *place)
    }

    /// The engine returned an image without computing it: it waits again, at its position.
    pub fn given_up(&mut self, id: Id) {
        if let Some(place) = self.in_flight.iter().position(|(_, other)| *other == id) {
            self.waiting.extend([self.in_flight.remove(place)]);
        }
    }

    /// The engine has crashed: its images wait again. `suspect` is the image that it crashed on, if it was at one; if
    /// that happened too often, the image is left out and returned.
    pub fn lost(&mut self, suspect: Option<Id>) -> Option<Id> {
        self.waiting.extend(std::mem::take(&mut self.in_flight));
        self.run.since = None;
        let id = suspect?;
        let place = self.place(id)?;
        let count = self.breakdowns.entry(id).or_default();
        *count += 1;
        if *count < PATIENCE {
            return None;
        }
        self.waiting.remove(&place);
        self.run.done += 1;
        Some(id)
    }

    /// Drops removed images. Answers for those with the engine will be ignored.
    pub fn cancel(&mut self, ids: &HashSet<Id>) {
        let before = self.len();
        self.waiting.retain(|_, id| !ids.contains(id));
        self.in_flight.retain(|(_, id)| !ids.contains(id));
        self.run.total -= before - self.len();
    }

    /// The waiting images, in order.
    pub fn waiting(&self) -> impl Iterator<Item = Id> {
        self.waiting.values().copied()
    }

    /// How many images are with the engine.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// How many images wait or are with the engine.
    pub fn len(&self) -> usize {
        self.waiting.len() + self.in_flight.len()
    }

    /// Whether no image is waiting or with the engine.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The current or last run.
    pub fn run(&self) -> Run {
        self.run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(ids: std::ops::Range<Id>) -> Queue {
        let mut queue = Queue::default();
        queue.add(ids);
        queue
    }

    fn send_all(queue: &mut Queue, now: f64) -> Vec<Id> {
        std::iter::from_fn(|| queue.send(now)).collect()
    }

    fn waiting(queue: &Queue) -> Vec<Id> {
        queue.waiting().collect()
    }

    #[test]
    fn a_window_is_sent_and_refilled() {
        let mut queue = of(0..6);
        assert_eq!(send_all(&mut queue, 0.0), [0, 1, 2, 3]);
        queue.answered(0, true, 100.0);
        queue.answered(0, true, 100.0);
        assert_eq!(send_all(&mut queue, 100.0), [4]);
        let run = queue.run();
        assert_eq!(
            (run.done, run.total, run.pace(), run.left()),
            (1, 6, Some(100.0), Some(500.0)),
            "answers count once"
        );
    }

    #[test]
    fn returned_images_come_first_in_order_and_a_pause_costs_no_time() {
        let mut queue = of(0..6);
        send_all(&mut queue, 0.0);
        queue.answered(0, true, 10.0);
        [2, 1, 3].into_iter().for_each(|id| queue.given_up(id));
        assert_eq!((waiting(&queue), queue.in_flight()), (vec![1, 2, 3, 4, 5], 0));
        send_all(&mut queue, 1000.0);
        queue.answered(1, true, 1010.0);
        assert_eq!(queue.run().pace(), Some(10.0));
    }

    #[test]
    fn a_query_overtakes_the_gallery() {
        let mut queue = of(0..3);
        queue.add_first(9);
        queue.add([1, 4]);
        assert_eq!(waiting(&queue), [9, 0, 1, 2, 4], "and nothing waits twice");
        assert_eq!(queue.run().total, 5);
    }

    #[test]
    fn an_image_that_breaks_the_engine_twice_is_left_out() {
        let mut queue = of(0..3);
        send_all(&mut queue, 0.0);
        assert_eq!(queue.lost(Some(0)), None);
        assert_eq!(send_all(&mut queue, 0.0), [0, 1, 2], "it is tried once more");
        assert_eq!(queue.lost(None), None, "no image is blamed for another's crash");
        send_all(&mut queue, 0.0);
        assert_eq!(queue.lost(Some(0)), Some(0));
        assert_eq!(send_all(&mut queue, 0.0), [1, 2]);
        queue.answered(1, true, 1.0);
        queue.answered(2, true, 2.0);
        assert!(queue.is_empty());
        assert_eq!((queue.run().done, queue.run().total), (3, 3));
    }

    #[test]
    fn removed_images_are_not_waited_for() {
        let mut queue = of(0..6);
        send_all(&mut queue, 0.0);
        queue.cancel(&[1, 5, 77].into());
        assert_eq!(queue.run().total, 4);
        queue.answered(1, true, 1.0);
        assert_eq!((queue.run().done, queue.lost(Some(1))), (0, None));
        // Removed while with the engine and brought back: its answer still serves.
        queue.cancel(&[2].into());
        queue.add([2]);
        queue.answered(2, false, 1.0);
        assert_eq!(waiting(&queue), [0, 3, 4, 2], "a refusal is for the request that was forgotten");
        queue.answered(2, true, 1.0);
        assert_eq!((waiting(&queue), queue.run().done), (vec![0, 3, 4], 1));
    }

    #[test]
    fn other_settings_begin_another_run() {
        let mut queue = of(0..6);
        send_all(&mut queue, 0.0);
        (0..4).for_each(|id| queue.answered(id, true, 5.0));
        queue.replace([3, 5]);
        let run = queue.run();
        assert_eq!((waiting(&queue), run.done, run.total, run.pace()), (vec![3, 5], 0, 2, None));
    }
}
