//! Labels of pixels.

use serde::{Deserialize, Serialize};

/// Marks a pixel without a label: it is ignored as support, and in scores.
pub const UNLABELLED: u8 = u8::MAX;

/// A class index for each pixel, row by row; [`UNLABELLED`] where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mask {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// `width * height` class indices.
    #[serde(with = "serde_bytes")]
    pub labels: Vec<u8>,
}

/// Why labels are not a mask.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MaskError {
    /// The number of labels is not width times height.
    #[error("The mask says {width} x {height} pixels but brings {found} labels. Make it again from the photo.")]
    Length {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
        /// Labels that came.
        found: usize,
    },
    /// No pixel at all.
    #[error("The mask is empty: it has no pixels. Make it again from the photo.")]
    Empty,
    /// The mask is of another picture, or of another size of it.
    #[error(
        "The mask has {found_width} x {found_height} pixels, but its photo has {width} x {height}. Save it at the photo's size."
    )]
    Size {
        /// The photo's pixels across.
        width: u32,
        /// The photo's pixels down.
        height: u32,
        /// The mask's pixels across.
        found_width: u32,
        /// The mask's pixels down.
        found_height: u32,
    },
    /// No pixel has a label.
    #[error(
        "No pixel of the mask has a label: 255, grey or index, is unlabelled. Save the object in another value, or bring a \
         mask with 0 and 255 too."
    )]
    Unlabelled,
}

impl Mask {
    /// A mask of `labels`, row by row.
    ///
    /// # Errors
    /// No pixels, or a length that is not `width * height`.
    pub fn new(width: u32, height: u32, labels: Vec<u8>) -> Result<Self, MaskError> {
        let mask = Self { width, height, labels };
        mask.check()?;
        Ok(mask)
    }

    /// A mask without any label.
    pub fn unlabelled(width: u32, height: u32) -> Self {
        Self { width, height, labels: vec![UNLABELLED; width as usize * height as usize] }
    }

    /// Whether length and size agree: a mask that came in a message may be anything.
    ///
    /// # Errors
    /// No pixels, or a length that is not `width * height`.
    pub fn check(&self) -> Result<(), MaskError> {
        let &Self { width, height, .. } = self;
        if width == 0 || height == 0 {
            return Err(MaskError::Empty);
        }
        if self.labels.len() as u64 != u64::from(width) * u64::from(height) {
            return Err(MaskError::Length { width, height, found: self.labels.len() });
        }
        Ok(())
    }

    /// Whether this is a mask of a picture of `width` x `height` pixels.
    ///
    /// # Errors
    /// Another size, or no mask at all.
    pub fn check_size(&self, width: u32, height: u32) -> Result<(), MaskError> {
        self.check()?;
        if (self.width, self.height) != (width, height) {
            return Err(MaskError::Size { width, height, found_width: self.width, found_height: self.height });
        }
        Ok(())
    }

    /// The same mask at another size: each pixel takes the label at its own centre's place.
    pub fn resized(&self, width: u32, height: u32) -> Self {
        if (self.width, self.height) == (width, height) {
            return self.clone();
        }
        let place =
            |i: u32, to: u32, from: u32| ((2 * u64::from(i) + 1) * u64::from(from) / (2 * u64::from(to))) as usize;
        let columns: Vec<usize> = (0..width).map(|x| place(x, width, self.width)).collect();
        let mut labels = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            let row = &self.labels[place(y, height, self.height) * self.width as usize..][..self.width as usize];
            labels.extend(columns.iter().map(|&x| row[x]));
        }
        Self { width, height, labels }
    }

    /// Pixels of each class that is there, in order of class; unlabelled pixels left out.
    pub fn counts(&self) -> Vec<(u8, usize)> {
        let mut counts = [0_usize; 256];
        self.labels.iter().for_each(|&label| counts[label as usize] += 1);
        (0..UNLABELLED).map(|class| (class, counts[class as usize])).filter(|&(_, count)| count > 0).collect()
    }

    /// One more than the largest class; 0 without any label.
    pub fn classes(&self) -> usize {
        self.counts().last().map_or(0, |&(class, _)| class as usize + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_knows_its_size() {
        assert!(Mask::new(2, 2, vec![0, 1, 2, 255]).is_ok());
        assert_eq!(Mask::new(2, 2, vec![0]), Err(MaskError::Length { width: 2, height: 2, found: 1 }));
        assert_eq!(Mask::new(0, 2, vec![]), Err(MaskError::Empty));
        let sentence = Mask::unlabelled(3, 2).check_size(2, 3).unwrap_err().to_string();
        assert_eq!(sentence, "The mask has 3 x 2 pixels, but its photo has 2 x 3. Save it at the photo's size.");
    }

    #[test]
    fn resizing_takes_the_label_under_the_centre() {
        let mask = Mask::new(2, 1, vec![3, 7]).unwrap();
        assert_eq!(mask.resized(4, 2).labels, [3, 3, 7, 7, 3, 3, 7, 7]);
        // The middle one of three pixels has its centre on the border, which belongs to the right.
        assert_eq!(mask.resized(3, 1).labels, [3, 7, 7]);
        assert_eq!(mask.resized(4, 2).resized(2, 1), mask);
    }

    #[test]
    fn counts_leave_out_what_is_unlabelled() {
        let mask = Mask::new(4, 1, vec![2, 255, 0, 2]).unwrap();
        assert_eq!(mask.counts(), [(0, 1), (2, 2)]);
        assert_eq!(mask.classes(), 3);
        assert_eq!(Mask::unlabelled(2, 2).classes(), 0);
    }
}
