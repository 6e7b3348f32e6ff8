//! Two images that are looked at side by side.

use crate::gallery::Id;

/// Two images that are looked at side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// The query, or the one that was added first.
    pub first: Id,
    /// Its neighbour, or any other.
    pub second: Id,
    /// What ranks the second among the first one's neighbours; none for two selected images.
    pub ranked_by: Option<RankedBy>,
}

/// What neighbours are ranked by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankedBy {
    /// The embedding.
    Embedding,
    /// FUNGI.
    Fungi,
}
