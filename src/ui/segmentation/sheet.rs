//! What is painted on one photo: labels of its pixels, with undo and redo.

use super::area::Area;
use super::steps::{Run, difference};
use crate::segmentation::{Mask, UNLABELLED};

/// Strokes that can be taken back.
const DEPTH: usize = 50;

/// A round brush.
#[derive(Debug, Clone, Copy)]
pub struct Brush {
    /// In pixels.
    pub radius: f32,
    /// What it paints; [`UNLABELLED`] erases.
    pub label: u8,
}

/// Labels and their history.
#[derive(Debug, Clone)]
pub struct Sheet {
    mask: Mask,
    /// The labels before the stroke that is being drawn.
    begun: Option<Vec<u8>>,
    done: Vec<Vec<Run>>,
    undone: Vec<Vec<Run>>,
    revision: u32,
}

impl Default for Sheet {
    fn default() -> Self {
        let mask = Mask { width: 0, height: 0, labels: Vec::new() };
        Self { mask, begun: None, done: Vec::new(), undone: Vec::new(), revision: 0 }
    }
}

impl Sheet {
    /// The labels as they are seen: with the stroke that is being drawn.
    pub fn mask(&self) -> &Mask {
        &self.mask
    }

    /// The labels that [`Sheet::revision`] numbers: without the stroke that is being drawn.
    pub fn settled(&self) -> Mask {
        Mask { width: self.mask.width, height: self.mask.height, labels: self.settled_labels().to_vec() }
    }

    fn settled_labels(&self) -> &[u8] {
        self.begun.as_ref().unwrap_or(&self.mask.labels)
    }

    /// Pixels across and down.
    pub fn size(&self) -> (u32, u32) {
        (self.mask.width, self.mask.height)
    }

    /// Another number after every finished change.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// The same sheet under another number.
    pub fn numbered(self, revision: u32) -> Self {
        Self { revision, ..self }
    }

