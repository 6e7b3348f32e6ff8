//! From class shares of patches to a map of pixels.

use super::Map;
use crate::segmentation::{ClassMap, Iou, Mask};

/// A map of so many pixels with its shares, and its score where the truth is known.
pub(super) fn draw(classes: &ClassMap, (width, height): (u32, u32), truth: Option<&Mask>) -> Map {
    let mask = classes.labels(width, height);
    let score = truth.and_then(|truth| {
        let mut iou = Iou::new();
        iou.add(&mask, truth);
        iou.score()
    });
    Map { shares: classes.pixel_shares(&mask), score, labels: mask.labels }
}
