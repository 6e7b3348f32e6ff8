//! The queue of images: which work waits, which is with a worker, what comes next. Plain bookkeeping on numbers.
//!
//! Work is (image, stage), a stage being one of the settings' sets of views. Every image's first stage comes before any
//! image's second. Within a stage, what a person looks at comes first; then images go in the order they were added.

mod cost;
mod run;

use std::collections::{BTreeMap, HashMap, HashSet};

pub use cost::Cost;
pub use run::{Run, Stage};

use crate::gallery::Id;

/// Work that waits, work with workers, and how fast it goes.
#[derive(Debug, Default)]
pub struct Queue {
    images: HashMap<Id, Image>,
    /// The next stage of each image that is not with a worker, by stage and place.
    waiting: BTreeMap<(usize, usize), Id>,
    in_flight: Vec<Job>,
    /// What a person looks at, the most important first.
    urgent: Vec<Id>,
    /// The next image's place.
    next: usize,
    run: Run,
}

/// An image in the queue.
#[derive(Debug)]
struct Image {
    place: usize,
    /// The stages that it needs, the next one first; never empty.
    needs: Vec<usize>,
    /// The worker that still has what is left of its picture.
    home: Option<usize>,
}

/// Work that is with a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// The image.
    pub id: Id,
    /// Which of the settings' sets of views.
    pub stage: usize,
    /// The worker.
    pub worker: usize,
}

/// An image whose answer is being dealt with.
#[derive(Debug)]
pub struct TakenOut {
    job: Job,
    image: Image,
}

impl Queue {
    /// Puts images with the stages that they need, in order, at the end; those that are in the queue already stay where
    /// they are.
    pub fn add(&mut self, images: impl IntoIterator<Item = (Id, Vec<usize>)>) {
        for (id, needs) in images {
            if self.is_empty() {
                self.run = Run::default();
            }
            let Some(&stage) = needs.first().filter(|_| !self.images.contains_key(&id)) else { continue };
            self.run.requested(&needs);
            self.waiting.insert((stage, self.next), id);
            self.images.insert(id, Image { place: self.next, needs, home: None });
            self.next += 1;
        }
    }

    /// An image that a person waits for comes before the rest of its stage. Whether it has to overtake what workers have
    /// not begun, too: without its first stage there is nothing to show of it.
    pub fn overtake(&mut self, id: Id) -> bool {
        self.urgent.retain(|other| *other != id);
        self.urgent.insert(0, id);
        self.images.get(&id).is_some_and(|image| image.needs.first() == Some(&0))
    }

    /// Drops everything and begins a new run with these images. Answers for those with workers will be ignored.
    pub fn replace(&mut self, images: impl IntoIterator<Item = (Id, Vec<usize>)>) {
        let Self { urgent, next, .. } = std::mem::take(self);
        (self.urgent, self.next) = (urgent, next);
        self.add(images);
    }

    /// Says what a person looks at, the most important first: it comes before the rest of its stage.
    pub fn prefer(&mut self, ids: Vec<Id>) {
        self.urgent = ids;
    }

    /// The next work for a worker that may have `most(stage)` images of a stage with it; none if it has enough, or nothing
    /// waits.
    pub fn send(&mut self, worker: usize, most: impl FnOnce(usize) -> usize, now: f64) -> Option<Job> {
        let (&(stage, place), &first) = self.waiting.first_key_value()?;
        if self.with(worker) >= most(stage) {
            return None;
        }
        let urgent = self.urgent.iter().filter_map(|id| {
            let image = self.images.get(id)?;
            (self.waiting.get(&(stage, image.place)) == Some(id)).then_some((image.place, *id))
        });
        let of_stage = self.waiting.range((stage, 0)..=(stage, usize::MAX));
        // An image's later stages are cheapest where its picture was read.
        let at_home = |id: &Id| self.images[id].home == Some(worker);
        let mut own = of_stage.map(|(&(_, place), &id)| (place, id)).filter(|(_, id)| at_home(id));
        let rest = if stage == 0 { None } else { own.next() };
        let (place, id) = urgent.into_iter().next().or(rest).unwrap_or((place, first));
        self.waiting.remove(&(stage, place));
        if self.in_flight.is_empty() {
            self.run.resumed(now);
        }
        let job = Job { id, stage, worker };
        self.in_flight.push(job);
        Some(job)
    }

