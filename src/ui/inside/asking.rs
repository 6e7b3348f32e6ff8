//! What to ask the engine for next, and when to ask no more.

use crate::engine::protocol::{Answer, Inside};

/// Crashes since the dialog was opened, after which nothing more is asked about its image.
const PATIENCE: u32 = 2;

/// A request about the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To take it apart.
    Dissect,
    /// What is inside.
    Inspect,
}

/// What follows from an answer.
#[derive(Debug, PartialEq)]
pub enum Next {
    /// Another request.
    Ask(Step),
    /// It is shown.
    Show(Box<Inside>),
    /// There is nothing to show, for this reason, as a sentence.
    Say(String),
    /// The first request again, once an engine is ready anew.
    Wait,
}

/// How often the engine crashed since the dialog was opened for an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asking {
    crashes: u32,
}

impl Asking {
    /// Takes in the answer to a step; none if the engine crashed before it answered.
    pub fn take_in(&mut self, step: Step, answer: Option<Answer>) -> Next {
        match (step, answer) {
            (_, None) => {
                self.crashes += 1;
                if self.gave_up() { Next::Say(self.reason()) } else { Next::Wait }
            }
            (Step::Dissect, Some(Answer::Done)) => Next::Ask(Step::Inspect),
            (Step::Inspect, Some(Answer::Inside(inside))) => Next::Show(inside),
            (_, Some(Answer::Refused(reason))) => Next::Say(reason),
            _ => Next::Say("The engine gave an answer to something else. Reload the page.".into()),
        }
    }

    /// Whether the engine crashed so often on this image that it is asked no more.
    pub fn gave_up(&self) -> bool {
        self.crashes >= PATIENCE
    }

    fn reason(&self) -> String {
        let crashes = self.crashes;
        format!(
            "The engine crashed {crashes} times while it took this image apart. Close this, and open it again to try once more."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_taken_apart_then_looked_into() {
        let mut asking = Asking::default();
        assert_eq!(asking.take_in(Step::Dissect, Some(Answer::Done)), Next::Ask(Step::Inspect));
        let inside = Box::new(Inside { objectives: Vec::new() });
        let answer = Answer::Inside(inside.clone());
        assert_eq!(asking.take_in(Step::Inspect, Some(answer)), Next::Show(inside));
    }

    #[test]
    fn a_refusal_is_shown_as_it_is() {
        let mut asking = Asking::default();
        let refused = Some(Answer::Refused("The file has changed.".into()));
        assert_eq!(asking.take_in(Step::Dissect, refused), Next::Say("The file has changed.".into()));
        assert!(matches!(asking.take_in(Step::Dissect, Some(Answer::GivenUp)), Next::Say(_)));
        assert!(!asking.gave_up());
    }

    #[test]
    fn crashes_do_not_go_on_for_ever() {
        let mut asking = Asking::default();
        assert_eq!(asking.take_in(Step::Dissect, None), Next::Wait);
        assert!(!asking.gave_up());
        // It came back, took the image apart, and crashed again.
        assert_eq!(asking.take_in(Step::Dissect, Some(Answer::Done)), Next::Ask(Step::Inspect));
        assert!(matches!(asking.take_in(Step::Inspect, None), Next::Say(why) if why.contains("crashed 2 times")));
        assert!(asking.gave_up());
    }
}
