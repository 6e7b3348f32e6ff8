//! Labels of pixels as runs: a mask has a million pixels, and few strokes.

use serde::{Deserialize, Serialize};

use crate::segmentation::Mask;

/// Most pixels of a mask that is read back: a photo has no more either.
const MOST_PIXELS: u64 = 100_000_000;

/// A mask as runs of the same label, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Runs {
    width: u32,
    height: u32,
    /// How many pixels, and their label.
    runs: Vec<(u32, u8)>,
}

impl Runs {
    /// A mask's runs.
    pub fn of(mask: &Mask) -> Self {
        let chunks = mask.labels.chunk_by(|a, b| a == b);
        let runs = chunks.map(|run| (run.len() as u32, run[0])).collect();
        Self { width: mask.width, height: mask.height, runs }
    }

    /// The mask. None if the runs do not fill it, or it is larger than any photo.
    pub fn mask(&self) -> Option<Mask> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let found = self.runs.iter().map(|(count, _)| u64::from(*count)).try_fold(0_u64, u64::checked_add)?;
        if found != pixels || pixels > MOST_PIXELS {
            return None;
        }
        let mut labels = Vec::with_capacity(pixels as usize);
        for &(count, label) in &self.runs {
            labels.resize(labels.len() + count as usize, label);
        }
        Some(Mask { width: self.width, height: self.height, labels })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_comes_back_as_it_was() {
        let mask = Mask::new(4, 3, vec![255, 255, 1, 1, 1, 0, 0, 0, 0, 0, 255, 1]).unwrap();
        let runs = Runs::of(&mask);
        assert_eq!(runs.runs.len(), 5);
        assert_eq!(runs.mask(), Some(mask));
        // A photo that nobody has opened yet has no pixels.
        let none = Mask { width: 0, height: 0, labels: Vec::new() };
        assert_eq!(Runs::of(&none).mask(), Some(none));
    }

    #[test]
    fn runs_that_do_not_fill_the_mask_are_no_mask() {
        let runs = |width, height, runs: &[(u32, u8)]| Runs { width, height, runs: runs.to_vec() }.mask();
        assert_eq!(runs(2, 2, &[(3, 1)]), None);
        assert_eq!(runs(2, 2, &[(3, 1), (2, 0)]), None);
        assert_eq!(runs(u32::MAX, u32::MAX, &[(u32::MAX, 1)]), None);
        assert_eq!(runs(1 << 16, 1 << 16, &[(1 << 31, 1), (1 << 31, 1)]), None, "larger than any photo");
    }
}
