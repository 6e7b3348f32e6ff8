//! Houses.

use crate::drawings::backdrop;
use crate::drawings::canvas::{Canvas, Frame};
use crate::drawings::noise::{Dice, times};
use crate::drawings::shapes::{circle, ellipse, polygon, rectangle};

/// A house with a gable, windows, a door and perhaps a chimney, in a landscape.
pub fn house(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    let horizon = backdrop::outdoors(canvas, dice, (0.45, 0.75));
    let scale = dice.range(0.28, 0.4);
    let (wide, high) = (dice.range(0.6, 1.0), dice.range(0.42, 0.75));
    let place =
        [dice.range(0.38, 0.62) * canvas.aspect(), horizon + dice.range(0.02, 0.1) - (high - 0.5) * scale * 0.5];
    let frame = Frame::new(place, scale, 0.0, dice.chance(0.5));
    let (wall, roof) = (dice.colour((0.02, 0.6), (0.55, 1.0)), dice.colour((0.1, 0.8), (0.2, 0.75)));
    let (frames, door, glass) =
        (dice.range(0.1, 1.0), dice.colour((0.2, 0.9), (0.2, 0.8)), dice.colour((0.1, 0.5), (0.15, 0.9)));
    let (pitch, eaves, bricks, noise) =
        (dice.range(0.35, 0.85), dice.range(0.06, 0.16), dice.chance(0.5), dice.noise());
    canvas.shadow(&frame, 2.0, 0.35, 0.6, |p| ellipse(p, [0.2, high + 0.02], [wide + 0.2, 0.08]));
    canvas.region = Some(region);
    if dice.chance(0.7) {
        let x = dice.range(0.25, 0.55) * wide;
        canvas.paint(
            &frame,
            2.0,
            |p| rectangle(p, [x, -high - pitch * 0.5], [0.08, pitch * 0.42], 0.0),
            |[u, _]| times(door, if u > x { 0.55 } else { 0.75 }),
        );
    }
    canvas.paint(
        &frame,
        1.6,
        |p| {
            rectangle(p, [0.0, 0.0], [wide, high], 0.0)
                .min(polygon(p, &[[-wide, -high], [0.0, -high - pitch], [wide, -high]]))
        },
        |[x, y]| {
            let (row, light) = (y * 12.0, 0.95 - 0.12 * x + 0.15 * (noise.rough(x * 6.0, y * 6.0) - 0.5));
            let shift = if row.floor() as i32 % 2 == 0 { 0.0 } else { 0.5 };
            let along = x * 6.0 + shift;
            let joint = bricks && (row - row.floor() < 0.14 || along - along.floor() < 0.08);
            times(wall, if joint { light * 0.78 } else { light })
        },
    );
    let slope = |side: f32| {
        [
            [0.0, -high - pitch - 0.08],
            [side * (wide + eaves), -high + eaves * pitch],
            [side * (wide + eaves), -high + eaves * pitch + 0.1],
            [0.0, -high - pitch + 0.07],
        ]
    };
    for (side, light) in [(-1.0, 1.1), (1.0, 0.75)] {
        canvas.paint(
            &frame,
            2.2,
            |p| polygon(p, &slope(side)),
            |[x, y]| {
                let tile = (x + y) * 14.0;
                times(roof, light * (0.85 + 0.25 * (tile - tile.floor())))
            },
        );
    }
    let (count, floors) = (dice.below(2) + 2, if high > 0.6 { 2 } else { 1 });
    let at = dice.below(count);
    for floor in 0..floors {
        for i in 0..count {
            let x = ((i as f32 + 0.5) / count as f32 * 2.0 - 1.0) * wide * 0.92;
            let room = high * 2.0 / floors as f32;
            let y = high - room * (floor as f32 + 0.5);
            if floor == 0 && i == at {
                let half = [wide * 0.28 / count as f32 + 0.06, room * 0.36];
                canvas.paint(
                    &frame,
                    2.0,
                    |p| rectangle(p, [x, high - half[1]], half, 0.02),
                    |[u, _]| times(door, 0.8 + 0.5 * (u - x)),
                );
                canvas.paint(
                    &frame,
                    2.0,
                    |p| circle(p, [x + half[0] * 0.6, high - half[1]], 0.025),
                    |_| [0.9, 0.8, 0.4],
                );
                continue;
            }
            let half = [wide * 0.4 / count as f32 + 0.03, room * 0.24];
            canvas.paint(
                &frame,
                2.0,
                |p| rectangle(p, [x, y], [half[0] + 0.03, half[1] + 0.03], 0.01),
                |_| [frames; 3],
            );
            canvas.paint(
                &frame,
                2.0,
                |p| rectangle(p, [x, y], half, 0.0),
                |[u, v]| {
                    let cross = (u - x).abs().min((v - y).abs()) < 0.015;
                    if cross { [frames; 3] } else { times(glass, 0.8 + (u - x + y - v) * 0.9) }
                },
            );
        }
    }
    canvas.region = None;
    for _ in 0..dice.below(4) {
        let (side, size) = (if dice.chance(0.5) { -1.0 } else { 1.0 }, dice.range(0.06, 0.14));
        let (bush, noise) = (dice.colour((0.2, 0.7), (0.2, 0.6)), dice.noise());
        let centre = [place[0] + side * (wide * scale * dice.range(0.9, 1.4)), place[1] + high * scale - size * 0.4];
        canvas.paint(
            &Frame::new(centre, size, 0.0, false),
            1.5,
            |p| circle(p, [0.0; 2], 0.75 + 0.4 * noise.rough(p[0] * 2.0, p[1] * 2.0)),
            |[x, y]| times(bush, (0.9 - 0.4 * y) * (0.5 + noise.rough(x * 4.0, y * 4.0))),
        );
    }
}
