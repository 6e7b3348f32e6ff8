//! A part of a picture.

use serde::{Deserialize, Serialize};

/// A part of a picture, in shares of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Left edge, 0 to 1.
    pub left: f32,
    /// Top edge, 0 to 1.
    pub top: f32,
    /// Share of the picture's width.
    pub width: f32,
    /// Share of the picture's height.
    pub height: f32,
}

impl Region {
    /// Its cells, row by row, as many as `[rows, columns]` says.
    pub fn grid(self, [rows, columns]: [usize; 2]) -> Vec<Self> {
        let (width, height) = (self.width / columns as f32, self.height / rows as f32);
        let cell = |i: usize| Self {
            left: self.left + (i % columns) as f32 * width,
            top: self.top + (i / columns) as f32 * height,
            width,
            height,
        };
        (0..rows * columns).map(cell).collect()
    }
    /// The cells that it covers in a picture of `width` x `height` cells: the first column and how many, the first row and
    /// how many. At least one of each, and all inside.
    pub fn cells(self, width: usize, height: usize) -> ((usize, usize), (usize, usize)) {
        let span = |start: f32, length: f32, of: usize| {
            let first = ((start * of as f32).round() as usize).min(of.saturating_sub(1));
            (first, ((length * of as f32).round() as usize).clamp(1, (of - first).max(1)))
        };
        (span(self.left, self.width, width), span(self.top, self.height, height))
    }

    /// Whether it covers a point, given in shares of the picture's width and height; its edges belong to it.
    pub fn contains(self, (x, y): (f32, f32)) -> bool {
        (self.left..=self.left + self.width).contains(&x) && (self.top..=self.top + self.height).contains(&y)
    }

    /// The region that is meant by a point of the picture: the smallest that covers it, and of equal ones that whose middle
    /// is nearest.
    pub fn at(regions: &[Self], point: (f32, f32)) -> Option<usize> {
        let far = |region: &Self| {
            let (across, down) =
                (region.left + region.width / 2.0 - point.0, region.top + region.height / 2.0 - point.1);
            across * across + down * down
        };
        // Sizes that differ by rounding alone are equal.
        let size = |region: &Self| (region.width * region.height * 1e4).round();
        let covering = regions.iter().enumerate().filter(|(_, region)| region.contains(point));
        let nearest = covering.min_by(|(_, a), (_, b)| size(a).total_cmp(&size(b)).then(far(a).total_cmp(&far(b))));
        nearest.map(|(place, _)| place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stay_inside_whatever_is_rounded() {
        for size in [1, 2, 3, 97] {
            for share in [0.0, 0.3, 0.999, 1.0] {
                let region = Region { left: share, top: share, width: 1.0 - share, height: 0.2 };
                for (first, count) in <[_; 2]>::from(region.cells(size, size)) {
                    assert!(count > 0 && first + count <= size, "{region:?} of {size}");
                }
            }
        }
    }

    #[test]
    fn a_grid_covers_its_region_once() {
        let region = Region { left: 0.1, top: 0.2, width: 0.8, height: 0.6 };
        let cells = region.grid([3, 4]);
        for point in [(0.11, 0.21), (0.45, 0.55), (0.89, 0.79)] {
            assert_eq!(cells.iter().filter(|cell| cell.contains(point)).count(), 1);
        }
        assert!(cells.iter().all(|cell| !cell.contains((0.05, 0.5)) && !cell.contains((0.5, 0.85))));
    }

    fn region(left: f32, top: f32, side: f32) -> Region {
        Region { left, top, width: side, height: side }
    }

    #[test]
    fn the_smallest_view_under_the_pointer_is_meant() {
        let crops = [region(0.0, 0.0, 1.0), region(0.1, 0.1, 0.3), region(0.2, 0.2, 0.6)];
        assert_eq!(Region::at(&crops, (0.25, 0.25)), Some(1));
        assert_eq!(Region::at(&crops, (0.7, 0.7)), Some(2));
        assert_eq!(Region::at(&crops, (0.95, 0.05)), Some(0));
        assert_eq!(Region::at(&crops[1..], (0.95, 0.05)), None);
    }

    #[test]
    fn of_equal_views_the_one_around_the_pointer_is_meant() {
        let windows: Vec<Region> = (0..49).map(|i| region((i % 7) as f32 / 12.0, (i / 7) as f32 / 12.0, 0.5)).collect();
        for (i, window) in windows.iter().enumerate() {
            assert_eq!(Region::at(&windows, (window.left + 0.25, window.top + 0.25)), Some(i));
        }
        assert_eq!(Region::at(&windows, (0.0, 0.0)), Some(0));
        assert_eq!(Region::at(&windows, (1.0, 1.0)), Some(48));
    }
}
