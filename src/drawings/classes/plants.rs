//! Leaves, flowers, mushrooms.

use super::place;
use crate::drawings::backdrop;
use crate::drawings::canvas::{Canvas, Frame};
use crate::drawings::noise::{Dice, mix, times, turn};
use crate::drawings::shapes::{circle, ellipse, stroke};

/// One large leaf, or a few, on any ground: pointed, with a midrib and side veins, some with a toothed edge.
pub fn leaf(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    backdrop::any(canvas, dice);
    for i in 0..[1, 1, 1, 2, 3][dice.below(5) as usize] {
        let shrink = if i == 0 { 1.0 } else { 0.6 };
        let frame = place(canvas, dice, i, (0.34 * shrink, 0.46 * shrink), (0.0, 1.0));
        let (width, teeth, depth) = (dice.range(0.38, 0.62), dice.range(5.0, 9.0), dice.range(0.0, 0.06));
        let (veins, slant, noise) = (dice.range(3.5, 6.5), dice.range(0.5, 1.1), dice.noise());
        let (green, autumn) = (dice.colour((0.35, 0.9), (0.35, 0.85)), dice.colour((0.3, 0.9), (0.3, 0.9)));
        let vein = mix(times(green, 1.5), [0.95, 0.95, 0.8], 0.3);
        // Two arcs through both tips; the teeth point towards the tip.
        let radius = (1.0 + width * width) / (2.0 * width);
        let outline = move |p: [f32; 2]| {
            let tooth = (p[1] + p[0].abs()) * teeth;
            let edge = circle([p[0].abs(), p[1]], [width - radius, 0.0], radius);
            edge + depth * (tooth - tooth.floor())
        };
        canvas.shadow(&frame, 1.4, 0.3, 0.5, |p| outline([p[0] - 0.05, p[1] - 0.05]));
        canvas.region = Some(region);
        canvas.paint(&frame, 1.6, |p| stroke(p, [0.0, 0.9], [0.1, 1.3], 0.035, 0.025), |_| times(green, 0.6));
        canvas.paint(&frame, 1.1, outline, |p| {
            let side = (p[1] + p[0].abs() * slant) * veins;
            let near = ((side - side.floor() - 0.5).abs() * 2.0 / veins).min(p[0].abs() * 0.8);
            let blade = times(
                mix(green, autumn, noise.rough(p[0] * 2.0 + 5.0, p[1] * 2.0) * 0.8),
                0.75 + 0.3 * noise.rough(p[0] * 9.0, p[1] * 9.0),
            );
            let half = if p[0] > 0.0 { 1.12 } else { 0.92 };
            mix(times(blade, half), vein, (1.0 - near / 0.035).clamp(0.0, 0.8))
        });
        canvas.region = None;
    }
}

/// One to four flowers on stems: a ring of petals round a disc.
pub fn flower(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    backdrop::any(canvas, dice);
    let count = [1, 1, 2, 3, 4][dice.below(5) as usize];
    let (petals, length, width) = (dice.below(8) + 5, dice.range(0.5, 0.62), dice.range(0.8, 1.5));
    let (petal, disc) = (dice.colour((0.2, 0.95), (0.6, 1.0)), dice.colour((0.3, 0.9), (0.2, 0.9)));
    let (heart, leaf) = (dice.range(0.2, 0.36), dice.colour((0.3, 0.7), (0.25, 0.6)));
    for i in 0..count {
        let size = dice.range(0.22, 0.4) / [1.0, 1.0, 1.3, 1.5, 1.7][count];
        let slot = (i as f32 + 0.5) / count as f32 * 0.84 + 0.08;
        let stray = 0.2 / count as f32;
        let centre = [(slot + dice.range(-stray, stray)) * canvas.aspect(), dice.range(0.28, 0.6)];
        let foot = [centre[0] + dice.range(-0.15, 0.15), 1.1];
        let whole = Frame::new([0.0; 2], 1.0, 0.0, false);
        canvas.region = Some(region);
        canvas.paint(&whole, 2.0, |p| stroke(p, centre, foot, 0.012, 0.018), |p| times(leaf, 0.8 + 0.3 * p[1]));
        let (squash, spin) = (dice.range(0.65, 1.0), dice.range(0.0, 1.0));
        let frame = Frame::new(centre, size, dice.range(-0.1, 0.1), false);
        let half = 3.0 / petals as f32 * 0.5 * width;
        for petal_index in 0..petals {
            let (cosine, sine) = turn(spin + petal_index as f32 / petals as f32);
            let light = 0.82 + 0.25 * ((petal_index * 7 % 5) as f32 / 4.0);
            canvas.paint(
                &frame,
                1.2,
                |[x, y]| {
                    let y = y / squash;
                    ellipse([x * cosine + y * sine, y * cosine - x * sine], [length * 0.85, 0.0], [length, half * 0.75])
                        * squash
                },
                |[x, y]| {
                    let y = y / squash;
                    let (along, across) = (x * cosine + y * sine, y * cosine - x * sine);
                    let crease = 1.0 - 0.25 * (1.0 - across.abs() * 12.0).max(0.0);
                    mix(
                        times(petal, light * crease * (0.7 + 0.3 * along)),
                        times(disc, 0.7),
                        (0.55 - along).clamp(0.0, 0.5),
                    )
                },
            );
        }
        canvas.paint(
            &frame,
            0.5,
            |[x, y]| ellipse([x, y], [0.0; 2], [heart, heart * squash]),
            |[x, y]| {
                let (u, v) = (x * 26.0, y * 26.0);
                let seed = ((u - u.floor() - 0.5).abs() + (v - v.floor() - 0.5).abs()) * 0.4;
                times(disc, 0.75 + seed - (x + y) * 0.6)
            },
        );
        canvas.region = None;
    }
}

