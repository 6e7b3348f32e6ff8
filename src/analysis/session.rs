//! The owner of the features and of the work on them. It knows no browser: `worker` calls it, and so do native tests.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::rc::Rc;

use super::duplicates::Duplicates;
use super::exact::ExactCosines;
use super::mapping::Mapping;
use super::packing::{Luggage, Packing};
use super::parcels::Pack;
use super::protocol::{Answer, Event, Given, Order, Piece, Request, Slot};
use super::suspects::suspects;
use super::unpacking::Unpacking;
use super::work::{Evaluating, Run, Work};
use crate::fungi::{Features, Part};
use crate::gallery::Id;
use crate::retrieval::{Evaluator, FeatureSet, FeatureTable, Question, mean_difference};
use crate::wire::Message;

/// Features, evaluations, and the work that is to be done.
#[derive(Default)]
pub struct Session {
    features: BTreeMap<Id, Features>,
    /// The latest evaluation of each slot.
    runs: Vec<Rc<RefCell<Run>>>,
    exact: ExactCosines,
    jobs: Vec<Job>,
}

/// Work, and the request that it answers.
struct Job {
    seq: u32,
    kind: Kind,
    work: Box<dyn Work>,
}

/// Of each kind there is one at most; the first is done first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Unpacking,
    Packing,
    Own,
    Standard,
    Duplicates,
    Map(u8),
}

impl Session {
    /// A session without features.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a request; `values` are the numbers beside it. What can be answered at once is.
    pub fn take(&mut self, Message { seq, body }: Message<Request>, values: &[f32]) -> Vec<Message<Event>> {
        let mut said = Vec::new();
        let answer = match body {
            Request::Put(given) => Some(self.put(&given, values)),
            Request::Remove(ids) => {
                ids.iter().for_each(|id| drop(self.features.remove(id)));
                Some(Answer::Done)
            }
            Request::Clear => {
                self.features.clear();
                Some(Answer::Done)
            }
            Request::Evaluate(order) => self.evaluate(seq, order, &mut said),
            Request::Compare { sets, k } => Some(self.compare(sets, k)),
            Request::Suspects { evaluation, k } => Some(self.suspects(evaluation, k)),
            Request::Duplicates { least, most } => {
                let work = self.duplicates(least, most);
                self.employ(seq, Kind::Duplicates, work, &mut said);
                None
            }
            Request::RemoveFactors(hashes) => Some(self.exact.remove(&hashes)),
            Request::Exact { query, images, centred } => Some(self.exact.compare(&query, images, &centred)),
            // They come with files: see `put_factors`, `pack` and `unpack`.
            Request::Pack(_) | Request::Unpack { .. } | Request::PutFactors(_) => {
                Some(Answer::Refused("The files did not come with the request. Try again.".into()))
            }
            Request::Map(order) => {
                let kind = Kind::Map(order.map);
                let images = self.features.iter().map(|(id, features)| (*id, features));
                let work = Box::new(Mapping::new(images, order));
                self.employ(seq, kind, work, &mut said);
                None
            }
            Request::Stop(other) => {
                self.give_up(|job| job.seq == other, &mut said);
                Some(Answer::Done)
            }
        };
        said.extend(answer.map(|answer| Message { seq, body: Event::Answer(answer) }));
        said
    }

    /// Takes a request to keep factors, with all their bytes.
    pub fn put_factors(&mut self, seq: u32, pieces: &[Piece], bytes: &[u8]) -> Vec<Message<Event>> {
        vec![Message { seq, body: Event::Answer(self.exact.put(pieces, bytes)) }]
    }

    /// Takes a request to pack an archive, with the pictures.
    pub fn pack(&mut self, seq: u32, order: Pack, luggage: Box<dyn Luggage>) -> Vec<Message<Event>> {
        let mut said = Vec::new();
        let features: Option<Vec<Features>> =
            order.images.iter().map(|image| self.features.get(&image.id).cloned()).collect();
        match features {
            Some(features) => {
                self.employ(seq, Kind::Packing, Box::new(Packing::new(order, features, luggage)), &mut said);
            }
            None => {
                let answer = Answer::Refused("The features of an image are not here yet. Try again.".into());
                said.push(Message { seq, body: Event::Answer(answer) });
            }
        }
        said
    }

    /// Takes a request to open an archive, with its file.
    pub fn unpack(&mut self, seq: u32, name: String, file: impl Read + Seek + 'static) -> Vec<Message<Event>> {
        let mut said = Vec::new();
        self.employ(seq, Kind::Unpacking, Box::new(Unpacking::new(name, file)), &mut said);
        said
    }

