//! Views: the inputs of the backbone. Each is planar RGB in 0..1, before the model's mean and standard deviation are
//! applied.

mod crops;
mod inference;
mod set;
mod whole;
mod windows;

pub use crate::image::resize::CropBox;
pub use crops::{crop_boxes, crops};
pub(crate) use inference::centre;
pub use inference::inference;
pub use set::Views;
pub use whole::whole;
pub use windows::windows;

use crate::image::Rgb;

/// Writes the picture as `[3, height, width]` in 0..1.
fn planar(image: &Rgb, out: &mut [f32]) {
    for (channel, plane) in out.chunks_exact_mut((image.width * image.height).max(1)).enumerate() {
        for (out, &value) in plane.iter_mut().zip(image.data.iter().skip(channel).step_by(3)) {
            *out = f32::from(value) / 255.0;
        }
    }
}
