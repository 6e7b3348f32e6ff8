//! What the engine is asked, step by step.

use crate::ui::gallery::Looked;

/// A question to the engine, and how far it is.
#[derive(Clone, Copy)]
pub(super) struct Question {
    /// The two images.
    pub looked: Looked,
    /// The engine that is asked: [`crate::ui::link::Link::session`].
    pub session: u32,
    /// What is asked at present.
    pub step: Step,
}

/// The steps to an explanation.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// Take the first image apart.
    First,
    /// Take the second apart.
    Second,
    /// Compare the two.
    Compare,
}

impl Step {
    /// What happens, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::First => "Taking the first image apart, view by view …",
            Self::Second => "Taking the second image apart, view by view …",
            Self::Compare => "Comparing their views …",
        }
    }
}
