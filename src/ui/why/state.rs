//! The panel's state: which two images, what is known of them, what is pointed at.

use leptos::prelude::*;

use super::facet::{Facet, Strong};
use super::mark::Mark;
use super::question::Question;
use crate::engine::protocol::Explained;
use crate::retrieval::Weights;
use crate::ui::gallery::{GalleryState, Looked};

/// How many of the strongest pairs there are.
const PAIRS: usize = 10;

/// What the panel shows. `Copy`: each component gets one.
#[derive(Clone, Copy)]
pub struct WhyState {
    /// How far the answer is.
    pub answer: RwSignal<Known>,
    /// What is taken apart.
    pub facet: RwSignal<Facet>,
    /// What is pointed at.
    pub mark: RwSignal<Option<Mark>>,
    /// Whether heat and views are drawn over the pictures.
    pub drawn: RwSignal<bool>,
    /// The weight of each part.
    pub weights: Signal<Weights>,
    /// The strongest pairs of what is taken apart.
    pub strongest: Memo<Vec<Strong>>,
    /// The images, and the two that are looked at.
    pub gallery: GalleryState,
    /// What the engine is asked at present.
    pub(super) asked: StoredValue<Option<Question>>,
    /// The pair at which an engine crashed by its own fault: it is not asked about again while it is looked at.
    pub(super) crashed: StoredValue<Option<Looked>>,
}

/// How far the answer is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Known {
    /// Nothing is asked.
    #[default]
    Nothing,
    /// It is being computed: what happens, in words.
    Coming(&'static str),
    /// It can't be had: a sentence.
    Refused(String),
    /// Why the two are as alike as they are.
    Explained(Box<Explained>),
}

impl WhyState {
    /// Follows the two images that are looked at.
    pub fn new(gallery: GalleryState, weights: Signal<Weights>) -> Self {
        let (answer, facet) = (RwSignal::new(Known::Nothing), RwSignal::new(Facet::Sum));
        let strongest = Memo::new(move |_| {
            let (facet, weights) = (facet.get(), weights.get());
            answer.with(|answer| match answer {
                Known::Explained(explained) => facet.strongest(&explained.parts, &weights, PAIRS),
                _ => Vec::new(),
            })
        });
        let state = Self {
            answer,
            facet,
            mark: RwSignal::new(None),
            drawn: RwSignal::new(true),
            weights,
            strongest,
            gallery,
            asked: StoredValue::new(None),
            crashed: StoredValue::new(None),
        };
        let at_hand = Memo::new(move |_| {
            gallery.looked.get().is_some_and(|Looked { first, second, .. }| {
                // Both are followed.
                let both = [first, second].map(|id| gallery.is_at_hand(id));
                both == [true; 2]
            })
        });
        Effect::new(move |_| {
            // Read, and not just tracked: a memo that nobody reads follows nothing.
            let _ = at_hand.get();
            state.follow(gallery.looked.get(), gallery.link.session.get());
        });
        state
    }

    /// Reads the answer, if it is there.
    pub fn explained<T>(&self, read: impl FnOnce(&Explained) -> T) -> Option<T> {
        self.answer.with(|answer| if let Known::Explained(explained) = answer { Some(read(explained)) } else { None })
    }
}
