//! Cups, fish, houses.

use super::place;
use crate::drawings::backdrop;
use crate::drawings::canvas::{Canvas, Frame};
use crate::drawings::noise::{Dice, lerp, mix, times};
use crate::drawings::shapes::{circle, ellipse, polygon, rectangle, stroke};

/// A cup with a handle, seen a little from above: plain, striped or dotted, on a saucer or not, some steaming.
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

/// A fish from the side: plain, striped or mottled; sometimes a second one. Under water, or on a table.
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
