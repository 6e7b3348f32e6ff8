//! Bicycles and boats.

use super::place;
use crate::drawings::backdrop;
use crate::drawings::canvas::{Canvas, Frame};
use crate::drawings::noise::{Dice, hsv, lerp, mix, times, turn};
use crate::drawings::shapes::{circle, ellipse, length, polygon, rectangle, stroke};

/// A bicycle from the side, leaning on a wall or outdoors.
pub fn bicycle(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    backdrop::any(canvas, dice);
    let frame = place(canvas, dice, 0, (0.34, 0.42), (-0.03, 0.03));
    let (paint, tyre) = (dice.colour((0.3, 1.0), (0.25, 1.0)), dice.colour((0.0, 0.4), (0.1, 0.35)));
    let (saddle, rim) = (dice.colour((0.2, 0.7), (0.1, 0.6)), dice.range(0.55, 0.95));
    let (radius, tube, spokes) = (dice.range(0.36, 0.46), dice.range(0.03, 0.05), dice.below(6) + 8);
    let (base, axle) = (dice.range(0.54, 0.64), dice.range(0.2, 0.3));
    canvas.shadow(&frame, 1.8, 0.3, 0.65, |p| rectangle(p, [0.0, axle + radius + 0.03], [base + 0.3, 0.02], 0.02));
    canvas.region = Some(region);
    let spin = dice.range(0.0, 1.0);
    for hub in [[-base, axle], [base, axle]] {
        for i in 0..spokes {
            let (cosine, sine) = turn(spin + i as f32 / spokes as f32);
            let end = [hub[0] + cosine * radius, hub[1] + sine * radius];
            canvas.paint(&frame, 1.5, |p| stroke(p, hub, end, 0.01, 0.01), |_| [rim; 3]);
        }
        let away = move |p: [f32; 2]| length([p[0] - hub[0], p[1] - hub[1]]);
        canvas.paint(
            &frame,
            1.5,
            |p| (away(p) - radius).abs() - 0.05,
            |p| {
                if away(p) < radius - 0.02 { [rim * 0.9; 3] } else { times(tyre, 1.0 + 0.5 * (hub[1] - p[1])) }
            },
        );
        canvas.paint(&frame, 1.5, |p| circle(p, hub, 0.05), |_| [rim * 0.6; 3]);
    }
    let (crank, seat) = ([dice.range(-0.1, 0.0), axle + 0.02], [dice.range(-0.3, -0.2), dice.range(-0.36, -0.24)]);
    let (head, low) = ([dice.range(0.34, 0.42), dice.range(-0.36, -0.26)], [dice.range(0.4, 0.45), -0.1]);
    let (rear, front) = ([-base, axle], [base, axle]);
    let tubes = [(rear, crank), (crank, seat), (rear, seat), (seat, head), (crank, low), (head, low), (low, front)];
    for (from, to) in tubes {
        canvas.paint(&frame, 1.3, |p| stroke(p, from, to, tube, tube), |[x, y]| times(paint, 1.0 - 0.3 * y + 0.2 * x));
    }
    let post = [seat[0] - 0.03, seat[1] - 0.12];
    canvas.paint(&frame, 1.3, |p| stroke(p, seat, post, 0.025, 0.025), |_| [rim * 0.8; 3]);
    canvas.paint(
        &frame,
        1.3,
        |p| stroke(p, [post[0] - 0.14, post[1] - 0.02], [post[0] + 0.12, post[1]], 0.06, 0.03),
        |_| saddle,
    );
    let (grip, drop) = ([head[0] - 0.04, head[1] - 0.16], dice.chance(0.5));
    canvas.paint(&frame, 1.3, |p| stroke(p, head, grip, 0.025, 0.025), |_| [rim * 0.8; 3]);
    let hand = if drop { [grip[0] + 0.2, grip[1] + 0.06] } else { [grip[0] - 0.2, grip[1] - 0.04] };
    canvas.paint(&frame, 1.3, |p| stroke(p, grip, hand, 0.03, 0.035), |_| times(saddle, 0.8));
    canvas.paint(&frame, 1.3, |p| circle(p, crank, 0.11).abs() - 0.025, |_| [rim * 0.55; 3]);
    let (cosine, sine) = turn(dice.range(0.0, 1.0));
    for side in [-1.0, 1.0] {
        let pedal = [crank[0] + cosine * 0.19 * side, crank[1] + sine * 0.19 * side];
        canvas.paint(&frame, 1.3, |p| stroke(p, crank, pedal, 0.02, 0.02), |_| [rim * 0.5; 3]);
        canvas.paint(&frame, 1.3, |p| rectangle(p, pedal, [0.07, 0.025], 0.01), |_| times(tyre, 0.7));
    }
    canvas.region = None;
}

