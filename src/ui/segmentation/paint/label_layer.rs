//! The labels painted on one photo, with undo and redo.

use super::area::Area;
use super::brush::Brush;
use super::history::History;
use crate::segmentation::{Mask, UNLABELLED};

/// Labels of a photo's pixels, and their history.
#[derive(Debug, Clone)]
pub struct LabelLayer {
    mask: Mask,
    /// The labels before the stroke that is being drawn.
    before: Option<Vec<u8>>,
    history: History,
    revision: u32,
}

impl Default for LabelLayer {
    fn default() -> Self {
        let mask = Mask { width: 0, height: 0, labels: Vec::new() };
        Self { mask, before: None, history: History::default(), revision: 0 }
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

    /// Counts up with every finished change.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// The same layer with another revision.
    pub fn with_revision(self, revision: u32) -> Self {
        Self { revision, ..self }
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

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// Adopts the size of a photo. Labels of another size are resized, and their history is dropped.
    pub fn fit(&mut self, size: (u32, u32)) {
        if self.size() != size {
            let mask = if self.mask.labels.is_empty() {
                Mask::unlabelled(size.0, size.1)
            } else {
                self.mask.resized(size.0, size.1)
            };
            *self = Self { mask, revision: self.revision + 1, ..Self::default() };
        }
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

    /// Ends the step. False if it changed nothing.
    pub fn commit(&mut self) -> bool {
        let Some(before) = self.before.take() else { return false };
        let changed = self.history.record(&before, &self.mask.labels);
        self.revision += u32::from(changed);
        changed
    }

    /// Drops the stroke that is being drawn.
    pub fn cancel(&mut self) {
        if let Some(before) = self.before.take() {
            self.mask.labels = before;
        }
    }

    /// Replaces the labels by a mask, resized to the layer, as one step that can be undone. False if nothing changed.
    pub fn load(&mut self, mask: &Mask) -> bool {
        if mask.check().is_err() {
            return false;
        }
        if self.mask.labels.is_empty() {
            self.fit((mask.width, mask.height));
        }
        self.replace(mask.resized(self.mask.width, self.mask.height).labels)
    }

    /// Gives the pixels without a label those of a mask, as [`Self::load`] does. False if nothing changed.
    pub fn load_below(&mut self, mask: &Mask) -> bool {
        let mut below = mask.clone();
        if !self.mask.labels.is_empty() && mask.check().is_ok() {
            below = mask.resized(self.mask.width, self.mask.height);
            let painted = below.labels.iter_mut().zip(&self.mask.labels).filter(|(_, top)| **top != UNLABELLED);
            painted.for_each(|(label, top)| *label = *top);
        }
        self.load(&below)
    }

    /// Erases everything, as one step that can be undone. False if there was nothing.
    pub fn clear(&mut self) -> bool {
        self.replace(vec![UNLABELLED; self.mask.labels.len()])
    }

    fn replace(&mut self, labels: Vec<u8>) -> bool {
        // A stroke that is being drawn becomes a step of its own, and goes on as another.
        let drawn = self.commit();
        self.begin();
        self.mask.labels = labels;
        self.commit() || drawn
    }

    /// Undoes the last step. False if there is none.
    pub fn undo(&mut self) -> bool {
        self.cancel();
        let changed = self.history.undo(&mut self.mask.labels);
        self.revision += u32::from(changed);
        changed
    }

    /// Redoes the last undone step. False if there is none.
    pub fn redo(&mut self) -> bool {
        self.cancel();
        let changed = self.history.redo(&mut self.mask.labels);
        self.revision += u32::from(changed);
        changed
    }

    /// Erases a class, from the history too. False if no pixel has it.
    pub fn remove_class(&mut self, class: u8) -> bool {
        self.cancel();
        let mut found = false;
        for label in self.mask.labels.iter_mut().filter(|label| **label == class) {
            *label = UNLABELLED;
            found = true;
        }
        self.history.remove_class(class);
        self.revision += u32::from(found);
        found
    }
}

#[cfg(test)]
#[path = "label_layer_tests.rs"]
mod tests;
