//! Which cells of the grid are on screen or under a rubber band, from its geometry. Asking the browser about each cell costs
//! milliseconds a frame with thousands of them. Decisions only: no browser is needed.

use std::ops::Range;

/// A grid of cells, all of one size, row by row. Lengths are in pixels, from the corner of its content.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// Cells in a row.
    pub columns: usize,
    /// Where the first row begins.
    pub top: f64,
    /// From one row to the next.
    pub pitch: f64,
    /// Where the first column begins.
    pub left: f64,
    /// From one column to the next.
    pub across: f64,
    /// A cell's width and height.
    pub size: (f64, f64),
}

/// A rectangle, in pixels from the corner of the grid's content.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// Its left and its right edge.
    pub x: (f64, f64),
    /// Its top and its bottom edge.
    pub y: (f64, f64),
}

impl Rect {
    /// The rectangle with these opposite corners.
    pub fn between(a: (f64, f64), b: (f64, f64)) -> Self {
        Self { x: (a.0.min(b.0), a.0.max(b.0)), y: (a.1.min(b.1), a.1.max(b.1)) }
    }
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

    /// The cells, of `count`, that a rectangle touches, row by row.
    pub fn touched(&self, rect: Rect, count: usize) -> impl Iterator<Item = usize> + use<> {
        let rows = places(rect.y, self.top, self.pitch, self.size.1, usize::MAX);
        let columns = places(rect.x, self.left, self.across, self.size.0, self.columns);
        let width = self.columns;
        let rows = rows.start..rows.end.min(count.div_ceil(width.max(1)));
        rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
            .filter(move |&cell| cell < count)
    }
}

/// The rows or columns, of `count`, that a span touches; what lies between two of them touches none.
fn places(span: (f64, f64), start: f64, pitch: f64, size: f64, count: usize) -> Range<usize> {
    if pitch <= 0.0 {
        return 0..0;
    }
    let first = ((span.0 - start - size) / pitch).ceil().max(0.0) as usize;
    let end = ((span.1 - start) / pitch).floor() + 1.0;
    first..(end.max(0.0) as usize).min(count)
}

/// The cells, of `count`, within `margin` of some.
pub fn around(cells: Range<usize>, margin: usize, count: usize) -> Range<usize> {
    cells.start.saturating_sub(margin)..cells.end.saturating_add(margin).min(count)
}

/// How far to scroll in a frame while a pointer that drags a rubber band is at `at`, in pixels: the faster the closer to the
/// edges of what is seen of the grid, `from` to `to`, or beyond them.
pub fn scroll_step(at: f64, from: f64, to: f64) -> f64 {
    const MARGIN: f64 = 28.0;
    const FASTEST: f64 = 24.0;
    let beyond = if at < from + MARGIN {
        at - (from + MARGIN)
    } else if at > to - MARGIN {
        at - (to - MARGIN)
    } else {
        return 0.0;
    };
    (beyond / 3.0).clamp(-FASTEST, FASTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRID: Layout = Layout { columns: 3, top: 6.0, pitch: 100.0, left: 6.0, across: 80.0, size: (70.0, 94.0) };

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

    #[test]
    fn what_is_near_ends_with_the_grid() {
        assert_eq!(around(3..9, 200, 2000), 0..209);
        assert_eq!(around(1900..1950, 200, 2000), 1700..2000);
        assert_eq!(around(0..0, 200, 64), 0..64);
    }

    #[test]
    fn a_band_touches_the_cells_that_it_overlaps() {
        let touched = |a, b, count| GRID.touched(Rect::between(a, b), count).collect::<Vec<_>>();
        assert_eq!(touched((10.0, 10.0), (12.0, 12.0), 9), [0]);
        assert_eq!(touched((90.0, 190.0), (60.0, 50.0), 9), [0, 1, 3, 4], "dragged upwards and to the left");
        assert_eq!(touched((77.0, 0.0), (85.0, 400.0), 9), [] as [usize; 0], "between two columns");
        assert_eq!(touched((0.0, 101.0), (300.0, 105.0), 9), [] as [usize; 0], "between two rows");
        assert_eq!(touched((0.0, 150.0), (900.0, 900.0), 8), [3, 4, 5, 6, 7]);
        assert_eq!(touched((-50.0, -50.0), (2.0, 900.0), 9), [] as [usize; 0]);
        assert_eq!(touched((0.0, 0.0), (900.0, 900.0), 0), [] as [usize; 0]);
    }

    #[test]
    fn the_grid_scrolls_faster_the_further_the_pointer_is_beyond_its_edge() {
        let steps = [300.0, 180.0, 110.0, 20.0, -900.0].map(|at| scroll_step(at, 100.0, 500.0));
        assert_eq!((steps[0], steps[1], steps[2] < 0.0, steps[4]), (0.0, 0.0, true, -24.0));
        assert!(steps[3] < steps[2]);
        let down = [480.0, 900.0].map(|at| scroll_step(at, 100.0, 500.0));
        assert!(down[0] > 0.0 && down[0] < down[1]);
    }
}
