//! Where in a picture a likeness lies.

use super::Region;

/// What adds to the likeness, and what takes away: apart in hue and in lightness.
const FOR: [u8; 3] = [255, 196, 0];
const AGAINST: [u8; 3] = [20, 60, 200];
/// Opacity where a picture's values are strongest.
const OPACITY: f32 = 0.65;

/// A value at each cell of a picture, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat {
    /// Cells in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `[height, width]`.
    pub values: Vec<f32>,
}

impl Heat {
    /// No likeness anywhere.
    pub fn none(width: usize, height: usize) -> Self {
        Self { width, height, values: vec![0.0; width * height] }
    }

    /// At each cell, the mean of what the regions that cover it add, times their number: what the whole would be if all
    /// regions were like these. 0 where there is no region.
    pub fn of(regions: &[Region], values: &[f32], width: usize, height: usize) -> Self {
        let mut sums = vec![(0.0_f32, 0_u32); width * height];
        for (region, value) in regions.iter().zip(values) {
            let ((left, columns), (top, rows)) = region.cells(width, height);
            for row in sums.chunks_exact_mut(width.max(1)).skip(top).take(rows) {
                for (sum, count) in &mut row[left..left + columns] {
                    *sum += value;
                    *count += 1;
                }
            }
        }
        let all = regions.len() as f32;
        let values = sums.into_iter().map(|(sum, count)| sum / count.max(1) as f32 * all).collect();
        Self { width, height, values }
    }

    /// Adds another of the same size, times `weight`.
    pub fn add(&mut self, other: &Self, weight: f32) {
        self.values.iter_mut().zip(&other.values).for_each(|(value, more)| *value += weight * more);
    }

    /// Its colours, to be laid over the picture: RGBA, four bytes a cell. Yellow speaks for the likeness, blue against it.
    /// Where all of it speaks for or all against, what the weakest cell has is left out: only differences tell where.
    pub fn rgba(&self) -> Vec<u8> {
        let some = || self.values.iter().filter(|value| **value != 0.0);
        let most = some().fold(0.0_f32, |most, value| most.max(value.abs()));
        let alike = some().all(|value| *value > 0.0) || some().all(|value| *value < 0.0);
        let least = if alike { some().fold(most, |least, value| least.min(value.abs())) } else { 0.0 };
        let cell = |value: &f32| {
            let share = (value.abs() - least).max(0.0) / (most - least);
            let opacity = if most > least { OPACITY * share } else { 0.0 };
            let [red, green, blue] = if *value < 0.0 { AGAINST } else { FOR };
            [red, green, blue, (opacity * 255.0).round() as u8]
        };
        self.values.iter().flat_map(cell).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEFT: Region = Region { left: 0.0, top: 0.0, width: 0.5, height: 1.0 };

    #[test]
    fn heat_lies_where_its_regions_are() {
        let right = Region { left: 0.5, ..LEFT };
        let heat = Heat::of(&[LEFT, right], &[1.0, -0.5], 4, 2);
        assert_eq!(heat.values, [2.0, 2.0, -1.0, -1.0, 2.0, 2.0, -1.0, -1.0]);
        let colours = heat.rgba();
        assert_eq!(colours[..4], [255, 196, 0, 166]);
        assert_eq!(colours[8..12], [20, 60, 200, 83]);
    }

    /// However many regions lie over each other: equal values give an even heat, whose value is their sum.
    #[test]
    fn what_is_covered_more_often_is_not_hotter() {
        let all = Region { width: 1.0, ..LEFT };
        let heat = Heat::of(&[all, LEFT, LEFT], &[0.2; 3], 4, 1);
        assert!(heat.values.iter().all(|value| (value - 0.6).abs() < 1e-6), "{heat:?}");
    }

    #[test]
    fn where_all_speaks_for_the_likeness_differences_are_shown() {
        let opacities = |values: &[f32]| -> Vec<u8> {
            let heat = Heat { width: values.len(), height: 1, values: values.to_vec() };
            heat.rgba().chunks(4).map(|cell| cell[3]).collect()
        };
        assert_eq!(opacities(&[0.4, 0.5, 0.6, 0.0]), [0, 83, 166, 0]);
        assert_eq!(opacities(&[-0.6, -0.4]), [166, 0]);
        assert_eq!(opacities(&[0.5, 0.5]), [0, 0], "no part of a single view stands out");
    }

    #[test]
    fn sums_are_weighed_and_nothing_has_no_colour() {
        let mut sum = Heat::none(2, 1);
        assert!(sum.rgba().chunks(4).all(|cell| cell[3] == 0));
        sum.add(&Heat::of(&[LEFT], &[1.0], 2, 1), 0.5);
        assert_eq!(sum.values, [0.5, 0.0]);
    }
}
