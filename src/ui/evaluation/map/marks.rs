//! How images are marked on a map: by shape, filled or hollow, as well as by colour. Decisions only: no browser is needed.

use super::camera::Point;

/// An outline, drawn around a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// A circle.
    Circle,
    /// A square.
    Square,
    /// A triangle that points up.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A triangle that points down.
    Wedge,
    /// An upright cross.
    Plus,
    /// A cross on its side.
    Times,
}

/// A way of marking an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Its outline.
    pub shape: Shape,
    /// Whether only the outline is drawn.
    pub hollow: bool,
    /// Its colour, a place in [`Palette`].
    pub colour: usize,
    /// Whether it is smaller than others: what is not in the foreground.
    pub small: bool,
}

/// Colours on the page's background. The last is for what has no class of its own.
pub type Palette = [[u8; 3]; 7];

/// The place of grey.
const GREY: usize = 6;

/// On a light page: each at least 3 to 1 against it.
pub const LIGHT: Palette =
    [[0, 104, 168], [196, 76, 0], [0, 118, 86], [170, 66, 136], [134, 100, 0], [92, 74, 190], [112, 112, 100]];
/// On a dark page.
pub const DARK: Palette =
    [[92, 180, 236], [240, 152, 60], [60, 200, 156], [232, 140, 196], [236, 220, 92], [170, 160, 255], [150, 152, 136]];

impl Mark {
    /// How many classes have a mark of their own.
    pub const CLASSES: usize = 12;

    /// The mark of a class: no two share shape and filling.
    pub const fn class(place: usize) -> Self {
        const FILLED: [Shape; 6] =
            [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Wedge, Shape::Plus];
        const HOLLOW: [Shape; 6] =
            [Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Wedge, Shape::Circle, Shape::Times];
        let (shape, hollow) = if place < 6 { (FILLED[place % 6], false) } else { (HOLLOW[place % 6], true) };
        // A cross has no inside.
        Self { shape, hollow: hollow && !matches!(shape, Shape::Times), colour: place % 6, small: false }
    }

    /// Rarer classes, together.
    pub const fn other() -> Self {
        Self { shape: Shape::Circle, hollow: false, colour: GREY, small: true }
    }

    /// No class.
    pub const fn none() -> Self {
        Self { shape: Shape::Circle, hollow: true, colour: GREY, small: true }
    }

    /// The neighbours vote for the label.
    pub const fn right() -> Self {
        Self { shape: Shape::Circle, hollow: false, colour: 2, small: false }
    }

    /// They vote for another.
    pub const fn wrong() -> Self {
        Self { shape: Shape::Times, hollow: false, colour: 1, small: false }
    }

    /// Its outline's corners around the origin, within a radius of 1, y downwards.
    pub fn corners(self) -> Vec<Point> {
        let ring = |count: usize, turn: f32, radius: f32| -> Vec<Point> {
            let angle = |at: usize| (at as f32 / count as f32 + turn) * std::f32::consts::TAU;
            (0..count).map(|at| (angle(at).sin() * radius, -angle(at).cos() * radius)).collect()
        };
        match self.shape {
            Shape::Circle => ring(24, 0.0, 0.9),
            Shape::Square => ring(4, 0.125, 1.1),
            Shape::Triangle => ring(3, 0.0, 1.15),
            Shape::Diamond => ring(4, 0.0, 1.1),
            Shape::Wedge => ring(3, 0.5, 1.15),
            Shape::Plus => cross(0.0),
            Shape::Times => cross(0.125),
        }
    }
}

/// A cross of two bars, turned by a share of a whole turn.
fn cross(turn: f32) -> Vec<Point> {
    const ARM: f32 = 1.1;
    const HALF: f32 = 0.32;
    let (sin, cos) = (turn * std::f32::consts::TAU).sin_cos();
    let quarter = [(HALF, -ARM), (HALF, -HALF), (ARM, -HALF)];
    let turned = |at: usize, (x, y): Point| match at {
        0 => (x, y),
        1 => (-y, x),
        2 => (-x, -y),
        _ => (y, -x),
    };
    let corners = (0..4).flat_map(|at| quarter.map(|point| turned(at, point)));
    corners.map(|(x, y)| (x * cos - y * sin, x * sin + y * cos)).collect()
}

/// The radius of marks in pixels: smaller the more there are, larger when zoomed in.
pub fn radius(images: usize, zoom: f32) -> f32 {
    let still = match images {
        0..300 => 6.0,
        300..1500 => 5.0,
        1500..4000 => 4.0,
        _ => 3.25,
    };
    (still + zoom.max(1.0).log2() * 0.75).min(8.0).round()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// WCAG's relative luminance.
    fn luminance(colour: [u8; 3]) -> f64 {
        let linear = colour.map(|value| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    #[test]
    fn every_colour_stands_out_from_the_page() {
        // --sheet of public/styles.css, light and dark.
        for (palette, sheet) in [(LIGHT, [0xfd, 0xfb, 0xf5]), (DARK, [0x1c, 0x1f, 0x17])] {
            for colour in palette {
                let (a, b) = (luminance(colour), luminance(sheet));
                let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                assert!(contrast >= 3.0, "{colour:?}: {contrast}");
            }
        }
    }

    #[test]
    fn marks_differ_without_their_colours() {
        let classes = (0..Mark::CLASSES).map(Mark::class);
        let looks: BTreeSet<String> = classes.map(|mark| format!("{:?} {}", mark.shape, mark.hollow)).collect();
        assert_eq!(looks.len(), Mark::CLASSES);
        assert_ne!(Mark::right().shape, Mark::wrong().shape);
        assert_ne!(Mark::other().hollow, Mark::none().hollow);
    }

    #[test]
    fn outlines_are_closed_shapes_around_the_middle() {
        for shape in
            [Shape::Circle, Shape::Square, Shape::Triangle, Shape::Diamond, Shape::Wedge, Shape::Plus, Shape::Times]
        {
            let corners = Mark { shape, ..Mark::other() }.corners();
            let count = corners.len() as f32;
            let middle = corners.iter().fold((0.0, 0.0), |sum, at| (sum.0 + at.0 / count, sum.1 + at.1 / count));
            assert!(middle.0.abs() < 1e-5 && middle.1.abs() < 1e-5, "{shape:?} {middle:?}");
            assert!(corners.iter().all(|at| at.0.hypot(at.1) < 1.2), "{shape:?}");
        }
    }

    #[test]
    fn marks_shrink_with_their_number_and_grow_with_zoom() {
        assert!(radius(100, 1.0) > radius(5000, 1.0) && radius(5000, 16.0) > radius(5000, 1.0));
        assert_eq!(radius(100, 1e6), 8.0);
    }
}
