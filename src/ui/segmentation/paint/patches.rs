//! Navigation on the square grid of patches that the model lays over a photo. Patches are numbered row by row.

use crate::ui::numbers::fixed;

/// The patch at a point of an image of that size.
pub fn patch_at((x, y): (f32, f32), (width, height): (u32, u32), grid: usize) -> usize {
    let line = |v: f32, side: u32| ((v / side as f32 * grid as f32).max(0.0) as usize).min(grid - 1);
    line(y, height) * grid + line(x, width)
}

/// The patch that a cursor key leads to, `far` in larger steps; with no cursor yet, the patch in the middle. None for
/// another key.
pub fn move_cursor(key: &str, from: Option<usize>, grid: usize, far: bool) -> Option<usize> {
    let middle = grid / 2 * grid + grid / 2;
    let goal = step(key, from.unwrap_or(middle), grid, far)?;
    Some(if from.is_some() { goal } else { middle })
}

fn step(key: &str, patch: usize, grid: usize, far: bool) -> Option<usize> {
    let by = if far { 4 } else { 1 };
    let (row, column) = (patch / grid, patch % grid);
    let last = grid - 1;
    let (row, column) = match key {
        "ArrowLeft" => (row, column.saturating_sub(by)),
        "ArrowRight" => (row, (column + by).min(last)),
        "ArrowUp" => (row.saturating_sub(by), column),
        "ArrowDown" => ((row + by).min(last), column),
        "Home" => (row, 0),
        "End" => (row, last),
        "PageUp" => (0, column),
        "PageDown" => (last, column),
        _ => return None,
    };
    Some(row * grid + column)
}

/// A patch's frame as a value of the style `inset` (from top, right, bottom, left), in percent of the photo.
pub fn frame(patch: usize, grid: usize) -> String {
    let share = 100.0 / grid as f64;
    let (left, top) = ((patch % grid) as f64 * share, (patch / grid) as f64 * share);
    let [top, right, bottom, left] = [top, 100.0 - share - left, 100.0 - share - top, left].map(|part| fixed(part, 3));
    format!("{top}% {right}% {bottom}% {left}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_outside_belong_to_the_nearest_patch() {
        assert_eq!(patch_at((0.0, 0.0), (100, 50), 4), 0);
        assert_eq!(patch_at((99.9, 49.9), (100, 50), 4), 15);
        assert_eq!(patch_at((-3.0, 26.0), (100, 50), 4), 8);
        assert_eq!(patch_at((500.0, 0.0), (100, 50), 4), 3);
    }

    #[test]
    fn the_cursor_starts_in_the_middle_and_stays_on_the_grid() {
        assert_eq!(move_cursor("ArrowUp", None, 5, false), Some(12));
        assert_eq!(move_cursor("x", None, 5, false), None);
        assert_eq!(move_cursor("ArrowUp", Some(12), 5, false), Some(7));
        assert_eq!(move_cursor("ArrowUp", Some(12), 5, true), Some(2));
        assert_eq!(move_cursor("ArrowRight", Some(14), 5, false), Some(14));
        assert_eq!(move_cursor("PageDown", Some(3), 5, false), Some(23));
        assert_eq!(move_cursor("Enter", Some(3), 5, false), None);
    }

    #[test]
    fn a_frame_is_the_patchs_share() {
        assert_eq!(frame(6, 4), "25.000% 25.000% 50.000% 50.000%");
    }
}
