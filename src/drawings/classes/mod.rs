//! A function for each class: it draws a backdrop and one or more objects, and marks these in the mask as `region`.

mod plants;
mod things;
mod vehicles;

pub use plants::{flower, leaf, mushroom};
pub use things::{cup, fish, house};
pub use vehicles::{bicycle, boat};

use super::canvas::{Canvas, Frame};
use super::noise::Dice;

/// Somewhere near the middle, of a size within `scale` of the height, turned by some of `turns`; the second object of a
/// scene goes to the left, the third to the right, both nearer to the viewer.
fn place(canvas: &Canvas, dice: &mut Dice, nth: usize, scale: (f32, f32), turns: (f32, f32)) -> Frame {
    let [aside, down] = [[0.0, 0.0], [-0.27, 0.14], [0.28, 0.1]][nth % 3];
    let centre = [(dice.range(0.38, 0.62) + aside) * canvas.aspect(), dice.range(0.4, 0.6) + down];
    Frame::new(centre, dice.range(scale.0, scale.1), dice.range(turns.0, turns.1), dice.chance(0.5))
}
