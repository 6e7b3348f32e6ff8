//! Cups.

use super::place;
use crate::drawings::backdrop;
use crate::drawings::canvas::Canvas;
use crate::drawings::noise::{Dice, lerp, times};
use crate::drawings::shapes::{circle, ellipse, polygon};

/// A cup with a handle, seen from slightly above: plain, striped or dotted, with or without a saucer, sometimes
/// steaming.
pub fn cup(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    backdrop::any(canvas, dice);
    let frame = place(canvas, dice, 0, (0.26, 0.4), (-0.03, 0.03));
    let (top, bottom, deep, flat) =
        (dice.range(0.5, 0.7), dice.range(0.35, 0.6), dice.range(0.45, 0.75), dice.range(0.12, 0.24));
    let (glaze, second) = (dice.colour((0.0, 0.85), (0.4, 1.0)), dice.colour((0.1, 0.9), (0.2, 1.0)));
    let (drink, pattern, pitch) = (dice.colour((0.3, 0.9), (0.15, 0.7)), dice.below(4), dice.range(3.0, 7.0));
    canvas.shadow(&frame, 2.0, 0.5, 0.75, |p| ellipse(p, [0.15, deep + 0.08], [top + 0.35, 0.2]));
    canvas.region = Some(region);
    if dice.chance(0.5) {
        let (place, radii) = ([0.0, deep + 0.03], [top + 0.4, flat + 0.1]);
        canvas.paint(&frame, 1.5, |p| ellipse(p, place, radii), |[x, _]| times(glaze, 0.75 - 0.2 * x));
        canvas.paint(
            &frame,
            1.5,
            |p| ellipse(p, place, [radii[0] * 0.75, radii[1] * 0.75]),
            |[x, _]| times(glaze, 0.9 - 0.2 * x),
        );
    }
    let (grip, thick) = ([dice.range(0.22, 0.34), dice.range(0.24, 0.36)], dice.range(0.05, 0.09));
    let handle = move |p: [f32; 2]| ellipse(p, [top * 0.92, -0.02], grip).abs() - thick;
    canvas.paint(&frame, 1.5, handle, |[_, y]| times(glaze, 0.75 - 0.35 * y));
    let body = [[-top, -deep], [top, -deep], [bottom, deep], [-bottom, deep]];
    let outline = move |p: [f32; 2]| polygon(p, &body).min(ellipse(p, [0.0, deep], [bottom, flat * 0.8]));
    canvas.paint(&frame, 1.3, outline, |[x, y]| {
        let (u, v) = (x * pitch, y * pitch);
        let painted = match pattern {
            0 => false,
            1 => v - v.floor() < 0.4,
            2 => u - u.floor() < 0.35,
            _ => circle([u - u.floor(), v - v.floor()], [0.5; 2], 0.3) < 0.0,
        };
        let round = x / lerp(top, bottom, (y / deep + 1.0) / 2.0);
        let shine = (0.12 - (round + 0.5).abs()).max(0.0) * 2.5;
        times(if painted { second } else { glaze }, 1.0 - 0.5 * (round + 0.2) * (round + 0.2) + shine)
    });
    canvas.paint(&frame, 1.3, |p| ellipse(p, [0.0, -deep], [top, flat]), |[x, _]| times(glaze, 1.1 - 0.15 * x));
    canvas.paint(
        &frame,
        1.3,
        |p| ellipse(p, [0.0, -deep + 0.01], [top * 0.9, flat * 0.85]),
        |[x, _]| times(glaze, 0.6 + 0.2 * x),
    );
    canvas.paint(
        &frame,
        1.3,
        |p| ellipse(p, [0.0, -deep + 0.04], [top * 0.84, flat * 0.7]),
        |[x, y]| times(drink, 0.85 + 0.3 * x - 0.8 * (y + deep)),
    );
    canvas.region = None;
    if dice.chance(0.5) {
        let noise = dice.noise();
        canvas.blend(
            &frame,
            2.0,
            |[x, y]| {
                let height = -deep - y;
                let wave = (noise.at(height * 3.0, 1.0) - 0.5) * 0.6;
                let strand = 1.0 - ((x - wave).abs() / 0.14).min(1.0);
                if height > 0.0 { strand * (0.5 - height * 0.5).max(0.0) } else { 0.0 }
            },
            |_| [0.97; 3],
        );
    }
}