    /// A worker has answered for a job: takes its image out of the queue, until [`Self::put_back`] tells what it still
    /// needs. `computed`: whether it took the time of a computation. None for an image that was removed; if it was brought
    /// back meanwhile, what the answer gave it need not be computed again.
    pub fn take_out(&mut self, job: Job, computed: bool, now: f64) -> Option<TakenOut> {
        let was_here = self.take(job);
        if was_here || computed {
            self.run.answered(job.stage, computed && was_here, now);
        }
        if self.in_flight.is_empty() {
            self.run.paused();
        }
        let image = if was_here || computed { self.images.remove(&job.id)? } else { return None };
        self.waiting.remove(&(image.needs[0], image.place));
        Some(TakenOut { job, image })
    }

    /// The image needs these stages now.
    pub fn put_back(&mut self, TakenOut { job, mut image }: TakenOut, mut needs: Vec<usize>) {
        // Not the same work again, whatever the reason.
        needs.retain(|&stage| stage != job.stage);
        let before = std::mem::replace(&mut image.needs, needs);
        self.run.settled(before.iter().copied().filter(|stage| !image.needs.contains(stage)));
        image.needs.iter().filter(|stage| !before.contains(stage)).for_each(|&stage| self.run.grew(stage));
        match image.needs.first() {
            Some(&stage) => {
                self.waiting.insert((stage, image.place), job.id);
                self.images.insert(job.id, Image { home: Some(job.worker), ..image });
            }
            None => self.run.done += 1,
        }
    }

    /// Removes a job; false if it is not there.
    fn take(&mut self, job: Job) -> bool {
        let place = self.in_flight.iter().position(|other| *other == job);
        place.map(|place| self.in_flight.remove(place)).is_some()
    }

    /// A worker returned a job without doing it: it waits again, at its place.
    pub fn given_up(&mut self, job: Job) {
        if self.take(job) {
            self.wait(job);
        }
    }

    fn wait(&mut self, job: Job) {
        if let Some(image) = self.images.get(&job.id) {
            self.waiting.insert((job.stage, image.place), job.id);
        }
    }

    /// A worker has ended: its jobs wait again. `suspect` is the image that it ended on by a fault of its own, which is
    /// left out; returns it if it was there.
    pub fn lost(&mut self, worker: usize, suspect: Option<Id>) -> Option<Id> {
        let (lost, kept) = std::mem::take(&mut self.in_flight).into_iter().partition(|job| job.worker == worker);
        self.in_flight = kept;
        let lost: Vec<Job> = lost;
        lost.iter().for_each(|job| self.wait(*job));
        for image in self.images.values_mut().filter(|image| image.home == Some(worker)) {
            image.home = None;
        }
        if self.in_flight.is_empty() {
            self.run.paused();
        }
        let job = lost.iter().find(|job| Some(job.id) == suspect)?;
        let image = self.images.remove(&job.id)?;
        self.waiting.remove(&(job.stage, image.place));
        self.run.settled(image.needs);
        self.run.done += 1;
        Some(job.id)
    }

    /// Drops removed images. Answers for those with workers will be ignored.
    pub fn cancel(&mut self, ids: &HashSet<Id>) {
        for id in ids {
            if let Some(Image { place, needs, .. }) = self.images.remove(id) {
                self.waiting.remove(&(needs[0], place));
                self.run.cancelled(&needs);
            }
        }
        self.in_flight.retain(|job| !ids.contains(&job.id));
    }

    /// The images that are not with a worker, in the order in which they were added.
    pub fn waiting(&self) -> Vec<Id> {
        let mut waiting: Vec<(usize, Id)> = self.waiting.iter().map(|(&(_, place), &id)| (place, id)).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, id)| id).collect()
    }

    /// How many images are with a worker.
    pub fn with(&self, worker: usize) -> usize {
        self.in_flight.iter().filter(|job| job.worker == worker).count()
    }

    /// How many images are with workers.
    pub fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// How many images need something.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// Whether no image needs anything.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The current or last run.
    pub fn run(&self) -> &Run {
        &self.run
    }
}

#[cfg(test)]
mod tests;
