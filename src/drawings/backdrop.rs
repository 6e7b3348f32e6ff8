//! Backdrops behind the objects. All classes share them, with any hue, so that neither gives the class away.

use super::canvas::{Canvas, Frame};
use super::noise::{Dice, hsv, lerp, mix, times};
use super::shapes::circle;

/// Sky with clouds, hills, ground; returns the height of the horizon.
pub fn outdoors(canvas: &mut Canvas, dice: &mut Dice, horizon: (f32, f32)) -> f32 {
    let horizon = dice.range(horizon.0, horizon.1);
    let hue = if dice.chance(0.6) { dice.range(0.53, 0.64) } else { dice.range(-0.12, 0.12) };
    let (zenith, haze) = (hsv(hue, dice.range(0.25, 0.7), dice.range(0.55, 0.95)), dice.range(0.7, 1.0));
    let low = mix(zenith, [haze, haze * 0.97, haze * 0.9], 0.75);
    let (clouds, cover, zoom) = (dice.noise(), dice.range(0.35, 0.7), dice.range(1.5, 4.0));
    let ground = hsv(dice.range(0.05, 0.42), dice.range(0.15, 0.6), dice.range(0.3, 0.75));
    let (grass, fine) = (dice.noise(), dice.range(8.0, 22.0));
    let hills = dice.noise();
    let (rise, distant) = (dice.range(0.05, 0.3), mix(ground, low, dice.range(0.35, 0.7)));
    canvas.fill(|[x, y]| {
        if y > horizon {
            let depth = (y - horizon) / (1.0 - horizon);
            let rough = grass.rough(x * fine / (0.4 + depth), y * fine * 2.5 / (0.4 + depth));
            times(mix(distant, ground, (depth * 2.0).min(1.0)), 0.6 + 0.75 * rough)
        } else if y > horizon - rise * hills.rough(x * 2.0, 3.0) {
            times(distant, 0.85 + 0.3 * hills.rough(x * 14.0, y * 14.0))
        } else {
            let sky = mix(zenith, low, y / horizon);
            let cloud = ((clouds.rough(x * zoom, y * zoom * 2.0) - cover) * 4.0).clamp(0.0, 1.0);
            mix(sky, [0.97, 0.96, 0.95], cloud * 0.85)
        }
    });
    horizon
}

/// A flat surface seen from above: planks, stone, cloth or soil.
pub fn surface(canvas: &mut Canvas, dice: &mut Dice) {
    let base = dice.colour((0.05, 0.5), (0.3, 0.85));
    let other = mix(base, dice.colour((0.0, 0.5), (0.3, 0.9)), dice.range(0.2, 0.7));
    let (noise, fine, kind) = (dice.noise(), dice.range(4.0, 12.0), dice.below(4));
    let frame = Frame::new([0.0, 0.0], dice.range(0.12, 0.3), dice.range(0.0, 1.0), false);
    let origin = dice.range(2.0, 5.0);
    canvas.fill(|p| {
        let [x, y] = frame.world([p[0] / 0.05, p[1] / 0.05]);
        let (x, y) = (x + origin, y + origin);
        let rough = noise.rough(p[0] * fine, p[1] * fine);
        match kind {
            0 => {
                let plank = (y - y.floor() - 0.5).abs();
                let grain = noise.rough(x * 0.4 + y.floor() * 7.0, y * 9.0);
                let seam = if plank > 0.47 { 0.45 } else { 1.0 };
                times(mix(base, other, grain), (0.7 + 0.5 * grain) * seam)
            }
            1 => {
                let (u, v) = ((x - x.floor() - 0.5).abs(), (y - y.floor() - 0.5).abs());
                let seam = if u.max(v) > 0.46 { 0.6 } else { 1.0 };
                times(mix(base, other, noise.at(x.floor() * 3.7, y.floor() * 5.3)), (0.75 + 0.4 * rough) * seam)
            }
            2 => {
                let stripe = |t: f32| if t - t.floor() < 0.5 { 0.5 } else { 0.0 };
                times(mix(base, other, stripe(x) + stripe(y)), 0.85 + 0.25 * rough)
            }
            _ => times(mix(base, other, rough), 0.45 + 0.9 * noise.rough(p[0] * fine * 2.5, p[1] * fine * 2.5)),
        }
    });
}

/// Out-of-focus lights.
pub fn bokeh(canvas: &mut Canvas, dice: &mut Dice) {
    let (top, bottom) = (dice.colour((0.1, 0.6), (0.15, 0.7)), dice.colour((0.1, 0.6), (0.15, 0.6)));
    let noise = dice.noise();
    canvas.fill(|[x, y]| times(mix(top, bottom, y), 0.75 + 0.5 * noise.at(x * 3.0, y * 3.0)));
    for _ in 0..dice.below(26) + 8 {
        let place = [dice.range(0.0, canvas.aspect()), dice.range(0.0, 1.0)];
        let (size, light) = (dice.range(0.03, 0.13), dice.colour((0.0, 0.5), (0.5, 1.0)));
        let (soft, strength) = (dice.range(0.1, 0.9), dice.range(0.15, 0.6));
        let frame = Frame::new(place, size, 0.0, false);
        canvas.blend(
            &frame,
            1.5,
            |p| (0.5 - circle(p, [0.0; 2], 1.0 - soft / 2.0) / soft).clamp(0.0, 1.0) * strength,
            |_| light,
        );
    }
}

/// Underwater: light from above, ripples on the bottom, specks.
pub fn depths(canvas: &mut Canvas, dice: &mut Dice) {
    let hue = dice.range(0.38, 0.68);
    let (top, bottom) = (
        hsv(hue, dice.range(0.3, 0.8), dice.range(0.6, 1.0)),
        hsv(hue + 0.04, dice.range(0.4, 0.9), dice.range(0.15, 0.5)),
    );
    let sand = mix(bottom, dice.colour((0.1, 0.5), (0.5, 0.9)), 0.5);
    let (noise, floor, shafts) = (dice.noise(), dice.range(0.7, 1.05), dice.range(0.0, 0.5));
    canvas.fill(|[x, y]| {
        let bed = floor + 0.12 * (noise.rough(x * 3.0, 9.0) - 0.5);
        if y > bed {
            times(sand, 0.6 + 0.7 * noise.rough(x * 12.0, y * 30.0))
        } else {
            let shaft = noise.at((x + y * 0.4) * 7.0, 5.0) * shafts * (1.0 - y);
            times(mix(top, bottom, lerp(y, noise.rough(x * 3.0, y * 3.0), 0.25)), 1.0 + shaft)
        }
    });
}

/// Any of the backdrops that do not need a horizon.
pub fn any(canvas: &mut Canvas, dice: &mut Dice) {
    match dice.below(4) {
        0 => surface(canvas, dice),
        1 => bokeh(canvas, dice),
        2 => {
            outdoors(canvas, dice, (0.3, 0.7));
        }
        _ => {
            let (wall, noise, fine) = (dice.colour((0.0, 0.5), (0.4, 0.95)), dice.noise(), dice.range(2.0, 20.0));
            canvas.fill(|[x, y]| times(wall, 0.8 + 0.35 * noise.rough(x * fine, y * fine)));
        }
    }
}