    /// Whether any pixel has a label, the stroke that is being drawn left out.
    pub fn is_labelled(&self) -> bool {
        self.settled_labels().iter().any(|&label| label != UNLABELLED)
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether something was taken back.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Becomes a sheet for a picture of that size; strokes on one of another size are brought to it.
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

    /// Begins a stroke.
    pub fn begin(&mut self) {
        self.begun = Some(self.mask.labels.clone());
    }

    /// Paints a disc; gives the rectangle around it.
    pub fn disc(&mut self, (x, y): (f32, f32), brush: Brush) -> Area {
        let (width, height) = self.size();
        let radius = brush.radius.max(0.5);
        let row = |v: f32, end: u32| v.clamp(0.0, end as f32) as u32;
        let (top, bottom) = (row((y - radius).floor(), height), row((y + radius).ceil(), height));
        let mut touched = Area::between(0, 0, 0, 0);
        for line in top..bottom {
            let down = line as f32 + 0.5 - y;
            let Some(reach) = Some(radius * radius - down * down).filter(|&r| r > 0.0).map(f32::sqrt) else { continue };
            // Pixels whose centres lie within.
            let left = row((x - reach - 0.5).ceil(), width);
            let right = row((x + reach - 0.5).floor() + 1.0, width);
            if left < right {
                let start = line as usize * width as usize;
                self.mask.labels[start + left as usize..start + right as usize].fill(brush.label);
                touched = touched.with(Area::between(left, line, right, line + 1));
            }
        }
        touched
    }

    /// Paints along a quadratic curve: pointers tell few points, and lines between them would have corners.
    pub fn curve(&mut self, from: (f32, f32), bend: (f32, f32), to: (f32, f32), brush: Brush) -> Area {
        let length = (bend.0 - from.0).hypot(bend.1 - from.1) + (to.0 - bend.0).hypot(to.1 - bend.1);
        let steps = (length / (brush.radius * 0.3).max(0.5)).ceil().clamp(1.0, 4096.0) as usize;
        (0..=steps).fold(Area::between(0, 0, 0, 0), |touched, i| {
            let t = i as f32 / steps as f32;
            let mix = |a: f32, b: f32, c: f32| (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c;
            touched.with(self.disc((mix(from.0, bend.0, to.0), mix(from.1, bend.1, to.1)), brush))
        })
    }

    /// Paints a rectangle.
    pub fn fill(&mut self, area: Area, label: u8) {
        for line in area.y..area.y + area.height {
            let start = line as usize * self.mask.width as usize + area.x as usize;
            self.mask.labels[start..start + area.width as usize].fill(label);
        }
    }

    /// Ends the stroke. False if it changed nothing.
    pub fn commit(&mut self) -> bool {
        let Some(before) = self.begun.take() else { return false };
        let runs = difference(&before, &self.mask.labels);
        if runs.is_empty() {
            return false;
        }
        self.done.push(runs);
        if self.done.len() > DEPTH {
            self.done.remove(0);
        }
        self.undone.clear();
        self.revision += 1;
        true
    }

    /// Gives up the stroke that is being drawn.
    pub fn abandon(&mut self) {
        if let Some(before) = self.begun.take() {
            self.mask.labels = before;
        }
    }

    /// Takes over other labels, of the same size, as one step that can be undone.
    pub fn replace(&mut self, labels: Vec<u8>) -> bool {
        if labels.len() != self.mask.labels.len() {
            return false;
        }
        self.abandon();
        self.begin();
        self.mask.labels = labels;
        self.commit()
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> bool {
        self.abandon();
        let Some(runs) = self.done.pop() else { return false };
        self.apply(&runs, |run| run.before);
        self.undone.push(runs);
        true
    }

    /// Does again what was taken back.
    pub fn redo(&mut self) -> bool {
        self.abandon();
        let Some(runs) = self.undone.pop() else { return false };
        self.apply(&runs, |run| run.after);
        self.done.push(runs);
        true
    }

    fn apply(&mut self, runs: &[Run], label: fn(&Run) -> u8) {
        for run in runs {
            self.mask.labels[run.start..run.start + run.count].fill(label(run));
        }
        self.revision += 1;
    }

    /// Forgets a class, in the history too: undoing must not bring back what no longer has a name.
    pub fn strip(&mut self, class: u8) {
        self.abandon();
        let gone = |label: &mut u8| {
            if *label == class {
                *label = UNLABELLED;
            }
        };
        self.mask.labels.iter_mut().for_each(gone);
        for steps in [&mut self.done, &mut self.undone] {
            for run in steps.iter_mut().flatten() {
                gone(&mut run.before);
                gone(&mut run.after);
            }
            steps.iter_mut().for_each(|runs| runs.retain(|run| run.before != run.after));
            steps.retain(|runs| !runs.is_empty());
        }
        self.revision += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::default();
        sheet.fit((16, 8));
        sheet
    }

    fn stroke(sheet: &mut Sheet, at: (f32, f32), label: u8) {
        sheet.begin();
        sheet.disc(at, Brush { radius: 2.0, label });
        sheet.commit();
    }

    #[test]
    fn a_disc_is_round_and_stays_inside() {
        let mut sheet = sheet();
        let area = sheet.disc((4.0, 4.0), Brush { radius: 2.0, label: 3 });
        assert_eq!(area, Area { x: 2, y: 2, width: 4, height: 4 });
        assert_eq!(sheet.mask().counts(), [(3, 12)]);
        assert!(sheet.disc((-9.0, 99.0), Brush { radius: 2.0, label: 3 }).is_empty());
        let corner = sheet.disc((16.0, 8.0), Brush { radius: 3.0, label: 1 });
        assert_eq!((corner.x + corner.width, corner.y + corner.height), (16, 8));
    }

    #[test]
    fn steps_go_back_and_forth() {
        let mut sheet = sheet();
        stroke(&mut sheet, (4.0, 4.0), 1);
        let first = sheet.mask().clone();
        stroke(&mut sheet, (5.0, 4.0), 2);
        let second = sheet.mask().clone();
        assert!(sheet.undo());
        assert_eq!(*sheet.mask(), first);
        assert!(sheet.redo() && !sheet.redo());
        assert_eq!(*sheet.mask(), second);
        assert!(sheet.undo() && sheet.undo() && !sheet.undo());
        assert!(!sheet.is_labelled());
        stroke(&mut sheet, (9.0, 4.0), 1);
        assert!(!sheet.can_redo(), "another stroke ends what could be redone");
    }

    #[test]
    fn history_is_bounded_and_forgets_removed_classes() {
        let mut sheet = sheet();
        for i in 0..2 * DEPTH {
            stroke(&mut sheet, (4.0, 4.0), (i % 2) as u8);
        }
        assert_eq!(std::iter::from_fn(|| sheet.undo().then_some(())).count(), DEPTH);
        sheet.strip(1);
        while sheet.redo() {}
        assert!(sheet.mask().labels.iter().all(|&label| label != 1));
        while sheet.undo() {}
        assert!(sheet.mask().labels.iter().all(|&label| label != 1));
    }

    #[test]
    fn a_stroke_given_up_leaves_no_trace() {
        let mut sheet = sheet();
        sheet.begin();
        sheet.curve((1.0, 1.0), (5.0, 1.0), (9.0, 6.0), Brush { radius: 1.0, label: 1 });
        assert!(sheet.mask().counts().len() == 1 && !sheet.is_labelled(), "it is seen, and does not count yet");
        assert_eq!(sheet.settled(), Mask::unlabelled(16, 8));
        sheet.abandon();
        assert!(!sheet.is_labelled() && !sheet.can_undo() && !sheet.commit());
    }
}
