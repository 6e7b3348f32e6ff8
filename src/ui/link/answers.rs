//! Passes the engine's messages on to whoever needs them.

use leptos::prelude::*;

use super::requests::Asked;
use super::worker::now;
use super::{Link, Phase, Reply};
use crate::engine::protocol::{Answer, Event, Message, Progress, Ready, Request};
use crate::gallery::Id;

impl Link {
    pub(super) fn receive(&self, message: Message<Event>) {
        self.core(|core| core.worker.heard = now());
        match message.body {
            Event::Hello => self.start_engine(),
            Event::Warning(warning) => self.messages.notify(warning),
            Event::Progress(progress) => self.progressed(message.seq, progress),
            Event::Answer(Answer::Failed { reason, gpu }) => self.failed(reason, gpu),
            Event::Answer(answer) => self.answered(message.seq, answer),
        }
        self.go_on();
    }

    fn progressed(&self, seq: u32, progress: Progress) {
        let hearer = self.core(|core| match core.worker.requests.get(seq) {
            Some(Asked::Person(hearer)) => Some(hearer.clone()),
            _ => None,
        });
        match hearer {
            Some(hearer) => (hearer.borrow_mut())(Reply::Progress(progress)),
            None if self.core(|core| core.worker.requests.is_settling()) => self.phase.set(Phase::Starting(progress)),
            None => {}
        }
    }

    fn answered(&self, seq: u32, answer: Answer) {
        let asked = self.core(|core| {
            let asked = core.worker.requests.answered(seq);
            if matches!(asked, Some(Asked::Image(_) | Asked::Person(_))) {
                core.worker.crashes = 0;
            }
            asked
        });
        match (asked, answer) {
            (Some(Asked::Start | Asked::Configure), Answer::Ready(ready)) => self.ready(*ready),
            (Some(Asked::Start | Asked::Configure), Answer::Refused(reason)) => self.failed(reason, false),
            (Some(Asked::Image(id)), answer) => self.image_answered(id, answer),
            (Some(Asked::Person(hearer)), answer) => (hearer.borrow_mut())(Reply::Answer(answer)),
            _ => {}
        }
    }

    fn image_answered(&self, id: Id, answer: Answer) {
        if matches!(answer, Answer::GivenUp) {
            self.core(|core| core.queue.given_up(id));
            return;
        }
        let timings = if let Answer::Item(item) = &answer { Some(item.timings) } else { None };
        self.core(|core| core.queue.answered(id, timings.is_some(), now()));
        if timings.is_some() {
            self.timings.set(timings);
        }
        if let Some(source) = self.source() {
            source.answered(id, answer);
        }
    }

    fn ready(&self, ready: Ready) {
        self.device.set(Some(ready.device));
        self.model.set(Some(ready.model.clone()));
        // If other settings are on their way, wait for the answer to them.
        if self.core(|core| core.worker.requests.is_settling()) {
            return;
        }
        let settings = self.core(|core| core.settings.clone());
        let known = self.source().map(|source| source.ready(&ready.model, &settings)).unwrap_or_default();
        let fresh = self.core(|core| {
            if !known.is_empty() {
                core.worker.post(Asked::Known, Request::Known(known), None);
            }
            core.worker.ready = true;
            !std::mem::replace(&mut core.worker.proven, true)
        });
        self.phase.set(Phase::Ready);
        if fresh {
            self.worker.update(|count| *count += 1);
        }
        self.session.update(|count| *count += 1);
    }
}
