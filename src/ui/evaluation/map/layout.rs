//! Where the images lie on a map, and which lie near a point or within an outline: by a grid, so that thousands of images
//! are asked at every move of the pointer. Decisions only: no browser is needed.

use std::collections::HashMap;
use std::ops::Range;

use super::camera::Point;
use crate::gallery::Id;

/// Images and their places: -1 to 1 along the longer side, y upwards.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    ids: Vec<Id>,
    points: Vec<Point>,
    places: HashMap<Id, usize>,
    /// Cells along a side.
    side: usize,
    /// For each cell, row by row, where its images begin in `members`; one more at the end.
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Layout {
    /// The images with their coordinates, x and y of each, brought to the same size whatever they measured. Coordinates that
    /// are no numbers, and images without any, lie in the middle.
    pub fn new(ids: Vec<Id>, coordinates: &[f32]) -> Self {
        let bound = |of: &dyn Fn(f32, f32) -> f32, axis: usize| {
            coordinates.iter().skip(axis).step_by(2).copied().filter(|x| x.is_finite()).reduce(of)
        };
        let span = |axis| bound(&f32::min, axis).zip(bound(&f32::max, axis)).unwrap_or((0.0, 0.0));
        let (x, y) = (span(0), span(1));
        let half = ((x.1 - x.0).max(y.1 - y.0) / 2.0).max(f32::MIN_POSITIVE);
        let place = |at: f32, (low, high): (f32, f32)| {
            let place = (at - f32::midpoint(low, high)) / half;
            if place.is_finite() { place } else { 0.0 }
        };
        let point = |i: usize| match coordinates.get(2 * i..2 * i + 2) {
            Some(of) => (place(of[0], x), place(of[1], y)),
            None => (0.0, 0.0),
        };
        let points: Vec<Point> = (0..ids.len()).map(point).collect();
        let places = ids.iter().enumerate().map(|(place, &id)| (id, place)).collect();
        let mut layout = Self { ids, points, places, side: 0, starts: Vec::new(), members: Vec::new() };
        layout.sort_into_cells();
        layout
    }

    /// About two images a cell.
    fn sort_into_cells(&mut self) {
        self.side = ((self.points.len() as f32 / 2.0).sqrt().ceil() as usize).clamp(1, 256);
        let cells: Vec<usize> = self.points.iter().map(|&(x, y)| self.cell(y) * self.side + self.cell(x)).collect();
        let mut starts = vec![0; self.side * self.side + 1];
        cells.iter().for_each(|&cell| starts[cell + 1] += 1);
        (1..starts.len()).for_each(|cell| starts[cell] += starts[cell - 1]);
        let mut next = starts.clone();
        self.members = vec![0; self.points.len()];
        for (place, cell) in cells.into_iter().enumerate() {
            self.members[next[cell] as usize] = place as u32;
            next[cell] += 1;
        }
        self.starts = starts;
    }

    fn cell(&self, at: f32) -> usize {
        (((at + 1.0) / 2.0 * self.side as f32).max(0.0) as usize).min(self.side - 1)
    }

    /// The images.
    pub fn ids(&self) -> &[Id] {
        &self.ids
    }

    /// Their places.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// An image's position in [`Self::ids`].
    pub fn position(&self, id: Id) -> Option<usize> {
        self.places.get(&id).copied()
    }

    /// Whether there is no image.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The images in the cells between two corners, and perhaps some just outside.
    pub fn around(&self, low: Point, high: Point) -> impl Iterator<Item = usize> {
        let span = |low: f32, high: f32| if self.is_empty() { 0..0 } else { self.cell(low)..self.cell(high) + 1 };
        let (rows, columns) = (span(low.1, high.1), span(low.0, high.0));
        rows.flat_map(move |row| self.cells(row, columns.clone()).iter().map(|&place| place as usize))
    }

    /// The images in some cells of a row.
    fn cells(&self, row: usize, columns: Range<usize>) -> &[u32] {
        let (first, end) = (row * self.side + columns.start, row * self.side + columns.end);
        if first >= end { &[] } else { &self.members[self.starts[first] as usize..self.starts[end] as usize] }
    }

    /// The image nearest to a point, within a radius.
    pub fn nearest(&self, to: Point, radius: f32) -> Option<usize> {
        let low = (to.0 - radius, to.1 - radius);
        let within = self.around(low, (to.0 + radius, to.1 + radius)).map(|place| (place, self.apart(place, to)));
        let nearest =
            within.filter(|(_, apart)| *apart <= radius).min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        nearest.map(|(place, _)| place)
    }

    /// The `k` images nearest to one of them on the map, nearest first.
    pub fn neighbours(&self, of: usize, k: usize) -> Vec<usize> {
        let Some(&at) = self.points.get(of) else { return Vec::new() };
        let k = k.min(self.points.len() - 1);
        let mut radius = 2.0 / self.side as f32;
        loop {
            let low = (at.0 - radius, at.1 - radius);
            let mut near: Vec<(f32, usize)> = self
                .around(low, (at.0 + radius, at.1 + radius))
                .filter(|&place| place != of)
                .map(|place| (self.apart(place, at), place))
                .filter(|(apart, _)| *apart <= radius || radius > 4.0)
                .collect();
            if near.len() >= k || radius > 4.0 {
                near.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                return near.into_iter().take(k).map(|(_, place)| place).collect();
            }
            radius *= 2.0;
        }
    }

    fn apart(&self, place: usize, from: Point) -> f32 {
        (self.points[place].0 - from.0).hypot(self.points[place].1 - from.1)
    }

    /// The images within an outline, whose last corner is joined to the first; where it crosses itself, every other area.
    pub fn within(&self, outline: &[Point]) -> Vec<usize> {
        let of = |axis: fn(&Point) -> f32| {
            (outline.iter().map(axis).reduce(f32::min), outline.iter().map(axis).reduce(f32::max))
        };
        let ((Some(left), Some(right)), (Some(bottom), Some(top))) = (of(|at| at.0), of(|at| at.1)) else {
            return Vec::new();
        };
        let mut found: Vec<usize> =
            self.around((left, bottom), (right, top)).filter(|&place| inside(self.points[place], outline)).collect();
        found.sort_unstable();
        found
    }

    /// The image next to one of them in a direction (a unit vector): the nearest within a quarter turn, where what lies aside
    /// counts as farther.
    pub fn towards(&self, from: usize, direction: Point) -> Option<usize> {
        let at = *self.points.get(from)?;
        let cost = |&(x, y): &Point| {
            let by = (x - at.0, y - at.1);
            let along = by.0 * direction.0 + by.1 * direction.1;
            let aside = (by.0 * direction.1 - by.1 * direction.0).abs();
            (along > 0.0 && aside <= along).then_some(along + 2.0 * aside)
        };
        let ahead = self.points.iter().enumerate().filter_map(|(place, point)| Some((place, cost(point)?)));
        ahead.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place)
    }
}

