//! Fish.

use super::place;
use crate::drawings::backdrop;
use crate::drawings::canvas::{Canvas, Frame};
use crate::drawings::noise::{Dice, mix, times};
use crate::drawings::shapes::{circle, ellipse, polygon, stroke};

/// A fish from the side: plain, striped or mottled; sometimes a second one. Underwater or on a table.
pub fn fish(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    if dice.chance(0.65) {
        backdrop::depths(canvas, dice)
    } else {
        backdrop::any(canvas, dice)
    }
    for i in 0..[1, 1, 2, 3][dice.below(4) as usize] {
        let shrink = if i == 0 { 1.0 } else { 0.6 };
        let frame = place(canvas, dice, i, (0.3 * shrink, 0.42 * shrink), (-0.08, 0.08));
        let (high, tail) = (dice.range(0.26, 0.5), dice.range(0.25, 0.45));
        let (skin, mark) = (dice.colour((0.2, 0.95), (0.45, 1.0)), dice.colour((0.2, 0.95), (0.2, 1.0)));
        let fin = mix(skin, mark, dice.range(0.2, 0.8));
        let (kind, pitch, noise) = (dice.below(3), dice.range(3.0, 7.0), dice.noise());
        let rays = move |[x, y]: [f32; 2]| {
            let t = (y - x * 0.5) * 22.0;
            times(fin, 0.7 + 0.3 * (t - t.floor()))
        };
        canvas.region = Some(region);
        let fork = [[-0.5, 0.0], [-1.0, -tail], [-0.86, 0.0], [-1.0, tail]];
        let (rise, back) = (dice.range(0.14, 0.32), dice.range(-0.35, -0.1));
        let dorsal = [[back, -high * 0.7], [back - 0.08, -high * 0.85 - rise], [0.35, -high * 0.75]];
        let belly = [[0.0, high * 0.8], [-0.22, high * 0.9 + rise * 0.8], [0.18, high * 0.8]];
        for corners in [&fork[..], &dorsal, &belly] {
            canvas.paint(&frame, 1.3, |p| polygon(p, corners) - 0.03, rays);
        }
        canvas.paint(
            &frame,
            1.2,
            |p| ellipse(p, [0.05, 0.0], [0.78, high]),
            |[x, y]| {
                let (u, v) = (x * 11.0, y * 11.0);
                let odd = if v.floor() as i32 % 2 == 0 { 0.0 } else { 0.5 };
                let scale = circle([(u + odd) - (u + odd).floor(), v - v.floor()], [0.3, 0.5], 0.5);
                let marked = match kind {
                    0 => 0.0,
                    1 => {
                        if (x * pitch) - (x * pitch).floor() < 0.4 {
                            0.9
                        } else {
                            0.0
                        }
                    }
                    _ => ((noise.rough(x * 3.0, y * 3.0) - 0.5) * 9.0).clamp(0.0, 0.9),
                };
                let gill = if circle([x, y], [0.75, 0.0], 0.36).abs() < 0.018 { 0.6 } else { 1.0 };
                let light = (1.0 - y / high * 0.35) * (0.9 + 0.35 * scale.abs().min(0.4)) * gill;
                times(mix(mix(skin, [0.95; 3], (y / high * 0.5).max(0.0)), mark, marked), light)
            },
        );
        canvas.paint(&frame, 1.2, |p| polygon(p, &[[0.12, 0.06], [-0.2, 0.0], [-0.22, 0.22]]) - 0.02, rays);
        canvas.paint(&frame, 1.0, |p| circle(p, [0.57, -high * 0.25], 0.085), |_| [0.95, 0.95, 0.85]);
        canvas.paint(&frame, 1.0, |p| circle(p, [0.585, -high * 0.25], 0.05), |_| [0.03; 3]);
        canvas.paint(&frame, 1.2, |p| stroke(p, [0.83, 0.06], [0.68, 0.1], 0.012, 0.012), |_| times(skin, 0.3));
        canvas.region = None;
    }
    for _ in 0..dice.below(8) {
        let (centre, size) = ([dice.range(0.0, canvas.aspect()), dice.range(0.0, 0.9)], dice.range(0.008, 0.025));
        canvas.blend(
            &Frame::new(centre, size, 0.0, false),
            1.5,
            |p| (0.6 - circle(p, [0.0; 2], 0.9).abs() * 2.0) * 0.7,
            |_| [0.9, 0.97, 1.0],
        );
    }
}
