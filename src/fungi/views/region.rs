//! Where in its picture each view comes from.

use super::crop_boxes;
use crate::fungi::{Region, Settings, ViewSet, window_offsets};

/// The regions of a set's views in a picture of `size` (width, height), in the views' order, at a model's input `side`.
pub fn regions(set: ViewSet, size: (usize, usize), settings: &Settings, side: usize) -> Vec<Region> {
    match set {
        ViewSet::Inference => {
            // The centre of a square that is 8/7 as large: see `inference`.
            let full = ((side * 256 + 112) / 224) as f32;
            let (share, edge) = (side as f32 / full, (full - side as f32) / 2.0 / full);
            vec![Region { left: edge, top: edge, width: share, height: share }]
        }
        ViewSet::Crops { global, local } => {
            let (width, height) = (size.0 as f32, size.1 as f32);
            crop_boxes(size.0, size.1, global, local, settings.seed)
                .into_iter()
                .map(|crop| Region {
                    left: crop.left as f32 / width,
                    top: crop.top as f32 / height,
                    width: crop.width as f32 / width,
                    height: crop.height as f32 / height,
                })
                .collect()
        }
        ViewSet::Windows { strides } => {
            let share = |pixels: usize| pixels as f32 / side as f32;
            let offsets = window_offsets(side, strides);
            let row = |top: usize| {
                let at = move |left| (left, top);
                offsets.clone().map(at)
            };
            let places = offsets.clone().flat_map(row);
            let half = share(side / 2);
            places.map(|(left, top)| Region { left: share(left), top: share(top), width: half, height: half }).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::views::{Cuts, planar};
    use crate::image::Rgb;
    use crate::image::resize::{CropBox, Filter, resize};

    #[test]
    fn every_set_has_a_region_for_each_view_within_the_picture() {
        let settings = Settings::default();
        for set in settings.view_sets() {
            for side in [32, 64, 224] {
                let regions = regions(set, (97, 61), &settings, side);
                assert_eq!(regions.len(), set.count(side), "{set:?}");
                for Region { left, top, width, height } in regions {
                    let inside = |edge: f32, length: f32| edge >= 0.0 && length > 0.0 && edge + length <= 1.0 + 1e-6;
                    assert!(inside(left, width) && inside(top, height));
                }
            }
        }
    }

    /// What a region says is what its view shows: cut from the picture by the region, it looks the same.
    #[test]
    fn regions_are_where_views_are_cut() {
        let (width, height, side) = (256, 192, 64);
        // Smooth, so that the order of resizing and cutting hardly matters.
        let data = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, (x / 2 + y / 2) as u8]));
        let image = Rgb { width, height, data: data.collect() };
        let settings = Settings::default();
        let cuts = Cuts::new(&image, &settings, side);
        for set in settings.view_sets() {
            let views = cuts.views(&[set]);
            let regions = regions(set, (width, height), &settings, side);
            for (region, view) in regions.into_iter().zip(views.values().chunks(3 * side * side)) {
                let pixels = |share: f32, of: usize| (share * of as f32).round() as u32;
                let (left, top) = (pixels(region.left, width), pixels(region.top, height));
                let crop =
                    CropBox { left, top, width: pixels(region.width, width), height: pixels(region.height, height) };
                let expected = planar(&[resize(&image, crop, Filter::Bilinear, side, side)]);
                let far = view.iter().zip(&expected).map(|(a, b)| (a - b).abs()).sum::<f32>() / view.len() as f32;
                assert!(far < 0.02, "{set:?}: {far}");
            }
        }
    }
}
