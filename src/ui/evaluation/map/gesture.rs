//! What pointers do on a map: mouse, pen or fingers. Decisions only: no browser is needed.

use super::camera::{Camera, Frame, Point};

/// Pixels that a pointer may move and still have been a click.
const SLACK: f32 = 4.0;
/// Corners of an outline closer than this are one.
const CORNER: f32 = 2.0;

/// What follows from a pointer's move.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// Another part of the map is shown.
    Look(Camera),
    /// The outline that is being drawn has grown.
    Outline,
    /// An outline is complete, in pixels of the frame.
    Lassoed(Vec<Point>),
    /// A click or tap.
    Click(Point),
}

/// The pointers that are down, and what they are doing.
#[derive(Debug, Clone, Default)]
pub struct Gesture {
    /// Each with its number.
    pointers: Vec<(i32, Point)>,
    began: Point,
    /// Whether it has gone farther than a click does.
    moved: bool,
    outline: Option<Vec<Point>>,
}

impl Gesture {
    /// The outline that is being drawn, in pixels of the frame.
    pub fn outline(&self) -> Option<&[Point]> {
        self.outline.as_deref().filter(|_| self.moved)
    }

    /// Whether a pointer is down.
    pub fn is_going_on(&self) -> bool {
        !self.pointers.is_empty()
    }

    /// A pointer came down; the first may draw an outline. A second one ends that, and both zoom.
    pub fn down(&mut self, pointer: i32, at: Point, lasso: bool, primary: bool) {
        if primary {
            // None is left from before.
            self.pointers.clear();
        }
        self.pointers.retain(|(number, _)| *number != pointer);
        self.pointers.push((pointer, at));
        match self.pointers.len() {
            1 => {
                (self.began, self.moved) = (at, false);
                self.outline = lasso.then(|| vec![at]);
            }
            _ => {
                self.moved = true;
                self.outline = None;
            }
        }
    }

    /// A pointer moved; those that are not down do nothing.
    pub fn moved(&mut self, pointer: i32, at: Point, camera: Camera, frame: Frame) -> Outcome {
        let Some(place) = self.pointers.iter().position(|(number, _)| *number == pointer) else {
            return Outcome::Nothing;
        };
        let before = self.pointers.clone();
        self.pointers[place].1 = at;
        if let ([a, b], [c, d]) = (&before[..], &self.pointers[..]) {
            return Outcome::Look(camera.pinched([a.1, b.1], [c.1, d.1], frame));
        }
        let from = before[place].1;
        let first = !self.moved;
        self.moved |= apart(at, self.began) > SLACK;
        match (&mut self.outline, self.moved) {
            (_, false) => Outcome::Nothing,
            (Some(outline), true) => {
                if outline.last().is_none_or(|&last| apart(last, at) >= CORNER) {
                    outline.push(at);
                }
                Outcome::Outline
            }
            (None, true) if self.pointers.len() == 1 => {
                // What it went before it counted is made up for.
                let from = if first { self.began } else { from };
                Outcome::Look(camera.moved((at.0 - from.0, at.1 - from.1), frame))
            }
            _ => Outcome::Nothing,
        }
    }

    /// A pointer went up.
    pub fn up(&mut self, pointer: i32) -> Outcome {
        let Some(place) = self.pointers.iter().position(|(number, _)| *number == pointer) else {
            return Outcome::Nothing;
        };
        let (_, at) = self.pointers.remove(place);
        match (self.outline.take(), self.moved, self.pointers.is_empty()) {
            (_, false, true) => Outcome::Click(at),
            (Some(outline), true, true) => Outcome::Lassoed(outline),
            _ => Outcome::Nothing,
        }
    }

    /// The browser uses the pointers for something else.
    pub fn cancel(&mut self) {
        *self = Self::default();
    }
}

fn apart(a: Point, b: Point) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 400.0, height: 400.0 };

    fn near() -> Camera {
        Camera::default().zoomed(8.0, FRAME.middle(), FRAME)
    }

    #[test]
    fn a_still_pointer_clicks_and_a_moving_one_moves_the_map() {
        let mut gesture = Gesture::default();
        gesture.down(1, (100.0, 100.0), false, true);
        assert_eq!(gesture.moved(1, (102.0, 101.0), near(), FRAME), Outcome::Nothing);
        assert_eq!(gesture.up(1), Outcome::Click((102.0, 101.0)));
        gesture.down(1, (100.0, 100.0), false, true);
        assert_eq!(gesture.moved(1, (103.0, 100.0), near(), FRAME), Outcome::Nothing);
        assert_eq!(gesture.moved(1, (110.0, 100.0), near(), FRAME), Outcome::Look(near().moved((10.0, 0.0), FRAME)));
        assert_eq!(gesture.moved(1, (111.0, 102.0), near(), FRAME), Outcome::Look(near().moved((1.0, 2.0), FRAME)));
        assert_eq!(gesture.up(1), Outcome::Nothing);
        assert_eq!(gesture.moved(1, (150.0, 100.0), near(), FRAME), Outcome::Nothing, "it is up");
    }

    #[test]
    fn a_lasso_gathers_corners() {
        let mut gesture = Gesture::default();
        gesture.down(1, (0.0, 0.0), true, true);
        assert_eq!(gesture.outline(), None);
        for at in [(10.0, 0.0), (10.5, 0.0), (10.0, 10.0), (0.0, 10.0)] {
            assert_eq!(gesture.moved(1, at, near(), FRAME), Outcome::Outline);
        }
        assert_eq!(gesture.outline().unwrap().len(), 4);
        assert_eq!(gesture.up(1), Outcome::Lassoed(vec![(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]));
        assert!(!gesture.is_going_on() && gesture.outline().is_none());
        gesture.down(1, (5.0, 5.0), true, true);
        assert_eq!(gesture.up(1), Outcome::Click((5.0, 5.0)), "a click with the lasso is a click");
    }

    #[test]
    fn a_second_finger_zooms_and_ends_a_lasso() {
        let mut gesture = Gesture::default();
        gesture.down(1, (190.0, 200.0), true, true);
        gesture.down(2, (210.0, 200.0), true, false);
        let Outcome::Look(camera) = gesture.moved(2, (230.0, 200.0), Camera::default(), FRAME) else { panic!() };
        assert_eq!(camera.zoom, 2.0);
        assert_eq!((gesture.up(2), gesture.up(1)), (Outcome::Nothing, Outcome::Nothing), "neither a click nor a lasso");
        gesture.down(1, (5.0, 5.0), false, true);
        gesture.cancel();
        assert_eq!(gesture.up(1), Outcome::Nothing);
    }
}
