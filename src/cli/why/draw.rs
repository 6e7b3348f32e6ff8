//! Pictures of where two images are alike.

use crate::fungi::{Heat, Region};
use crate::image::Rgb;
use crate::image::resize::{CropBox, Filter, resize};

/// Longer side of a heat map.
const SIDE: usize = 384;
/// Sides of a view's picture.
const VIEW: usize = 96;
/// Between pictures.
const GAP: usize = 8;
/// The picture with a heat over it: what the views in these regions add.
pub(super) fn heat(picture: &Rgb, regions: &[Region], values: &[f32]) -> Rgb {
    let longer = picture.width.max(picture.height).max(1);
    let scaled = |length: usize| (length * SIDE / longer).max(1);
    let mut out =
        resize(picture, CropBox::whole(picture), Filter::Bilinear, scaled(picture.width), scaled(picture.height));
    let colours = Heat::of(regions, values, out.width, out.height).rgba();
    let (pixels, _) = out.data.as_chunks_mut::<3>();
    for (pixel, [colour @ .., opacity]) in pixels.iter_mut().zip(colours.as_chunks::<4>().0) {
        let opacity = f32::from(*opacity) / 255.0;
        for (value, colour) in pixel.iter_mut().zip(colour) {
            *value = (f32::from(*value) * (1.0 - opacity) + f32::from(*colour) * opacity).round() as u8;
        }
    }
    out
}

/// A region of the picture as a square.
pub(super) fn cut(picture: &Rgb, region: Region) -> Rgb {
    resize(picture, pixels(region, picture.width, picture.height), Filter::Bilinear, VIEW, VIEW)
}

/// A region in whole pixels.
fn pixels(region: Region, width: usize, height: usize) -> CropBox {
    let ((left, columns), (top, rows)) = region.cells(width, height);
    CropBox { left: left as u32, top: top as u32, width: columns as u32, height: rows as u32 }
}

/// Two pictures beside each other.
pub(super) fn beside(left: &Rgb, right: &Rgb) -> Rgb {
    let (width, height) = (left.width + GAP + right.width, left.height.max(right.height));
    let mut out = Rgb { width, height, data: vec![255; 3 * width * height] };
    paste(&mut out, left, 0, 0);
    paste(&mut out, right, left.width + GAP, 0);
    out
}

/// Pictures below each other.
pub(super) fn below(pictures: &[Rgb]) -> Rgb {
    let width = pictures.iter().map(|picture| picture.width).max().unwrap_or(1);
    let height = pictures.iter().map(|picture| picture.height + GAP).sum::<usize>().max(GAP + 1) - GAP;
    let mut out = Rgb { width, height, data: vec![255; 3 * width * height] };
    let mut top = 0;
    for picture in pictures {
        paste(&mut out, picture, 0, top);
        top += picture.height + GAP;
    }
    out
}

fn paste(out: &mut Rgb, picture: &Rgb, left: usize, top: usize) {
    for (y, row) in picture.data.chunks_exact(3 * picture.width).enumerate() {
        let start = 3 * ((top + y) * out.width + left);
        out.data[start..start + row.len()].copy_from_slice(row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_lies_where_its_region_is() {
        let picture = Rgb { width: 100, height: 50, data: vec![100; 100 * 50 * 3] };
        let left = Region { left: 0.0, top: 0.0, width: 0.5, height: 1.0 };
        let right = Region { left: 0.5, ..left };
        let out = heat(&picture, &[left, right], &[1.0, -0.5]);
        assert_eq!((out.width, out.height), (SIDE, SIDE / 2));
        let pixel = |x: usize| &out.data[3 * x..3 * x + 3];
        assert!(pixel(10)[0] > 150 && pixel(SIDE - 10)[2] > 120 && pixel(SIDE - 10)[0] < 100);
        // Nothing is like anything: the picture as it is.
        assert_eq!(heat(&picture, &[left], &[0.0]).data, vec![100; out.data.len()]);
    }

    #[test]
    fn pictures_are_put_together() {
        let one = |width, height, value| Rgb { width, height, data: vec![value; 3 * width * height] };
        let row = beside(&one(4, 2, 1), &one(3, 5, 2));
        assert_eq!((row.width, row.height, row.data[0]), (4 + GAP + 3, 5, 1));
        let all = below(&[row.clone(), row]);
        assert_eq!(all.height, 5 + GAP + 5);
        assert_eq!(below(&[]).height, 1);
    }
}
