//! Views: what the backbone looks at. Each is planar RGB in 0..1, before the model's mean and standard deviation.

mod crops;
mod inference;
mod whole;
mod windows;

pub use super::resize::CropBox;
pub use crops::{dino, dino_boxes};
pub(crate) use inference::centre;
pub use inference::inference;
pub use whole::whole;
pub use windows::simclr;

use super::Rgb;

/// Appends the picture as `[3, height, width]` in 0..1.
fn push_planar(image: &Rgb, out: &mut Vec<f32>) {
    for channel in 0..3 {
        out.extend(image.data.iter().skip(channel).step_by(3).map(|&value| f32::from(value) / 255.0));
    }
}
