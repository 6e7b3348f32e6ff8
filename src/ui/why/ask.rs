//! Asks the engine why two images are alike: takes the one apart, then the other, then compares them. One request at a
//! time, so that who steps through a ranking waits for the pair that is looked at, not for all that were passed.

use leptos::prelude::*;

use super::WhyState;
use super::question::{Question, Step};
use super::state::Known;
use crate::engine::protocol::{Answer, Request, WhyRequest};
use crate::gallery::Hash;
use crate::ui::gallery::Looked;
use crate::ui::link::{ImageSource, Reply};

impl WhyState {
    /// Other images are looked at, or the engine is another: what was known no longer holds.
    pub(super) fn follow(self, looked: Option<Looked>, session: u32) {
        self.mark.set(None);
        let Some(looked) = looked else {
            self.crashed.set_value(None);
            return self.answer.set(Known::Nothing);
        };
        if self.crashed.get_value() == Some(looked) {
            return;
        }
        self.answer.set(Known::Coming(Step::First.words()));
        // Who is waiting for an answer asks for the latest pair then.
        if self.asked.with_value(Option::is_none) {
            self.ask(Question { looked, session, step: Step::First });
        }
    }

    fn ask(self, question: Question) {
        let Question { looked: Looked { first, second, .. }, step, .. } = question;
        let files = (self.gallery.file(first), self.gallery.file(second));
        let (Some((one, Some(first))), Some((other, Some(second)))) = files else {
            // Once they are there, this is asked again.
            return self.answer.set(match self.gallery.has_standing() {
                true => Known::Coming("Waiting for the engine, which draws the sample set's files …"),
                false => Known::Refused("This takes both images' files. Drop the one that is not here.".into()),
            });
        };
        let dissect = |hash: Hash| Request::Why(WhyRequest::Dissect { hash, bytes: Vec::new() });
        let (request, file) = match step {
            Step::First => (dissect(first), Some(one)),
            Step::Second => (dissect(second), Some(other)),
            Step::Compare => (Request::Why(WhyRequest::Explain { first, second }), None),
        };
        self.answer.set(Known::Coming(step.words()));
        self.asked.set_value(Some(question));
        self.gallery.link.ask(request, file, move |reply| {
            let answer = match reply {
                Reply::Progress(_) => return,
                Reply::Answer(answer) => Some(answer),
                Reply::Lost { blame } => {
                    self.crashed.set_value(blame.then_some(question.looked));
                    None
                }
            };
            self.asked.set_value(None);
            self.answered(question, answer);
        });
    }

    /// `answer`: none if the engine was lost.
    fn answered(self, question: Question, answer: Option<Answer>) {
        let Some(looked) = self.gallery.looked.get_untracked() else { return };
        let session = self.gallery.link.session.get_untracked();
        let crashed = self.crashed.get_value() == Some(looked);
        if (looked, session) != (question.looked, question.session) {
            if !crashed {
                self.ask(Question { looked, session, step: Step::First });
            }
            return;
        }
        match (question.step, answer) {
            (Step::First, Some(Answer::Done)) => self.ask(Question { step: Step::Second, ..question }),
            (Step::Second, Some(Answer::Done)) => self.ask(Question { step: Step::Compare, ..question }),
            (_, Some(Answer::Explained(explained))) => self.answer.set(Known::Explained(explained)),
            (_, Some(Answer::Refused(reason))) => self.answer.set(Known::Refused(reason)),
            (_, None) if crashed => {
                let reason =
                    "The engine crashed while it took these two images apart, and starts anew. Nothing is lost.";
                self.answer.set(Known::Refused(reason.into()));
            }
            // Another engine is starting: its session leads here again.
            _ => {}
        }
    }
}
