//! Labels of patches: how much of each class a patch has.

use super::{Mask, UNLABELLED};

/// Class frequencies of the labelled pixels within each patch, `grid * grid` of them; few classes share a patch, so
/// only those that are there are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SoftLabels {
    starts: Vec<u32>,
    entries: Vec<(u8, f32)>,
}

impl Default for SoftLabels {
    fn default() -> Self {
        Self { starts: vec![0], entries: Vec::new() }
    }
}

impl SoftLabels {
    /// No patch yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The labels of a picture cut into `grid` x `grid` patches. A pixel belongs to the patch in which its centre lies;
    /// a mask with fewer pixels than patches a side is stretched first, by the nearest. Unlabelled pixels are ignored:
    /// a patch with one labelled pixel has that label, a patch with none has none.
    pub fn of(mask: &Mask, grid: usize) -> Self {
        let stretched;
        let mask = if (mask.width as usize) < grid || (mask.height as usize) < grid {
            stretched = mask.resized(mask.width.max(grid as u32), mask.height.max(grid as u32));
            &stretched
        } else {
            mask
        };
        let (width, height) = (mask.width as usize, mask.height as usize);
        let cell = |i: usize, pixels: usize| (2 * i + 1) * grid / (2 * pixels);
        let columns: Vec<usize> = (0..width).map(|x| cell(x, width)).collect();
        let mut labels = Self::new();
        // Counts of one row of patches; cleared entry by entry, since strokes touch few.
        let mut counts = vec![[0_u32; 256]; grid];
        let mut touched = vec![Vec::<u8>::new(); grid];
        let mut rows = mask.labels.chunks_exact(width.max(1)).enumerate().peekable();
        for patch_row in 0..grid {
            while let Some((_, row)) = rows.next_if(|&(y, _)| cell(y, height) == patch_row) {
                for (&label, &column) in row.iter().zip(&columns) {
                    if label != UNLABELLED {
                        let count = &mut counts[column][label as usize];
                        if *count == 0 {
                            touched[column].push(label);
                        }
                        *count += 1;
                    }
                }
            }
            for (counts, touched) in counts.iter_mut().zip(&mut touched) {
                touched.sort_unstable();
                let total: u32 = touched.iter().map(|&class| counts[class as usize]).sum();
                for class in touched.drain(..) {
                    let count = std::mem::take(&mut counts[class as usize]);
                    labels.entries.push((class, (f64::from(count) / f64::from(total)) as f32));
                }
                labels.starts.push(labels.entries.len() as u32);
            }
        }
        labels
    }

    /// Appends the label of one patch.
    pub fn push(&mut self, label: &[(u8, f32)]) {
        self.entries.extend_from_slice(label);
        self.starts.push(self.entries.len() as u32);
    }

    /// Number of patches.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no patch.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The classes of one patch with their frequencies, which add up to 1; empty where it has no label.
    pub fn get(&self, patch: usize) -> &[(u8, f32)] {
        &self.entries[self.starts[patch] as usize..self.starts[patch + 1] as usize]
    }

    /// The patches that carry a label.
    pub fn labelled(&self) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(|&patch| !self.get(patch).is_empty())
    }

    /// The classes that are there, in order.
    pub fn classes(&self) -> Vec<u8> {
        let mut there = [false; 256];
        self.entries.iter().for_each(|&(class, _)| there[class as usize] = true);
        (0..UNLABELLED).filter(|&class| there[class as usize]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequencies_by_hand() {
        #[rustfmt::skip]
        let mask = Mask::new(4, 4, vec![
            0, 0,   1, 255,
            0, 2,   255, 255,
            5, 5,   255, 255,
            5, 5,   255, 255,
        ]).unwrap();
        let labels = SoftLabels::of(&mask, 2);
        let all: Vec<_> = (0..4).map(|patch| labels.get(patch).to_vec()).collect();
        assert_eq!(all, [vec![(0, 0.75), (2, 0.25)], vec![(1, 1.0)], vec![(5, 1.0)], vec![]]);
        assert_eq!(labels.labelled().collect::<Vec<_>>(), [0, 1, 2]);
        assert_eq!(labels.classes(), [0, 1, 2, 5]);
    }

    #[test]
    fn pixels_go_where_their_centre_lies() {
        // Five pixels, two patches: the third one's centre is on the border, which belongs to the right.
        let mask = Mask::new(5, 2, vec![0, 0, 1, 1, 1, 0, 0, 1, 1, 1]).unwrap();
        let labels = SoftLabels::of(&mask, 2);
        assert_eq!((labels.len(), labels.get(0), labels.get(1)), (4, [(0, 1.0)].as_slice(), [(1, 1.0)].as_slice()));
    }

    #[test]
    fn a_small_mask_is_stretched() {
        let labels = SoftLabels::of(&Mask::new(2, 1, vec![3, 9]).unwrap(), 4);
        let first = |patch: usize| labels.get(patch)[0].0;
        assert_eq!((0..16).map(first).collect::<Vec<_>>(), [3, 3, 9, 9].repeat(4));
    }
}
