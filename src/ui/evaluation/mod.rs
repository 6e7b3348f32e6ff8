//! The Evaluation tab: what features are worth on a person's own labels.

pub mod map;
