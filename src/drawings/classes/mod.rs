//! One function per class: it draws a backdrop and one or more objects, and marks the objects in the mask as `region`.

mod cup;
mod fish;
mod house;
mod plants;
mod vehicles;

pub use cup::cup;
pub use fish::fish;
pub use house::house;
pub use plants::{flower, leaf, mushroom};
pub use vehicles::{bicycle, boat};

use super::canvas::{Canvas, Frame};
use super::noise::Dice;

/// A frame near the middle, its size drawn from `scale` (a share of the height), its rotation from `turns`. A scene's
/// second object goes to the left, the third to the right, both nearer to the viewer.
fn place(canvas: &Canvas, dice: &mut Dice, nth: usize, scale: (f32, f32), turns: (f32, f32)) -> Frame {
    let [aside, down] = [[0.0, 0.0], [-0.27, 0.14], [0.28, 0.1]][nth % 3];
    let centre = [(dice.range(0.38, 0.62) + aside) * canvas.aspect(), dice.range(0.4, 0.6) + down];
    Frame::new(centre, dice.range(scale.0, scale.1), dice.range(turns.0, turns.1), dice.chance(0.5))
}
