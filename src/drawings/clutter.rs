//! What makes the sample set hard: things in front of the object, and pictures without colour. Both come in all classes
//! alike.

use super::canvas::{Canvas, Frame};
use super::noise::{Dice, times};
use super::shapes::{ellipse, polygon, rectangle, stroke};
use crate::image::Rgb;

/// Paints a few things in front, which hide some of the object.
pub fn obstruct(canvas: &mut Canvas, dice: &mut Dice) {
    canvas.region = Some(0);
    for _ in 0..dice.below(4) + 3 {
        let centre = [dice.range(0.1, 0.9) * canvas.aspect(), dice.range(0.1, 0.9)];
        let frame = Frame::new(centre, dice.range(0.05, 0.16), dice.range(0.0, 1.0), false);
        let (colour, noise, fine) = (dice.colour((0.0, 0.8), (0.15, 0.95)), dice.noise(), dice.range(1.0, 6.0));
        let (kind, slim) = (dice.below(4), dice.range(0.3, 1.0));
        canvas.shadow(&frame, 1.8, 0.5, 0.5, |p| ellipse(p, [0.1, 0.15], [1.0, slim]));
        canvas.paint(
            &frame,
            2.6,
            |p| match kind {
                0 => ellipse(p, [0.0; 2], [1.0, slim]),
                1 => rectangle(p, [0.0; 2], [1.0, slim], 0.1),
                2 => stroke(p, [-2.2, 0.0], [2.2, 0.0], 0.12, 0.3 * slim),
                _ => polygon(p, &[[-1.0, 0.8], [0.1, -1.0], [1.0, slim]]),
            },
            |[x, y]| times(colour, 0.65 + 0.6 * noise.rough(3.0 + x * fine, 3.0 + y * fine)),
        );
    }
}

/// Takes a picture's colours away: a weighted sum of the channels in their place. Its mean becomes `mean` of 255, up to
/// clipping, so that how bright it is does not give the class away.
pub fn grey(rgb: &mut Rgb, mean: f32) {
    let pixels = rgb.data.as_chunks_mut::<3>().0;
    let light = |[red, green, blue]: [u8; 3]| 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
    let sum: f32 = pixels.iter().map(|pixel| light(*pixel) as f32).sum();
    let gain = mean * pixels.len() as f32 / sum.max(1.0);
    for pixel in pixels {
        *pixel = [(light(*pixel) as f32 * gain + 0.5).min(255.0) as u8; 3];
    }
}