    /// Whether there is nothing to do.
    pub fn is_idle(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Works for a short while on what comes first.
    pub fn step(&mut self, say: &mut dyn FnMut(Message<Event>)) {
        let Some(place) = (0..self.jobs.len()).min_by_key(|&place| self.jobs[place].kind) else { return };
        let Job { seq, work, .. } = &mut self.jobs[place];
        let seq = *seq;
        if let Some(answer) = work.step(&mut |step| say(Message { seq, body: Event::Progress(step) })) {
            self.jobs.remove(place);
            say(Message { seq, body: Event::Answer(answer) });
        }
    }

    fn put(&mut self, given: &[Given], mut values: &[f32]) -> Answer {
        let expected: usize = given.iter().flat_map(|given| &given.parts).map(|(_, width)| *width as usize).sum();
        if expected != values.len() {
            return Answer::Refused(format!("{} numbers came where {expected} were announced.", values.len()));
        }
        for Given { id, parts } in given {
            let features = self.features.entry(*id).or_default();
            for (part, width) in parts {
                let (unit, rest) = values.split_at(*width as usize);
                features.restore(*part, unit.to_vec());
                values = rest;
            }
        }
        Answer::Done
    }

    fn evaluate(&mut self, seq: u32, order: Order, said: &mut Vec<Message<Event>>) -> Option<Answer> {
        let Order { slot, images, classes, sets, seed } = order;
        let kind = if slot == Slot::Own { Kind::Own } else { Kind::Standard };
        self.give_up(|job| job.kind == kind, said);
        self.runs.retain(|run| run.borrow().slot != slot);
        let known =
            images.into_iter().filter(|(id, class)| self.features.contains_key(id) && (*class as usize) < classes);
        let (ids, labels): (Vec<Id>, Vec<u32>) = known.unzip();
        let table = FeatureTable::from_features(ids.iter().filter_map(|id| self.features.get(id)));
        if table.parts().is_empty() {
            return Some(Answer::Refused(
                "There is nothing to evaluate: no part that all of these images have.".into(),
            ));
        }
        let sets = sets.unwrap_or_else(|| FeatureSet::standard(|part| table.parts().contains(&part)));
        let of: Vec<usize> = labels.iter().map(|&class| class as usize).collect();
        let question = Question::new(sets, of, classes, seed);
        let run = Run { seq, slot, ids, labels, evaluator: Evaluator::new(table, question) };
        let run = Rc::new(RefCell::new(run));
        self.runs.push(Rc::clone(&run));
        self.employ(seq, kind, Box::new(Evaluating::new(run)), said);
        None
    }

    fn run(&self, seq: u32) -> Option<&Rc<RefCell<Run>>> {
        self.runs.iter().find(|run| run.borrow().seq == seq)
    }

    fn compare(&self, sets: [(u32, usize); 2], k: usize) -> Answer {
        let [Some(first), Some(second)] = sets.map(|(seq, _)| self.run(seq)) else { return Answer::Outdated };
        let (first, second) = (first.borrow(), second.borrow());
        if (&first.ids, &first.labels) != (&second.ids, &second.labels) {
            return Answer::Outdated;
        }
        let votes = [&first, &second].map(|run| &run.evaluator);
        let votes = [(votes[0], sets[0].1), (votes[1], sets[1].1)].map(|(evaluator, set)| {
            evaluator.votes(set, k).into_iter().map(|vote| vote.map(|class| class as u32)).collect::<Vec<_>>()
        });
        // Images that were not asked about say nothing of either set.
        let asked =
            || (0..first.ids.len()).filter(|&i| votes.iter().all(|votes| votes.get(i).is_some_and(Option::is_some)));
        let right = |votes: &[Option<u32>], i: usize| if votes[i] == Some(first.labels[i]) { 1.0 } else { 0.0 };
        let gained: Vec<f32> = asked().map(|i| right(&votes[1], i) - right(&votes[0], i)).collect();
        let difference = mean_difference(&gained, 0);
        Answer::Compared { ids: first.ids.clone(), labels: first.labels.clone(), votes, difference }
    }

    fn suspects(&self, evaluation: u32, k: usize) -> Answer {
        let Some(run) = self.run(evaluation) else { return Answer::Outdated };
        let run = run.borrow();
        let sets = run.evaluator.rows().len();
        let votes: Vec<_> = (0..sets).map(|set| run.evaluator.votes(set, k)).collect();
        Answer::Suspects(suspects(&run.ids, &run.labels, &votes))
    }

    fn duplicates(&self, least: f32, most: usize) -> Box<dyn Work> {
        let embedded = self.features.iter().filter_map(|(id, features)| Some((*id, features.get(Part::Embedding)?)));
        let width = embedded.clone().next().map_or(0, |(_, unit)| unit.len());
        let (mut ids, mut embeddings) = (Vec::new(), Vec::new());
        for (id, unit) in embedded.filter(|(_, unit)| unit.len() == width && width > 0) {
            ids.push(id);
            embeddings.extend_from_slice(unit);
        }
        Box::new(Duplicates::new(ids, embeddings, width, least, most))
    }

    fn employ(&mut self, seq: u32, kind: Kind, work: Box<dyn Work>, said: &mut Vec<Message<Event>>) {
        self.give_up(|job| job.kind == kind, said);
        self.jobs.push(Job { seq, kind, work });
    }

    fn give_up(&mut self, which: impl Fn(&Job) -> bool, said: &mut Vec<Message<Event>>) {
        let over = self.jobs.extract_if(.., |job| which(job));
        said.extend(over.map(|job| Message { seq: job.seq, body: Event::Answer(Answer::GivenUp) }));
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
