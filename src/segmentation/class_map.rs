//! Class shares of patches, and the map of pixels they give.

use super::{Mask, UNLABELLED};

/// For every patch of a square grid, a share for each class.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassMap {
    grid: usize,
    classes: Vec<u8>,
    shares: Vec<f32>,
}

impl ClassMap {
    /// `shares` is `[grid * grid, classes]`; patches beyond the largest whole square are dropped.
    pub fn new(classes: Vec<u8>, mut shares: Vec<f32>) -> Self {
        let grid = (shares.len() / classes.len().max(1)).isqrt();
        shares.truncate(grid * grid * classes.len());
        Self { grid, classes, shares }
    }

    /// Patches a side.
    pub fn grid(&self) -> usize {
        self.grid
    }

    /// The classes, in order.
    pub fn classes(&self) -> &[u8] {
        &self.classes
    }

    /// `[grid * grid, classes]` shares.
    pub fn shares(&self) -> &[f32] {
        &self.shares
    }

    /// A class for each of `width` x `height` pixels: shares between patch centres are interpolated bilinearly (held
    /// beyond the outer centres), and the largest wins, of equal ones the first. Memory beside the answer: one row of
    /// patches.
    pub fn labels(&self, width: u32, height: u32) -> Mask {
        let count = self.classes.len();
        if self.grid == 0 || count == 0 {
            return Mask::unlabelled(width, height);
        }
        let across: Vec<Between> = (0..width).map(|x| Between::new(x, width, self.grid)).collect();
        let mut row = vec![0.0; self.grid * count];
        let mut labels = Vec::with_capacity(width as usize * height as usize);
        for y in 0..height {
            let Between { low, high, part } = Between::new(y, height, self.grid);
            let line = |i: usize| &self.shares[i * self.grid * count..][..self.grid * count];
            for ((out, a), b) in row.iter_mut().zip(line(low)).zip(line(high)) {
                *out = a + part * (b - a);
            }
            for &Between { low, high, part } in &across {
                let (left, right) = (&row[low * count..][..count], &row[high * count..][..count]);
                let mut best = (f32::NEG_INFINITY, 0);
                for (class, (a, b)) in left.iter().zip(right).enumerate() {
                    let share = a + part * (b - a);
                    if share > best.0 {
                        best = (share, class);
                    }
                }
                labels.push(self.classes[best.1]);
            }
        }
        Mask { width, height, labels }
    }

    /// Share of a mask's pixels by class, for the classes of this map.
    pub fn pixel_shares(&self, mask: &Mask) -> Vec<(u8, f32)> {
        let counts = mask.counts();
        let total = mask.labels.iter().filter(|&&label| label != UNLABELLED).count().max(1) as f32;
        let count = |class: u8| counts.iter().find(|&&(c, _)| c == class).map_or(0, |&(_, count)| count);
        self.classes.iter().map(|&class| (class, count(class) as f32 / total)).collect()
    }
}

/// Where a pixel's centre lies between two patches' centres.
#[derive(Clone, Copy)]
struct Between {
    low: usize,
    high: usize,
    part: f32,
}

impl Between {
    fn new(pixel: u32, pixels: u32, grid: usize) -> Self {
        let place = (f64::from(pixel) + 0.5) * grid as f64 / f64::from(pixels) - 0.5;
        let place = place.clamp(0.0, (grid - 1) as f64);
        let low = place as usize;
        Self { low, high: (low + 1).min(grid - 1), part: (place - low as f64) as f32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bilinear_by_hand() {
        // Class 4's share is 0 on the left and 0.8 on the right, 0.6 against it everywhere.
        let map = ClassMap::new(vec![1, 4], vec![0.6, 0.0, 0.6, 0.8, 0.6, 0.0, 0.6, 0.8]);
        assert_eq!(map.grid(), 2);
        // Eight pixels: centres at -0.375, -0.125, 0.125, ... 1.375 in patches; 0.8 t > 0.6 from t = 0.75 on.
        let mask = map.labels(8, 1);
        assert_eq!(mask.labels, [1, 1, 1, 1, 1, 4, 4, 4]);
        assert_eq!(map.labels(2, 2).labels, [1, 4, 1, 4]);
        assert_eq!(map.pixel_shares(&mask), [(1, 0.625), (4, 0.375)]);
    }

    #[test]
    fn rows_are_interpolated_too() {
        let map = ClassMap::new(vec![0, 1], vec![1.0, 0.0, 1.0, 0.0, 0.1, 0.9, 0.0, 1.0]);
        // Along the left column, class 1 rises from 0 to 0.9 and leads above 0.5: at t = 0.625 it has 0.5625.
        let column: Vec<u8> = map.labels(2, 8).labels.chunks(2).map(|row| row[0]).collect();
        assert_eq!(column, [0, 0, 0, 0, 1, 1, 1, 1]);
    }

    #[test]
    fn of_equal_shares_the_first_class_wins() {
        assert_eq!(ClassMap::new(vec![3, 5], vec![0.5, 0.5]).labels(2, 1).labels, [3, 3]);
    }
}
