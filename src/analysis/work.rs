//! Work that takes long, in steps.

use std::cell::RefCell;
use std::rc::Rc;

use web_time::{Duration, Instant};

use super::protocol::{Answer, Progress, Slot};
use crate::gallery::Id;
use crate::retrieval::{Evaluator, Row};

/// How long a step may take: what comes meanwhile waits as long.
pub(super) const STEP: Duration = Duration::from_millis(30);
/// How often an evaluation's rows are told.
const TELL: Duration = Duration::from_millis(250);

/// Work on a request.
pub(super) trait Work {
    /// Goes on for about [`STEP`]. Gives the answer once all is done.
    fn step(&mut self, report: &mut dyn FnMut(Progress)) -> Option<Answer>;
}

/// An evaluation, which stays after it is complete, for those who ask about it.
pub(super) struct Run {
    /// The number of its request.
    pub seq: u32,
    pub slot: Slot,
    /// The images, in the order of labels and votes.
    pub ids: Vec<Id>,
    pub labels: Vec<u32>,
    pub evaluator: Evaluator,
}

/// Takes an evaluation's steps.
pub(super) struct Evaluating {
    run: Rc<RefCell<Run>>,
    told: Vec<Row>,
    last: Option<Instant>,
}

impl Evaluating {
    pub fn new(run: Rc<RefCell<Run>>) -> Self {
        Self { run, told: Vec::new(), last: None }
    }

    fn tell(&mut self, report: &mut dyn FnMut(Progress)) {
        let run = self.run.borrow();
        let rows = run.evaluator.rows();
        let fresh = |(place, row): &(usize, Row)| self.told.get(*place) != Some(row);
        let changed: Vec<(usize, Row)> = rows.iter().cloned().enumerate().filter(fresh).collect();
        let (sets, samples) = (rows.len(), run.evaluator.samples());
        report(Progress::Rows { sets, rows: changed, done: run.evaluator.progress(), samples });
        drop(run);
        self.told = rows;
        self.last = Some(Instant::now());
    }
}

impl Work for Evaluating {
    fn step(&mut self, report: &mut dyn FnMut(Progress)) -> Option<Answer> {
        let began = Instant::now();
        let mut done = false;
        while !done && began.elapsed() < STEP {
            done = self.run.borrow_mut().evaluator.step();
        }
        if done || self.last.is_none_or(|last| last.elapsed() > TELL) {
            self.tell(report);
        }
        done.then_some(Answer::Evaluated)
    }
}
