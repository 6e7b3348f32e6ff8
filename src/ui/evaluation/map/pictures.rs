//! Which images are shown by their pictures instead of marks: once the map is zoomed in, those in sight, as many as fit
//! without hiding each other. Decisions only: no browser is needed.

use std::collections::HashMap;

use super::camera::Point;

/// Shown at once, at most: the browser decodes and draws each.
pub const MOST: usize = 160;

/// The side of pictures in pixels; none while the map is shown as a whole, unless it has few images.
pub fn side(zoom: f32, in_sight: usize) -> Option<f32> {
    match (zoom, in_sight) {
        (_, 0) => None,
        (zoom, _) if zoom >= 12.0 => Some(64.0),
        (zoom, _) if zoom >= 5.0 => Some(52.0),
        (zoom, _) if zoom >= 2.0 => Some(40.0),
        _ => None,
    }
}

/// Which of the images in sight, given with their places in the frame and the most important first, get a picture of that
/// side: none hides another.
pub fn choose(in_sight: impl IntoIterator<Item = (usize, Point)>, side: f32) -> Vec<(usize, Point)> {
    let cell = |at: f32| (at / side).floor() as i32;
    let mut taken = HashMap::<(i32, i32), Point>::new();
    let mut chosen = Vec::new();
    for (image, at) in in_sight {
        let (column, row) = (cell(at.0), cell(at.1));
        // Two pictures whose middles share a cell hide each other, so a cell holds one.
        let near = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y)));
        let hides = |other: &Point| (other.0 - at.0).abs() < side && (other.1 - at.1).abs() < side;
        if !near.filter_map(|cell| taken.get(&cell)).any(hides) {
            taken.insert((column, row), at);
            chosen.push((image, at));
            if chosen.len() == MOST {
                break;
            }
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    #[test]
    fn pictures_come_with_zoom_and_grow() {
        assert_eq!([side(1.0, 50), side(1.9, 5000), side(100.0, 0)], [None; 3]);
        assert!(side(2.0, 50) < side(20.0, 5));
    }

    #[test]
    fn no_picture_hides_another_and_every_other_is_hidden_by_one() {
        let mut stream = Stream::new(9, Purpose::Sample, 0);
        let all: Vec<(usize, Point)> =
            (0..400).map(|at| (at, (stream.range(-20.0, 800.0), stream.range(-20.0, 500.0)))).collect();
        let chosen = choose(all.iter().copied(), 64.0);
        assert_eq!(chosen[0], all[0], "the most important first");
        let hides = |a: Point, b: Point| (a.0 - b.0).abs() < 64.0 && (a.1 - b.1).abs() < 64.0;
        for (image, at) in &all {
            let hidden = chosen.iter().filter(|(other, place)| other != image && hides(*place, *at)).count();
            assert_eq!(hidden == 0, chosen.iter().any(|(other, _)| other == image), "{image}");
        }
        assert_eq!(choose((0..1000).map(|at| (at, (at as f32 * 50.0, 0.0))), 40.0).len(), MOST);
    }
}
