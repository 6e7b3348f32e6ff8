//! Requests that wait for the engine, in order; `Stop` overtakes them.

use std::collections::VecDeque;

use super::protocol::{Answer, Message, Request};
use crate::fungi::ViewSet;

/// Waiting requests, each with the files of type `F` that came beside it.
pub(super) struct Inbox<F> {
    waiting: VecDeque<(Message<Request>, F)>,
}

impl<F> Default for Inbox<F> {
    fn default() -> Self {
        Self { waiting: VecDeque::new() }
    }
}

impl<F> Inbox<F> {
    /// Adds a request. [`Request::Stop`] is carried out at once: it removes the waiting images and returns all answers.
    pub fn push(&mut self, message: Message<Request>, file: F) -> Vec<Message<Answer>> {
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

    /// The next request with its files; after an image, those right behind it that want the same views, as many as
    /// `together` says.
    pub fn pop(&mut self, together: impl FnOnce(ViewSet) -> usize) -> Vec<(Message<Request>, F)> {
        let Some(first) = self.waiting.pop_front() else { return Vec::new() };
        let wanted = |request: &Request| if let Request::Embed { views, .. } = request { Some(*views) } else { None };
        let views = wanted(&first.0.body);
        let mut group = vec![first];
        let most = views.map_or(1, together);
        while group.len() < most
            && let Some(next) = self.waiting.pop_front_if(|(next, _)| wanted(&next.body) == views)
        {
            group.push(next);
        }
        group
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_answers_each_waiting_image_and_leaves_the_rest() {
        let mut inbox = Inbox::<()>::default();
        let embed = || Request::Embed { views: ViewSet::Inference, hash: None, bytes: Vec::new() };
        for (seq, body) in [(4, embed()), (5, Request::Sample { seed: 0 }), (6, embed())] {
            assert!(inbox.push(Message { seq, body }, ()).is_empty());
        }
        let answers = inbox.push(Message { seq: 7, body: Request::Stop }, ());
        let answers: Vec<_> = answers.into_iter().map(|Message { seq, body }| (seq, body)).collect();
        assert_eq!(answers, [(4, Answer::GivenUp), (6, Answer::GivenUp), (7, Answer::Done)]);
        assert_eq!(numbers(&mut inbox, 4), [5]);
        assert!(numbers(&mut inbox, 4).is_empty());
    }

    fn numbers(inbox: &mut Inbox<()>, together: usize) -> Vec<u32> {
        inbox.pop(|_| together).into_iter().map(|(message, ())| message.seq).collect()
    }

    #[test]
    fn images_that_follow_each_other_come_together_if_they_want_the_same_views() {
        let mut inbox = Inbox::<()>::default();
        let embed = |views| Request::Embed { views, hash: None, bytes: Vec::new() };
        let (one, crops) = (ViewSet::Inference, ViewSet::Crops { global: 2, local: 10 });
        let requests = [embed(one), embed(one), embed(one), embed(crops), Request::Release, embed(crops), embed(crops)];
        for (body, seq) in requests.into_iter().zip(1..) {
            inbox.push(Message { seq, body }, ());
        }
        assert_eq!(numbers(&mut inbox, 2), [1, 2]);
        assert_eq!(numbers(&mut inbox, 2), [3]);
        assert_eq!(numbers(&mut inbox, 2), [4]);
        assert_eq!(numbers(&mut inbox, 2), [5]);
        assert_eq!(numbers(&mut inbox, 1), [6]);
        assert_eq!(numbers(&mut inbox, 9), [7]);
    }
}
