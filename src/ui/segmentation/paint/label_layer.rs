//! The labels painted on one photo.

use super::area::Area;
use super::brush::Brush;
use super::change::{Change, Way};
use super::label_change::LabelChange;
use crate::segmentation::{Mask, UNLABELLED};

/// Labels of a photo's pixels.
#[derive(Debug, Clone)]
pub struct LabelLayer {
    mask: Mask,
    /// The labels before the stroke that is being drawn.
    before: Option<Vec<u8>>,
    revision: u32,
    /// The last revision that was given to any labels.
    last: u32,
}

impl Default for LabelLayer {
    fn default() -> Self {
        let mask = Mask { width: 0, height: 0, labels: Vec::new() };
        Self { mask, before: None, revision: 0, last: 0 }
    }
}

impl LabelLayer {
    /// The labels as shown, including the stroke that is being drawn.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// The labels that [`Self::revision`] numbers, without the stroke that is being drawn.
    pub fn committed(&self) -> Mask {
        Mask { width: self.mask.width, height: self.mask.height, labels: self.committed_labels().to_vec() }
    }

    fn committed_labels(&self) -> &[u8] {
        self.before.as_ref().unwrap_or(&self.mask.labels)
    }

    /// Pixels across and down; none before the first [`Self::fit`] or [`Self::load`].
    pub fn size(&self) -> (u32, u32) {
        (self.mask.width, self.mask.height)
    }

    /// A number for these labels: every finished change has a new one, and undoing it brings back the one before.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Whether any pixel has a label, ignoring the stroke that is being drawn.
    pub fn is_labelled(&self) -> bool {
        self.committed_labels().iter().any(|&label| label != UNLABELLED)
    }

    /// The share of pixels with a label, in 0..1.
    pub fn labelled_share(&self) -> f32 {
        let count = self.mask.labels.iter().filter(|&&label| label != UNLABELLED).count();
        count as f32 / self.mask.labels.len().max(1) as f32
    }

    /// Adopts the size of a photo. Labels of another size are resized, and their changes can't be undone any more.
    pub fn fit(&mut self, size: (u32, u32)) {
        if self.size() != size {
            self.before = None;
            self.mask = if self.mask.labels.is_empty() {
                Mask::unlabelled(size.0, size.1)
            } else {
                self.mask.resized(size.0, size.1)
            };
            self.advance();
        }
    }

    fn advance(&mut self) -> Change<u32> {
        let before = self.revision;
        self.last += 1;
        self.revision = self.last;
        Change { before, after: self.revision }
    }

    /// Begins a step, unless one has begun: whatever is painted until [`Self::commit`] is undone as one.
    fn begin(&mut self) {
        self.before.get_or_insert_with(|| self.mask.labels.clone());
    }

    /// Paints a disc. Returns the rectangle around it.
    pub fn disc(&mut self, at: (f32, f32), brush: Brush) -> Area {
        self.begin();
        brush.disc(&mut self.mask, at)
    }

    /// Paints along a curve from `from` to `to`, bent towards `bend`. Returns the rectangle around it.
    pub fn curve(&mut self, from: (f32, f32), bend: (f32, f32), to: (f32, f32), brush: Brush) -> Area {
        self.begin();
        brush.curve(&mut self.mask, from, bend, to)
    }

    /// Paints a rectangle.
    pub fn fill(&mut self, area: Area, label: u8) {
        self.begin();
        for row in area.y..area.y + area.height {
            let start = row as usize * self.mask.width as usize + area.x as usize;
            self.mask.labels[start..start + area.width as usize].fill(label);
        }
    }

    /// Ends the step. None if it changed nothing.
    pub fn commit(&mut self) -> Option<LabelChange> {
        let before = self.before.take()?;
        if before == self.mask.labels {
            return None;
        }
        let revisions = self.advance();
        LabelChange::between(&before, &self.mask.labels, revisions)
    }

    /// Drops the stroke that is being drawn.
    pub fn cancel(&mut self) {
        if let Some(before) = self.before.take() {
            self.mask.labels = before;
        }
    }

    /// Replaces the labels by a mask, resized to the layer. None if nothing changed.
    pub fn load(&mut self, mask: &Mask) -> Option<LabelChange> {
        mask.check().ok()?;
        if self.mask.labels.is_empty() {
            self.fit((mask.width, mask.height));
        }
        self.replace(mask.resized(self.mask.width, self.mask.height).labels)
    }

    /// Gives the pixels without a label those of a mask, as [`Self::load`] does. None if nothing changed.
    pub fn load_below(&mut self, mask: &Mask) -> Option<LabelChange> {
        let mut below = mask.clone();
        if !self.mask.labels.is_empty() && mask.check().is_ok() {
            below = mask.resized(self.mask.width, self.mask.height);
            let painted = below.labels.iter_mut().zip(&self.mask.labels).filter(|(_, top)| **top != UNLABELLED);
            painted.for_each(|(label, top)| *label = *top);
        }
        self.load(&below)
    }

    /// Erases everything. None if there was nothing.
    pub fn clear(&mut self) -> Option<LabelChange> {
        self.replace(vec![UNLABELLED; self.mask.labels.len()])
    }

    /// Erases a class. None if no pixel has it.
    pub fn remove_class(&mut self, class: u8) -> Option<LabelChange> {
        let left = |&label: &u8| if label == class { UNLABELLED } else { label };
        self.replace(self.mask.labels.iter().map(left).collect())
    }

    /// A stroke that is being drawn becomes part of the change; what is drawn on is a step of its own.
    fn replace(&mut self, labels: Vec<u8>) -> Option<LabelChange> {
        self.begin();
        self.mask.labels = labels;
        self.commit()
    }

    /// Undoes a change, or makes it again. False if the labels are not those that it led to, or began with.
    pub fn apply(&mut self, change: &LabelChange, way: Way) -> bool {
        self.cancel();
        let from = if way == Way::Undo { change.revisions.after } else { change.revisions.before };
        if self.revision != from {
            return false;
        }
        change.apply(&mut self.mask.labels, way);
        self.revision = *change.revisions.goal(way);
        true
    }
}

#[cfg(test)]
#[path = "label_layer_tests.rs"]
mod tests;
