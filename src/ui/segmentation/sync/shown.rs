//! What is shown, as far as the engine needs it.

use std::sync::Arc;

use crate::segmentation::{Mask, Propagation};

/// What is shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// Photos to learn from, in order.
    pub support: Vec<ShownPhoto>,
    /// The photo to map; it may be one of the support.
    pub query: Option<ShownPhoto>,
    /// Former queries, which stay open: they may be the query again.
    pub spare: Vec<u32>,
    /// Side in pixels that photos are resized to.
    pub side: Option<usize>,
    /// Settings of the label propagation.
    pub propagation: Propagation,
    /// Counts how often an engine became ready: its settings may differ each time.
    pub session: u32,
    /// Counts the user's edits.
    pub edits: u32,
}

/// A photo that is shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ShownPhoto {
    /// Its number.
    pub id: u32,
    /// Whether the engine refused it.
    pub refused: bool,
    /// The revision of its labels.
    pub revision: u32,
    /// Whether it has any label.
    pub labelled: bool,
    /// Its true labels, if known.
    pub truth: Option<Arc<Mask>>,
    /// The number of its mask file, if that has not been read.
    pub mask_file: Option<u32>,
}

/// Everything that maps depend on, apart from the photos themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The photo to map.
    pub query: u32,
    /// Settings of the label propagation.
    pub propagation: Propagation,
    support: Vec<(u32, u32)>,
    side: Option<usize>,
    truth: Option<Arc<Mask>>,
    session: u32,
}

impl Shown {
    /// The photos that the engine can use, each once: support, then query.
    pub fn usable(&self) -> impl Iterator<Item = &ShownPhoto> {
        let query = self.query.iter().filter(|query| self.support.iter().all(|photo| photo.id != query.id));
        self.support.iter().chain(query).filter(|photo| !photo.refused)
    }

    /// The support photos that the engine can use.
    pub fn usable_support(&self) -> impl Iterator<Item = &ShownPhoto> {
        self.support.iter().filter(|photo| !photo.refused)
    }

    /// The maps that should be shown; none without a query, or before anything is painted.
    pub fn wanted(&self) -> Option<Wanted> {
        let query = self.query.as_ref().filter(|query| !query.refused)?;
        self.usable_support().any(|photo| photo.labelled).then(|| Wanted {
            query: query.id,
            propagation: self.propagation.clone(),
            support: self.usable_support().map(|photo| (photo.id, photo.revision)).collect(),
            side: self.side,
            truth: query.truth.clone(),
            session: self.session,
        })
    }
}