/// A sailing boat with one or two sails on water, or aground.
pub fn boat(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    let horizon = backdrop::outdoors(canvas, dice, (0.4, 0.68));
    let afloat = dice.chance(0.8);
    let water = if dice.chance(0.75) {
        hsv(dice.range(0.4, 0.68), dice.range(0.15, 0.7), dice.range(0.25, 0.8))
    } else {
        dice.colour((0.1, 0.4), (0.3, 0.7))
    };
    let foam = dice.range(0.1, 0.5);
    let (noise, fine) = (dice.noise(), dice.range(14.0, 30.0));
    let wave = |[x, y]: [f32; 2]| {
        let depth = ((y - horizon) / (1.0 - horizon)).clamp(0.0, 1.0);
        let swell = noise.rough(x * fine * 0.35 / (0.3 + depth), y * fine * 2.0 / (0.3 + depth));
        mix(
            times(water, lerp(1.15, 0.7, depth) * (0.7 + 0.6 * swell)),
            [0.95; 3],
            ((swell - 0.6) * 4.0).clamp(0.0, foam),
        )
    };
    let whole = Frame::new([0.0; 2], 1.0, 0.0, false);
    if afloat {
        canvas.paint(&whole, 3.0, |p| horizon - p[1], wave);
    }
    let scale = dice.range(0.3, 0.42);
    let centre = [dice.range(0.38, 0.62) * canvas.aspect(), horizon + dice.range(-0.02, 0.12) - 0.35 * scale];
    let frame = Frame::new(centre, scale, dice.range(-0.025, 0.025), dice.chance(0.5));
    let (hull, stripe) = (dice.colour((0.1, 0.9), (0.25, 1.0)), dice.colour((0.2, 0.9), (0.3, 1.0)));
    let (cloth, panel) = (dice.colour((0.0, 0.75), (0.6, 1.0)), dice.colour((0.0, 0.8), (0.5, 1.0)));
    let (deck, keel, wide) = (dice.range(0.35, 0.45), dice.range(0.68, 0.8), dice.range(0.65, 0.95));
    let (mast, top) = (dice.range(-0.2, 0.1), dice.range(-1.15, -0.85));
    canvas.shadow(&frame, 1.8, 0.35, 0.5, |p| ellipse(p, [0.1, keel + 0.05], [wide * 0.85, 0.08]));
    canvas.region = Some(region);
    canvas.paint(&frame, 1.5, |p| stroke(p, [mast, deck], [mast, top], 0.03, 0.018), |_| [0.35, 0.26, 0.18]);
    let (boom, luff) = (mast - wide * dice.range(0.55, 0.85), top + dice.range(0.04, 0.15));
    let main = [[mast - 0.04, luff], [mast - 0.04, deck - 0.12], [boom, deck - 0.1]];
    let jib = [[mast + 0.05, luff + dice.range(0.0, 0.3)], [mast + 0.06, deck - 0.1], [wide * 0.92, deck - 0.04]];
    let (pattern, stripes) = (dice.below(3), dice.range(2.0, 5.0));
    let shade = |[x, y]: [f32; 2]| {
        let t = y * stripes + x * 0.4;
        let coloured = pattern == 1 && t - t.floor() < 0.5;
        let seam = if pattern == 2 && t - t.floor() < 0.06 { 0.75 } else { 1.0 };
        times(if coloured { panel } else { cloth }, (0.95 + 0.25 * (x - mast)) * seam)
    };
    canvas.paint(&frame, 1.6, |p| polygon(p, &main) - 0.012, shade);
    if dice.chance(0.75) {
        canvas.paint(&frame, 1.6, |p| polygon(p, &jib) - 0.012, |p| times(shade(p), 0.92));
    }
    let body = [[-wide, deck], [wide * 1.1, deck - 0.05], [wide * 0.72, keel], [-wide * 0.8, keel]];
    canvas.paint(
        &frame,
        1.6,
        |p| polygon(p, &body) - 0.02,
        |[x, y]| {
            let line = y - deck;
            let board = y * 16.0;
            let base = if (0.06..0.13).contains(&line) { stripe } else { hull };
            times(base, (1.05 - line * 1.3 - 0.12 * x) * if board - board.floor() < 0.12 { 0.88 } else { 1.0 })
        },
    );
    if dice.chance(0.5) {
        let flag = [[mast, top - 0.02], [mast, top + 0.13], [mast + 0.24, top + 0.06]];
        canvas.paint(&frame, 1.7, |p| polygon(p, &flag), |_| stripe);
    }
    canvas.region = None;
    if afloat {
        // Water laps over the keel; the mask follows.
        let line = frame.world([0.0, keel - 0.06])[1];
        canvas.region = Some(0);
        canvas.paint(&whole, 3.0, |[x, y]| line + 0.02 * (noise.at(x * 11.0, 2.0) - 0.5) - y, wave);
        canvas.region = None;
    }
}
