//! Which cells of the grid are on screen, from its geometry. Asking the browser about each cell costs milliseconds a frame
//! with thousands of them. Decisions only: no browser is needed.

use std::ops::Range;

/// A grid of cells, all of one size, row by row. Lengths are in pixels, from the top of its content.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// Cells in a row.
    pub columns: usize,
    /// Where the first row begins.
    pub top: f64,
    /// From one row to the next.
    pub pitch: f64,
}

impl Layout {
    /// The cells, of `count`, that show between two heights.
    pub fn cells(&self, from: f64, to: f64, count: usize) -> Range<usize> {
        if to <= from || self.columns == 0 || self.pitch <= 0.0 {
            return 0..0;
        }
        let row = |height: f64| ((height - self.top) / self.pitch).max(0.0);
        let first = row(from) as usize * self.columns;
        let end = row(to).ceil() as usize * self.columns;
        first.min(count)..end.min(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Layout = Layout { columns: 3, top: 6.0, pitch: 100.0 };

    #[test]
    fn rows_that_show_in_part_count() {
        assert_eq!(GRID.cells(0.0, 306.0, 2000), 0..9);
        assert_eq!(GRID.cells(150.0, 410.0, 2000), 3..15);
        assert_eq!(GRID.cells(206.0, 306.0, 2000), 6..9);
    }

    #[test]
    fn nothing_shows_beyond_the_end_or_of_a_hidden_grid() {
        assert_eq!(GRID.cells(0.0, 306.0, 4), 0..4);
        assert_eq!(GRID.cells(900.0, 1200.0, 4), 4..4);
        assert!(GRID.cells(0.0, 0.0, 4).is_empty() && GRID.cells(50.0, -20.0, 4).is_empty());
        assert!(Layout { columns: 0, ..GRID }.cells(0.0, 500.0, 4).is_empty());
        assert!(Layout { pitch: 0.0, ..GRID }.cells(0.0, 500.0, 4).is_empty());
    }
}
