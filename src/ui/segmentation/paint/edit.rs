//! One edit of the tab, and the one history of all edits: undo takes them back in the order in which they were made,
//! whatever they changed.

use std::sync::Arc;

use super::change::{Change, Way};
use super::class::Class;
use super::label_change::LabelChange;
use super::loaded_masks::LoadedMasks;
use crate::segmentation::Mask;

/// Edits that can be undone; older ones are forgotten.
const DEPTH: usize = 100;

/// An edit, undone and redone as a whole. `P` is a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit<P> {
    /// What was done, to be read after "Undo: ".
    pub what: String,
    /// What it took away, if something that may be missed.
    pub removed: Option<String>,
    /// Labels of photos.
    pub labels: Vec<(P, LabelChange)>,
    /// Classes, each before and after.
    pub classes: Vec<Change<Option<Class>>>,
    /// The masks that were loaded.
    pub masks: Option<Change<LoadedMasks>>,
    /// True labels of a photo.
    pub truth: Option<(P, Change<Option<Arc<Mask>>>)>,
    /// The photos to paint on.
    pub support: Option<Change<Vec<P>>>,
    /// The photo to be mapped.
    pub query: Option<Change<Option<P>>>,
}

impl<P> Edit<P> {
    /// An edit that changes nothing yet.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            removed: None,
            labels: Vec::new(),
            classes: Vec::new(),
            masks: None,
            truth: None,
            support: None,
            query: None,
        }
    }

    fn is_empty(&self) -> bool {
        let Self { labels, classes, masks, truth, support, query, .. } = self;
        labels.is_empty()
            && classes.is_empty()
            && masks.is_none()
            && truth.is_none()
            && support.is_none()
            && query.is_none()
    }
}

/// The edits that were made, and those that were undone.
#[derive(Debug, Clone)]
pub struct Timeline<P> {
    done: Vec<Arc<Edit<P>>>,
    undone: Vec<Arc<Edit<P>>>,
}

impl<P> Default for Timeline<P> {
    fn default() -> Self {
        Self { done: Vec::new(), undone: Vec::new() }
    }
}

impl<P> Timeline<P> {
    /// Whether nothing was ever done, or undone.
    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.undone.is_empty()
    }

    /// Records an edit, after which nothing can be redone. One that changes nothing is none.
    pub fn record(&mut self, edit: Edit<P>) {
        if edit.is_empty() {
            return;
        }
        self.done.push(Arc::new(edit));
        if self.done.len() > DEPTH {
            self.done.remove(0);
        }
        self.undone.clear();
    }

    /// The edit that is next to be undone, or to be made again.
    pub fn next(&self, way: Way) -> Option<&Edit<P>> {
        let edits = if way == Way::Undo { &self.done } else { &self.undone };
        edits.last().map(AsRef::as_ref)
    }

    /// Goes one edit back or forth: the edit is to be applied that way.
    pub fn step(&mut self, way: Way) -> Option<Arc<Edit<P>>> {
        let (from, to) = match way {
            Way::Undo => (&mut self.done, &mut self.undone),
            Way::Redo => (&mut self.undone, &mut self.done),
        };
        let edit = from.pop()?;
        to.push(edit.clone());
        Some(edit)
    }
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod tests;
