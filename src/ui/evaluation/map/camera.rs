//! Which part of a map its frame shows: all of it, or less and larger. Decisions only: no browser is needed.

/// A point: in pixels from a frame's upper left corner, or on the map, whose points fill -1 to 1 with y upwards.
pub type Point = (f32, f32);

/// How much larger than as a whole a map may be shown.
pub const LARGEST: f32 = 200.0;
/// Kept free around the outermost points, in pixels.
const MARGIN: f32 = 16.0;

/// A frame's width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frame {
    /// In pixels, as the page counts them.
    pub width: f32,
    /// In pixels, as the page counts them.
    pub height: f32,
}

impl Frame {
    /// Its middle.
    pub fn middle(self) -> Point {
        (self.width / 2.0, self.height / 2.0)
    }

    /// Pixels for a unit of the map that is shown as a whole.
    fn unit(self) -> f32 {
        (self.width.min(self.height) / 2.0 - MARGIN).max(1.0)
    }
}

/// Which part of a map its frame shows. It holds for any frame, so that resizing keeps what is in the middle there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// What is in the middle of the frame.
    pub centre: Point,
    /// How much larger than as a whole, from 1.
    pub zoom: f32,
}

impl Default for Camera {
    fn default() -> Self {
        Self { centre: (0.0, 0.0), zoom: 1.0 }
    }
}

impl Camera {
    /// Where a point of the map is in the frame.
    pub fn to_frame(self, point: Point, frame: Frame) -> Point {
        let (scale, middle) = (self.scale(frame), frame.middle());
        (middle.0 + (point.0 - self.centre.0) * scale, middle.1 - (point.1 - self.centre.1) * scale)
    }

    /// Which point of the map is there in the frame.
    pub fn to_map(self, at: Point, frame: Frame) -> Point {
        let (scale, middle) = (self.scale(frame), frame.middle());
        (self.centre.0 + (at.0 - middle.0) / scale, self.centre.1 - (at.1 - middle.1) / scale)
    }

    /// Pixels for a unit of the map.
    pub fn scale(self, frame: Frame) -> f32 {
        frame.unit() * self.zoom
    }

    /// Shows the map `factor` times larger; what is at `at` in the frame stays there.
    pub fn zoomed(self, factor: f32, at: Point, frame: Frame) -> Self {
        let factor = if factor.is_finite() && factor > 0.0 { factor } else { 1.0 };
        let fixed = self.to_map(at, frame);
        let zoom = (self.zoom * factor).clamp(1.0, LARGEST);
        Self { zoom, ..self }.with(fixed, at, frame)
    }

    /// Moves the map under the frame by so many pixels.
    pub fn moved(self, by: Point, frame: Frame) -> Self {
        let middle = frame.middle();
        let fixed = self.to_map(middle, frame);
        self.with(fixed, (middle.0 + by.0, middle.1 + by.1), frame)
    }

    /// Two fingers moved: what was under them stays under them.
    pub fn pinched(self, from: [Point; 2], to: [Point; 2], frame: Frame) -> Self {
        let apart = |[a, b]: [Point; 2]| (a.0 - b.0).hypot(a.1 - b.1).max(1.0);
        let middle = |[a, b]: [Point; 2]| (f32::midpoint(a.0, b.0), f32::midpoint(a.1, b.1));
        let fixed = self.to_map(middle(from), frame);
        let zoom = (self.zoom * apart(to) / apart(from)).clamp(1.0, LARGEST);
        Self { zoom, ..self }.with(fixed, middle(to), frame)
    }

    /// Moves the map so far that a point can be seen, with some room around it; not at all where it is seen already.
    pub fn showing(self, point: Point, frame: Frame) -> Self {
        let at = self.to_frame(point, frame);
        let into = |at: f32, side: f32| at.clamp(MARGIN.min(side / 2.0), (side - MARGIN).max(side / 2.0)) - at;
        let by = (into(at.0, frame.width), into(at.1, frame.height));
        if by == (0.0, 0.0) { self } else { self.moved(by, frame) }
    }

