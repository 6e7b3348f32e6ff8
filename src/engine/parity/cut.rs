//! An image's views: those that the program cuts itself, and golden ones.

use super::ParityError;
use super::golden::{Golden, Values};
use crate::fungi::views::{self, CropBox};
use crate::fungi::{Settings, SimclrSettings, ViewSet, Views};
use crate::image::Rgb;

/// One image's views, each `[V, 3, S, S]`.
pub(super) struct Cut {
    pub inference: Vec<f32>,
    /// Empty without golden boxes, which say where to cut.
    pub dino: Vec<f32>,
    pub simclr: Vec<f32>,
}

impl Cut {
    /// What the program cuts from image `i` for a model of input size `side`.
    pub(super) fn own(golden: &Golden<'_>, i: usize, side: usize) -> Result<Self, ParityError> {
        let image = &golden.images[i];
        let dino = match golden.floats(&format!("image{i}.dino.boxes"))? {
            Some(values) => views::crops(image, &boxes(golden, &values, image)?, side),
            None => Vec::new(),
        };
        let simclr = views::windows(image, SimclrSettings::default().strides, side);
        Ok(Self { inference: inference(golden, i, side), dino, simclr })
    }

    /// The same with golden views where there are any, so that errors of views do not mix with those of arithmetic.
    pub(super) fn golden(self, golden: &Golden<'_>, i: usize) -> Result<Self, ParityError> {
        let or_golden = |own: Vec<f32>, quantity: &str| -> Result<Vec<f32>, ParityError> {
            Ok(golden.floats(&format!("image{i}.{quantity}"))?.map_or(own, |values| values.data))
        };
        Ok(Self {
            inference: or_golden(self.inference, "inference.view")?,
            dino: or_golden(self.dino, "dino.views")?,
            simclr: or_golden(self.simclr, "simclr.views")?,
        })
    }

    /// The views of the objectives that are on.
    pub(super) fn views(&self, settings: &Settings) -> Views {
        let of = |set| match set {
            ViewSet::Inference => self.inference.as_slice(),
            ViewSet::Crops { .. } => self.dino.as_slice(),
            ViewSet::Windows { .. } => self.simclr.as_slice(),
        };
        Views::given(&settings.view_sets().into_iter().map(of).collect::<Vec<_>>())
    }
}

/// The inference view of image `i`, from the square that golden tensors were made from.
pub(super) fn inference(golden: &Golden<'_>, i: usize, side: usize) -> Vec<f32> {
    let image = &golden.images[i];
    match golden.config.resize {
        Some(full) if full >= side => views::centre(image, full, side),
        _ => views::inference(image, side),
    }
}

/// Golden boxes, `[V, 4]`: left, top, width, height.
fn boxes(golden: &Golden<'_>, values: &Values, image: &Rgb) -> Result<Vec<CropBox>, ParityError> {
    let (boxes, _) = values.data.as_chunks();
    let boxes = boxes.iter().map(|side| side.map(|side| side as u32));
    let boxes = boxes.map(|[left, top, width, height]| CropBox { left, top, width, height }).collect::<Vec<_>>();
    let inside = |b: &CropBox| {
        let (right, bottom) = (b.left.saturating_add(b.width), b.top.saturating_add(b.height));
        b.width > 0 && b.height > 0 && right as usize <= image.width && bottom as usize <= image.height
    };
    match boxes.iter().all(inside) {
        true => Ok(boxes),
        false => Err(golden.wrong("a box of dino.boxes lies outside its image".into())),
    }
}