/// Whether a point lies within an outline (even-odd rule).
fn inside(point: Point, outline: &[Point]) -> bool {
    let mut inside = false;
    for (at, &(x, y)) in outline.iter().enumerate() {
        let (before_x, before_y) = outline[(at + outline.len() - 1) % outline.len()];
        if (y > point.1) != (before_y > point.1) && point.0 < (before_x - x) * (point.1 - y) / (before_y - y) + x {
            inside = !inside;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Purpose, Stream};

    fn scattered(n: usize) -> Layout {
        let mut stream = Stream::new(5, Purpose::Sample, 0);
        let coordinates: Vec<f32> = (0..2 * n).map(|_| stream.range(3.0, 7.0)).collect();
        Layout::new((0..n as Id).map(|at| at + 100).collect(), &coordinates)
    }

    #[test]
    fn coordinates_fill_the_same_square_whatever_they_measured() {
        let layout = Layout::new(vec![7, 8, 9], &[10.0, 0.0, 14.0, 1.0, 12.0, f32::NAN]);
        assert_eq!(layout.points(), [(-1.0, -0.25), (1.0, 0.25), (0.0, 0.0)]);
        assert_eq!((layout.position(8), layout.position(10)), (Some(1), None));
        assert_eq!(
            Layout::new(vec![1, 2], &[5.0, 5.0]).points(),
            [(0.0, 0.0); 2],
            "one place, and an image without any"
        );
        assert!(
            Layout::default().nearest((0.0, 0.0), 1.0).is_none() && Layout::default().within(&[(0.0, 0.0)]).is_empty()
        );
    }

    #[test]
    fn the_grid_finds_what_a_search_of_all_finds() {
        let layout = scattered(500);
        let mut stream = Stream::new(6, Purpose::Sample, 0);
        for _ in 0..200 {
            let (at, radius) = ((stream.range(-1.2, 1.2), stream.range(-1.2, 1.2)), stream.range(0.0, 0.3));
            let all = (0..500).map(|place| (place, layout.apart(place, at))).filter(|(_, apart)| *apart <= radius);
            let expected = all.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(place, _)| place);
            assert_eq!(layout.nearest(at, radius), expected);
        }
        for of in [0, 77, 499] {
            let at = layout.points()[of];
            let mut all: Vec<usize> = (0..500).filter(|&place| place != of).collect();
            all.sort_by(|&a, &b| layout.apart(a, at).total_cmp(&layout.apart(b, at)));
            assert_eq!(layout.neighbours(of, 5), all[..5]);
            assert_eq!(layout.neighbours(of, 10_000).len(), 499);
        }
    }

    #[test]
    fn an_outline_holds_what_lies_inside_and_no_more() {
        let layout = scattered(500);
        let square = [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)];
        let expected: Vec<usize> =
            (0..500).filter(|&at| layout.points()[at].0.abs() < 0.5 && layout.points()[at].1.abs() < 0.5).collect();
        assert_eq!(layout.within(&square), expected);
        // An L: what lies in the bay is outside.
        let bay = [(-1.0, -1.0), (1.0, -1.0), (1.0, 0.0), (0.0, 0.0), (0.0, 1.0), (-1.0, 1.0)];
        assert!(layout.within(&bay).iter().all(|&at| layout.points()[at].0 <= 0.0 || layout.points()[at].1 <= 0.0));
        assert!(layout.within(&[]).is_empty() && layout.within(&[(0.0, 0.0), (1.0, 1.0)]).is_empty());
    }

    #[test]
    fn arrows_lead_to_what_lies_there() {
        let layout = Layout::new(vec![1, 2, 3, 4], &[0.0, 0.0, 2.0, 0.5, 10.0, 0.0, 0.0, 10.0]);
        assert_eq!(layout.towards(0, (1.0, 0.0)), Some(1));
        assert_eq!(layout.towards(1, (1.0, 0.0)), Some(2));
        assert_eq!(layout.towards(0, (0.0, 1.0)), Some(3));
        assert_eq!(layout.towards(0, (-1.0, 0.0)), None);
    }
}
