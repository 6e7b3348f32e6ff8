//! Shapes as signed distances: negative inside, in the units of the point.

/// A point.
pub type Point = [f32; 2];

pub fn length(p: Point) -> f32 {
    (p[0] * p[0] + p[1] * p[1]).sqrt()
}

pub fn circle(p: Point, centre: Point, radius: f32) -> f32 {
    length([p[0] - centre[0], p[1] - centre[1]]) - radius
}

/// Nearly a distance: exact on the outline, and close to it near the outline.
pub fn ellipse(p: Point, centre: Point, radii: Point) -> f32 {
    let q = [(p[0] - centre[0]) / radii[0], (p[1] - centre[1]) / radii[1]];
    let gradient = length([q[0] / radii[0], q[1] / radii[1]]).max(1e-6);
    let r = length(q);
    r * (r - 1.0) / gradient
}

pub fn rectangle(p: Point, centre: Point, half: Point, rounding: f32) -> f32 {
    let q = [(p[0] - centre[0]).abs() - half[0] + rounding, (p[1] - centre[1]).abs() - half[1] + rounding];
    length([q[0].max(0.0), q[1].max(0.0)]) + q[0].max(q[1]).min(0.0) - rounding
}

/// A line with round ends whose radius goes from `from` to `to`.
pub fn stroke(p: Point, a: Point, b: Point, from: f32, to: f32) -> f32 {
    let (ab, ap) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
    let t = ((ab[0] * ap[0] + ab[1] * ap[1]) / (ab[0] * ab[0] + ab[1] * ab[1]).max(1e-9)).clamp(0.0, 1.0);
    length([ap[0] - ab[0] * t, ap[1] - ab[1] * t]) - (from + (to - from) * t)
}

/// Any polygon, its corners in order.
pub fn polygon(p: Point, corners: &[Point]) -> f32 {
    let (mut nearest, mut inside) = (f32::MAX, false);
    let Some(mut a) = corners.last().copied() else { return nearest };
    for &b in corners {
        nearest = nearest.min(stroke(p, a, b, 0.0, 0.0));
        if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0] {
            inside = !inside;
        }
        a = b;
    }
    if inside { -nearest } else { nearest }
}
