//! Views: the inputs of the backbone. Each is planar RGB in 0..1, before the model's mean and standard deviation are
//! applied.

mod crops;
mod cuts;
mod inference;
mod region;
mod set;
mod whole;
mod windows;

pub use crate::image::resize::CropBox;
pub use crops::{crop_boxes, crops};
pub use cuts::Cuts;
pub(crate) use inference::centre;
pub use inference::inference;
pub use region::regions;
pub use set::Views;
pub use whole::whole;
pub use windows::windows;

use crate::image::Rgb;

/// The pictures as `[pictures, 3, height, width]` in 0..1.
fn planar(pictures: &[Rgb]) -> Vec<f32> {
    let mut values = Vec::with_capacity(pictures.iter().map(|picture| picture.data.len()).sum());
    for picture in pictures {
        for channel in 0..3 {
            values.extend(picture.data.iter().skip(channel).step_by(3).map(|&value| f32::from(value) / 255.0));
        }
    }
    values
}
