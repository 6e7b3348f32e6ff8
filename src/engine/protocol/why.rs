//! Requests and answers about what features are made of.

use serde::{Deserialize, Serialize};

use crate::fungi::{Explanation, Gradient};
use crate::gallery::Hash;

/// A request about what features are made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WhyRequest {
    /// Take an image apart, unless that was done lately. Answered by [`super::Answer::Done`].
    Dissect {
        /// The content.
        hash: Hash,
        /// The file's bytes, which are read only if they are needed; in a browser a file may accompany the message instead.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Why two images are as alike as they are, both taken apart before. Answered by [`super::Answer::Explained`].
    Explain {
        /// The one content.
        first: Hash,
        /// The other.
        second: Hash,
    },
    /// What is inside one image that was taken apart before. Answered by [`super::Answer::Inside`].
    Inspect {
        /// The content.
        hash: Hash,
    },
}

/// Why two images are as alike as they are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Explained {
    /// Each part that both images have, in the order of [`Part::ALL`].
    pub parts: Vec<Explanation>,
    /// A sentence about each.
    pub sentences: Vec<String>,
}

/// What is inside one image's features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inside {
    /// The objectives, in the order of their parts.
    pub objectives: Vec<Gradient>,
}
