//! Which part of a photo its frame shows: all of it, or less and larger.

use crate::ui::numbers::fixed;

/// How much larger a photo may be shown.
const LARGEST: f32 = 8.0;

/// Which part of a photo its frame shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zoom {
    /// How much larger than as a whole, from 1.
    pub scale: f32,
    /// Where the photo's left and upper edges are, in widths and heights of the frame, at most 0.
    corner: (f32, f32),
}

impl Default for Zoom {
    fn default() -> Self {
        Self { scale: 1.0, corner: (0.0, 0.0) }
    }
}

impl Zoom {
    /// Two fingers moved within a frame of that size, all in pixels from its upper left corner: what was under them stays
    /// under them, as far as the frame stays covered.
    pub fn pinched(self, from: [(f32, f32); 2], to: [(f32, f32); 2], frame: (f32, f32)) -> Self {
        let apart = |[a, b]: [(f32, f32); 2]| (a.0 - b.0).hypot(a.1 - b.1).max(1.0);
        let middle = |[a, b]: [(f32, f32); 2]| {
            (f32::midpoint(a.0, b.0) / frame.0.max(1.0), f32::midpoint(a.1, b.1) / frame.1.max(1.0))
        };
        let scale = (self.scale * apart(to) / apart(from)).clamp(1.0, LARGEST);
        let (before, after) = (middle(from), middle(to));
        let edge = |corner: f32, before: f32, after: f32| {
            (after - (before - corner) / self.scale * scale).clamp(1.0 - scale, 0.0)
        };
        Self { scale, corner: (edge(self.corner.0, before.0, after.0), edge(self.corner.1, before.1, after.1)) }
    }

    /// As a value of the style `transform`, from the upper left corner; none for the whole photo.
    pub fn transform(self) -> Option<String> {
        let percent = |share: f32| fixed(f64::from(share) * 100.0, 3);
        let scale = fixed(f64::from(self.scale), 4);
        (self != Self::default())
            .then(|| format!("translate({}%, {}%) scale({scale})", percent(self.corner.0), percent(self.corner.1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: (f32, f32) = (200.0, 100.0);

    #[test]
    fn what_is_under_the_fingers_stays_there() {
        let zoom = Zoom::default().pinched([(90.0, 50.0), (110.0, 50.0)], [(80.0, 50.0), (120.0, 50.0)], FRAME);
        assert_eq!(zoom, Zoom { scale: 2.0, corner: (-0.5, -0.5) }, "around the middle");
        let moved = zoom.pinched([(80.0, 50.0), (120.0, 50.0)], [(100.0, 60.0), (140.0, 60.0)], FRAME);
        assert!(moved.scale == 2.0 && (moved.corner.0 + 0.4).abs() < 1e-6, "two fingers move it: {moved:?}");
        assert_eq!(zoom.transform().unwrap(), "translate(-50.000%, -50.000%) scale(2.0000)");
    }

    #[test]
    fn the_photo_covers_its_frame() {
        let wide = [(50.0, 50.0), (150.0, 50.0)];
        let near = [(99.0, 50.0), (101.0, 50.0)];
        assert_eq!(Zoom::default().pinched(wide, near, FRAME), Zoom::default(), "it gets no smaller than its frame");
        let largest = Zoom::default().pinched(near, wide, FRAME);
        assert_eq!(largest.scale, LARGEST);
        let far = largest.pinched(wide, [(950.0, 900.0), (1050.0, 900.0)], FRAME);
        assert_eq!(far.corner, (0.0, 0.0));
        let same = Zoom::default().pinched([(1.0, 1.0); 2], [(1.0, 1.0); 2], (0.0, 0.0));
        assert!(same.scale.is_finite() && same.corner.0.is_finite(), "fingers at one point, no frame: no nonsense");
    }
}
