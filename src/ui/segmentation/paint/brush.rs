//! A round brush: which pixels it paints.

use super::area::Area;
use crate::segmentation::Mask;

/// A round brush.
#[derive(Debug, Clone, Copy)]
pub struct Brush {
    /// In pixels.
    pub radius: f32,
    /// What it paints; [`crate::segmentation::UNLABELLED`] erases.
    pub label: u8,
}

impl Brush {
    /// Paints a disc: the pixels whose centres lie inside. Returns the rectangle around them.
    pub fn disc(self, mask: &mut Mask, (x, y): (f32, f32)) -> Area {
        let (width, height) = (mask.width, mask.height);
        let radius = self.radius.max(0.5);
        let clamp = |v: f32, end: u32| v.clamp(0.0, end as f32) as u32;
        let (top, bottom) = (clamp((y - radius).floor(), height), clamp((y + radius).ceil(), height));
        let mut touched = Area::EMPTY;
        for row in top..bottom {
            let down = row as f32 + 0.5 - y;
            let square = radius * radius - down * down;
            if square <= 0.0 {
                continue;
            }
            let reach = square.sqrt();
            let left = clamp((x - reach - 0.5).ceil(), width);
            let right = clamp((x + reach - 0.5).floor() + 1.0, width);
            if left < right {
                let start = row as usize * width as usize;
                mask.labels[start + left as usize..start + right as usize].fill(self.label);
                touched = touched.union(Area::between(left, row, right, row + 1));
            }
        }
        touched
    }

    /// Paints along a quadratic Bezier curve with the control point `bend`. Returns the rectangle around it.
    pub fn curve(self, mask: &mut Mask, from: (f32, f32), bend: (f32, f32), to: (f32, f32)) -> Area {
        let length = (bend.0 - from.0).hypot(bend.1 - from.1) + (to.0 - bend.0).hypot(to.1 - bend.1);
        // Discs close enough together for a smooth edge.
        let steps = (length / (self.radius * 0.3).max(0.5)).ceil().clamp(1.0, 4096.0) as usize;
        (0..=steps).fold(Area::EMPTY, |touched, i| {
            let t = i as f32 / steps as f32;
            let mix = |a: f32, b: f32, c: f32| (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c;
            touched.union(self.disc(mask, (mix(from.0, bend.0, to.0), mix(from.1, bend.1, to.1))))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disc_is_round_and_stays_inside() {
        let mut mask = Mask::unlabelled(16, 8);
        let area = Brush { radius: 2.0, label: 3 }.disc(&mut mask, (4.0, 4.0));
        assert_eq!(area, Area { x: 2, y: 2, width: 4, height: 4 });
        assert_eq!(mask.counts(), [(3, 12)]);
        assert!(Brush { radius: 2.0, label: 3 }.disc(&mut mask, (-9.0, 99.0)).is_empty());
        let corner = Brush { radius: 3.0, label: 1 }.disc(&mut mask, (16.0, 8.0));
        assert_eq!((corner.x + corner.width, corner.y + corner.height), (16, 8));
    }

    #[test]
    fn a_curve_has_no_gaps() {
        let mut mask = Mask::unlabelled(64, 8);
        Brush { radius: 1.0, label: 0 }.curve(&mut mask, (2.5, 4.5), (30.0, 4.5), (60.5, 4.5));
        assert!(mask.labels[4 * 64 + 2..=4 * 64 + 60].iter().all(|&label| label == 0));
    }
}
