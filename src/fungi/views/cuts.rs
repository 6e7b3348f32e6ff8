//! What is left of a picture once it has been decoded: enough to make each of its views, when it is their turn.

use super::{Views, crop_boxes, crops, inference, planar, windows};
use crate::fungi::{Settings, ViewSet};
use crate::image::Rgb;

/// The pictures that an image's views are made of, all of the model's input size: the inference view, DINO's crops, and
/// the one that SimCLR's windows are cut from. A tenth of what the views take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cuts(Vec<(ViewSet, Vec<Rgb>)>);

impl Cuts {
    /// Cuts what the settings need at a model's input `side`.
    pub fn new(image: &Rgb, settings: &Settings, side: usize) -> Self {
        let pictures = |set| match set {
            ViewSet::Inference => vec![inference::picture(image, side)],
            ViewSet::Crops { global, local } => {
                let boxes = crop_boxes(image.width, image.height, global, local, settings.seed);
                crops::pictures(image, &boxes, side)
            }
            ViewSet::Windows { .. } => vec![windows::small(image, side)],
        };
        Self(settings.view_sets().into_iter().map(|set| (set, pictures(set))).collect())
    }

    /// The views of some sets, one after the other. A set that the settings did not need has none.
    pub fn views(&self, sets: &[ViewSet]) -> Views {
        let pictures = |set: &ViewSet| self.0.iter().find(|(known, _)| known == set).map(|(_, pictures)| pictures);
        let views = sets.iter().filter_map(|set| {
            let pictures = pictures(set)?;
            Some(match (set, pictures.first()) {
                (ViewSet::Windows { strides }, Some(small)) => windows::windows_of(small, *strides),
                _ => planar(pictures),
            })
        });
        Views::of(views.collect::<Vec<_>>().concat())
    }

    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.0.iter().flat_map(|(_, pictures)| pictures).map(|picture| picture.data.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::views::{crops, inference, windows};

    #[test]
    fn views_made_later_are_those_made_at_once() {
        let data = (0..97 * 61 * 3).map(|i| (i * i % 251) as u8).collect();
        let (image, settings) = (Rgb { width: 97, height: 61, data }, Settings::default());
        let cuts = Cuts::new(&image, &settings, 32);
        let [one, dino, simclr] = settings.view_sets().try_into().expect("the paper's three sets");
        assert_eq!(cuts.views(&[one]).values(), inference(&image, 32));
        let boxes = crop_boxes(97, 61, 2, 10, 0);
        assert_eq!(cuts.views(&[dino]).values(), crops(&image, &boxes, 32));
        assert_eq!(cuts.views(&[simclr]).values(), windows(&image, 6, 32));
        let apart = [one, dino, simclr].map(|set| cuts.views(&[set]).into_values());
        assert_eq!(cuts.views(&settings.view_sets()).values(), apart.concat());
        assert_eq!(cuts.bytes(), 14 * 32 * 32 * 3, "1 + 12 + 1 pictures");
        assert!(cuts.views(&[ViewSet::Windows { strides: 1 }]).values().is_empty());
    }
}