/// One to three mushrooms: a domed cap over gills and a stem.
pub fn mushroom(canvas: &mut Canvas, dice: &mut Dice, region: u8) {
    if dice.chance(0.7) {
        backdrop::outdoors(canvas, dice, (0.25, 0.6));
    } else {
        backdrop::bokeh(canvas, dice);
    }
    let (cap, stem) = (dice.colour((0.2, 0.95), (0.35, 0.95)), dice.colour((0.03, 0.3), (0.6, 0.95)));
    let spotted = dice.chance(0.5);
    let (wide, tall) = (dice.range(0.65, 1.0), dice.range(0.4, 0.85));
    for i in 0..[1, 1, 2, 3][dice.below(4) as usize] {
        let shrink = if i == 0 { 1.0 } else { 0.6 };
        let frame = place(canvas, dice, i, (0.26 * shrink, 0.42 * shrink), (-0.04, 0.04));
        let (thick, noise, bow) = (dice.range(0.14, 0.28), dice.noise(), dice.range(-0.12, 0.12));
        let foot = [bow, 0.95];
        canvas.shadow(&frame, 1.8, 0.5, 0.7, |p| ellipse(p, [bow, 1.02], [0.5, 0.1]));
        canvas.region = Some(region);
        canvas.paint(
            &frame,
            1.3,
            |p| stroke(p, [0.0, 0.0], foot, thick * 0.8, thick),
            |[x, y]| {
                times(
                    stem,
                    (0.85 - (x - bow * y) * 1.4).clamp(0.35, 1.1) * (0.8 + 0.35 * noise.rough(x * 16.0, y * 3.0)),
                )
            },
        );
        canvas.paint(
            &frame,
            1.1,
            |p| ellipse(p, [0.0, 0.04], [wide * 0.97, 0.17]),
            |[x, y]| {
                let fold = x * 14.0 / (0.4 + (y + 0.2).abs());
                times(stem, 0.45 + 0.25 * (fold - fold.floor()))
            },
        );
        let dome =
            move |p: [f32; 2]| ellipse(p, [0.0, 0.03], [wide, tall]).max(p[1] - 0.04 - 0.08 * (1.0 - p[0] * p[0]));
        let spots: Vec<[f32; 3]> = (0..dice.below(7) + 5)
            .map(|_| [dice.range(-0.8, 0.8) * wide, dice.range(-0.85, 0.0) * tall, dice.range(0.05, 0.13)])
            .collect();
        canvas.paint(&frame, 1.1, dome, |[x, y]| {
            let round = (x + 0.35) * (x + 0.35) + (y + tall * 0.6) * (y + tall * 0.6) * 1.5;
            let light = (1.25 - 0.55 * round).max(0.45) * (0.88 + 0.24 * noise.rough(x * 5.0, y * 5.0));
            let spot = spots.iter().map(|s| ellipse([x, y], [s[0], s[1]], [s[2], s[2] * 0.75])).fold(1.0, f32::min);
            let base = if spotted { mix(cap, [0.95, 0.93, 0.88], (0.5 - spot * 40.0).clamp(0.0, 1.0)) } else { cap };
            times(base, light)
        });
        canvas.region = None;
        // A few blades of grass before the foot.
        for _ in 0..dice.below(7) {
            let (x, lean, high) = (dice.range(-0.7, 0.7), dice.range(-0.2, 0.2), dice.range(0.2, 0.5));
            let blade = dice.colour((0.3, 0.7), (0.25, 0.65));
            canvas.paint(&frame, 1.5, |p| stroke(p, [x, 1.12], [x + lean, 1.12 - high], 0.035, 0.005), |_| blade);
        }
    }
}