    /// The same zoom, with `point` of the map at `at` in the frame, as far as some of the map stays in the middle.
    fn with(self, point: Point, at: Point, frame: Frame) -> Self {
        let (scale, middle) = (self.scale(frame), frame.middle());
        // Nothing can be moved out of sight; as a whole it stays where it is.
        let reach = 1.0 - 1.0 / (self.zoom * self.zoom);
        let inside = |centre: f32| if centre.is_finite() { centre.clamp(-reach, reach) } else { 0.0 };
        let centre = (inside(point.0 - (at.0 - middle.0) / scale), inside(point.1 + (at.1 - middle.1) / scale));
        Self { centre, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame = Frame { width: 432.0, height: 232.0 };

    fn near(a: Point, b: Point) -> bool {
        (a.0 - b.0).abs() < 1e-3 && (a.1 - b.1).abs() < 1e-3
    }

    #[test]
    fn the_whole_map_is_in_the_frame_with_y_upwards() {
        let camera = Camera::default();
        assert_eq!(camera.to_frame((0.0, 0.0), FRAME), (216.0, 116.0));
        assert_eq!(camera.to_frame((1.0, 1.0), FRAME), (316.0, 16.0));
        assert!(near(camera.to_map((316.0, 16.0), FRAME), (1.0, 1.0)));
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer_and_ends() {
        let at = (266.0, 66.0);
        let camera = Camera::default().zoomed(4.0, at, FRAME);
        assert_eq!(camera.zoom, 4.0);
        assert!(near(camera.to_map(at, FRAME), (0.5, 0.5)), "{camera:?}");
        assert_eq!(camera.zoomed(1e9, at, FRAME).zoom, LARGEST);
        assert_eq!(camera.zoomed(1e-9, at, FRAME), Camera::default());
        assert_eq!(camera.zoomed(f32::NAN, at, FRAME).zoom, 4.0);
    }

    #[test]
    fn the_map_can_be_moved_and_not_lost() {
        let camera = Camera::default().zoomed(10.0, FRAME.middle(), FRAME);
        let moved = camera.moved((100.0, -50.0), FRAME);
        assert!(near(moved.to_frame((0.0, 0.0), FRAME), (316.0, 66.0)), "{moved:?}");
        let far = camera.moved((1e6, 1e6), FRAME);
        assert!(far.centre.0 >= -1.0 && far.centre.1 <= 1.0, "{far:?}");
        assert_eq!(Camera::default().moved((50.0, 50.0), FRAME), Camera::default(), "as a whole it stays");
    }

    #[test]
    fn two_fingers_hold_what_is_under_them() {
        let from = [(206.0, 116.0), (226.0, 116.0)];
        let camera = Camera::default().pinched(from, [(176.0, 116.0), (256.0, 116.0)], FRAME);
        assert_eq!(camera.zoom, 4.0);
        let dragged = camera.pinched(from, from.map(|(x, y)| (x + 30.0, y)), FRAME);
        assert!(near(dragged.to_frame((0.0, 0.0), FRAME), (246.0, 116.0)), "{dragged:?}");
        let same = camera.pinched([(1.0, 1.0); 2], [(1.0, 1.0); 2], Frame::default());
        assert!(same.zoom.is_finite() && same.centre.0.is_finite(), "fingers at one point, no frame: no nonsense");
    }

    #[test]
    fn a_hidden_point_is_brought_in() {
        let camera = Camera::default().zoomed(10.0, FRAME.middle(), FRAME);
        let shown = camera.showing((0.9, 0.0), FRAME);
        let at = shown.to_frame((0.9, 0.0), FRAME);
        assert!(at.0 <= FRAME.width - 15.9 && at.0 > 0.0, "{at:?}");
        assert_eq!(shown.showing((0.9, 0.0), FRAME), shown, "once it is seen, nothing moves");
    }
}
