//! Requests that wait for the engine, in order; `Stop` overtakes them.

use std::collections::VecDeque;

use super::protocol::{Answer, Message, Request};

/// Waiting requests, each with the file of type `F` that came beside it.
pub(super) struct Inbox<F> {
    waiting: VecDeque<(Message<Request>, Option<F>)>,
}

impl<F> Default for Inbox<F> {
    fn default() -> Self {
        Self { waiting: VecDeque::new() }
    }
}

impl<F> Inbox<F> {
    /// Adds a request. [`Request::Stop`] is carried out at once: it removes the waiting images and returns all answers.
    pub fn push(&mut self, message: Message<Request>, file: Option<F>) -> Vec<Message<Answer>> {
        if message.body != Request::Stop {
            self.waiting.push_back((message, file));
            return Vec::new();
        }
        let is_image = |request: &Request| matches!(request, Request::Embed { .. });
        let given_up = self.waiting.iter().filter(|(waiting, _)| is_image(&waiting.body));
        let mut answers: Vec<_> =
            given_up.map(|(waiting, _)| Message { seq: waiting.seq, body: Answer::GivenUp }).collect();
        self.waiting.retain(|(waiting, _)| !is_image(&waiting.body));
        answers.push(Message { seq: message.seq, body: Answer::Done });
        answers
    }

    /// The next request, and its file.
    pub fn pop(&mut self) -> Option<(Message<Request>, Option<F>)> {
        self.waiting.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_answers_each_waiting_image_and_leaves_the_rest() {
        let mut inbox = Inbox::<()>::default();
        let embed = || Request::Embed { bytes: Vec::new() };
        for (seq, body) in [(4, embed()), (5, Request::Sample { seed: 0 }), (6, embed())] {
            assert!(inbox.push(Message { seq, body }, None).is_empty());
        }
        let answers = inbox.push(Message { seq: 7, body: Request::Stop }, None);
        let answers: Vec<_> = answers.into_iter().map(|Message { seq, body }| (seq, body)).collect();
        assert_eq!(answers, [(4, Answer::GivenUp), (6, Answer::GivenUp), (7, Answer::Done)]);
        assert_eq!(inbox.pop().map(|(message, _)| message.seq), Some(5));
        assert!(inbox.pop().is_none());
    }
}
