//! Pillow's resampling, bit for bit on 8-bit pictures.
//!
//! Features must agree with those that Python computes, so this follows Pillow's definition: separable, the filter
//! widened by the scale when shrinking, cut off and renormalised at the border, weights in 22-bit fixed point, 8 bits
//! between the passes. The horizontal pass comes first unless the resize removes more than twice as many rows as columns, as
//! in Pillow 13; older versions always begin with it. The order matters: a bicubic pass overshoots and is clipped, and at
//! sharp corners the wrong order is off by up to 21 levels on the golden crops. `fast_image_resize` always begins with the
//! vertical pass, so it is not used here.

mod filter;
mod fixed;
mod passes;
mod split;
mod taps;

use super::Rgb;
pub use filter::Filter;
use fixed::fixed;
use passes::{horizontal, vertical};
pub(crate) use taps::{Taps, taps};

/// A rectangle of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CropBox {
    /// Columns to its left.
    pub left: u32,
    /// Rows above it.
    pub top: u32,
    /// Columns in it.
    pub width: u32,
    /// Rows in it.
    pub height: u32,
}

impl CropBox {
    /// The whole of `image`.
    pub fn whole(image: &Rgb) -> Self {
        Self { left: 0, top: 0, width: image.width as u32, height: image.height as u32 }
    }
}

/// Resizes the pixels in `crop`, and nothing around it, to `width` x `height`.
pub fn resize(image: &Rgb, crop: CropBox, filter: Filter, width: usize, height: usize) -> Rgb {
    resize_centre(image, crop, filter, (width, height), (width, height))
}

/// Resizes the pixels in `crop` to `full`, but computes only the centre of size `centre` (width, height) of the result.
/// A crop that reaches beyond the image is cut to it.
pub(crate) fn resize_centre(
    image: &Rgb,
    crop: CropBox,
    filter: Filter,
    full: (usize, usize),
    centre: (usize, usize),
) -> Rgb {
    let left = (crop.left as usize).min(image.width);
    let top = (crop.top as usize).min(image.height);
    let crop_width = (crop.width as usize).min(image.width - left);
    let crop_height = (crop.height as usize).min(image.height - top);
    let keep = |full: usize, centre: usize| {
        let offset = centre_offset(full, centre);
        offset..(offset + centre).min(full)
    };
    let columns = fixed(taps(filter, crop_width, full.0, keep(full.0, centre.0)));
    let rows = fixed(taps(filter, crop_height, full.1, keep(full.1, centre.1)));
    let (width, height) = (columns.len(), rows.len());

    let stride = image.width * 3;
    let pixels = &image.data[(top * stride + left * 3).min(image.data.len())..];
    let rows_gone = crop_height.saturating_sub(full.1);
    let columns_gone = crop_width.saturating_sub(full.0);
    let data = if rows_gone > 2 * columns_gone {
        let flat = vertical(pixels, stride, crop_width * 3, &rows);
        horizontal(&flat, crop_width * 3, 0..height, &columns)
    } else {
        // Rows that the second pass will not read are skipped by the first.
        let (first, last) = rows.span();
        let narrow = horizontal(pixels, stride, first..last, &columns);
        vertical(&narrow, width * 3, width * 3, &rows.counted_from(first))
    };
    Rgb { width, height, data }
}

/// Where the centre of length `centre` begins in `full`: half of what is left over, rounded as Python does and hence
/// torchvision's CenterCrop, halves to the even neighbour.
fn centre_offset(full: usize, centre: usize) -> usize {
    let left = full.saturating_sub(centre);
    left / 2 + usize::from(left % 4 == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: usize, height: usize) -> Rgb {
        let data = (0..width * height * 3).map(|i| (i as u32).wrapping_mul(2_654_435_761) as u8).collect();
        Rgb { width, height, data }
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let image = picture(13, 7);
        for filter in [Filter::Bilinear, Filter::Bicubic] {
            assert_eq!(resize(&image, CropBox::whole(&image), filter, 13, 7), image);
        }
    }

    #[test]
    fn a_flat_picture_stays_flat() {
        for value in [0, 1, 127, 254, 255] {
            let image = Rgb { width: 31, height: 5, data: vec![value; 31 * 5 * 3] };
            for (filter, size) in [(Filter::Bilinear, 3), (Filter::Bicubic, 3), (Filter::Bicubic, 64)] {
                let out = resize(&image, CropBox::whole(&image), filter, size, size);
                assert!(out.data.iter().all(|&x| x == value));
            }
        }
    }

    #[test]
    fn a_crop_sees_nothing_around_it() {
        let image = picture(20, 20);
        let crop = CropBox { left: 3, top: 5, width: 9, height: 11 };
        let rows = (5..16).flat_map(|y| image.data[(y * 20 + 3) * 3..(y * 20 + 12) * 3].iter().copied());
        let cut = Rgb { width: 9, height: 11, data: rows.collect() };
        let expected = resize(&cut, CropBox::whole(&cut), Filter::Bicubic, 16, 16);
        assert_eq!(resize(&image, crop, Filter::Bicubic, 16, 16), expected);
    }

    #[test]
    fn the_centre_is_the_centre_of_the_whole() {
        let image = picture(50, 40);
        let whole = resize(&image, CropBox::whole(&image), Filter::Bilinear, 37, 37);
        let centre = resize_centre(&image, CropBox::whole(&image), Filter::Bilinear, (37, 37), (32, 32));
        for y in 0..32 {
            let row = &whole.data[((y + 2) * 37 + 2) * 3..][..32 * 3];
            assert_eq!(&centre.data[y * 32 * 3..(y + 1) * 32 * 3], row);
        }
    }

    /// Values that Pillow 13.0 gives: `Image.fromarray(a).resize((3, 3), Image.BICUBIC)` and the like.
    #[test]
    fn pillow_agrees() {
        let image = picture(7, 5);
        let of = |filter, width, height| resize(&image, CropBox::whole(&image), filter, width, height).data;
        assert_eq!(of(Filter::Bicubic, 3, 3), PILLOW_BICUBIC_3);
        assert_eq!(of(Filter::Bilinear, 2, 9), PILLOW_BILINEAR_2_9);
        assert_eq!(of(Filter::Bicubic, 6, 2), PILLOW_BICUBIC_6_2, "vertical pass first");
        assert_eq!(of(Filter::Bicubic, 5, 2), PILLOW_BICUBIC_5_2, "horizontal pass first");
    }

    #[test]
    fn nothing_to_resize_is_no_panic() {
        let empty = Rgb { width: 0, height: 0, data: vec![] };
        assert_eq!(resize(&empty, CropBox::whole(&empty), Filter::Bicubic, 2, 2).data, vec![0; 12]);
        let image = picture(4, 4);
        assert!(resize(&image, CropBox::whole(&image), Filter::Bilinear, 0, 0).data.is_empty());
        let outside = CropBox { left: 9, top: 9, width: 9, height: 9 };
        assert_eq!(resize(&image, outside, Filter::Bilinear, 1, 1).data.len(), 3);
    }

    #[rustfmt::skip]
    const PILLOW_BICUBIC_6_2: [u8; 36] = [63, 126, 164, 84, 147, 148, 107, 173, 85, 129, 166, 113, 152, 93, 136, 167, 91, 157, 75, 138, 159, 96, 159, 83, 119, 191, 102, 141, 116, 125, 166, 75, 148, 92, 107, 169];

    #[rustfmt::skip]
    const PILLOW_BICUBIC_5_2: [u8; 30] = [65, 128, 167, 91, 155, 121, 118, 178, 97, 146, 116, 129, 166, 87, 155, 77, 140, 144, 103, 169, 86, 130, 171, 113, 161, 70, 141, 107, 104, 167];

    #[rustfmt::skip]
    const PILLOW_BICUBIC_3: [u8; 27] = [69, 140, 151, 112, 180, 106, 158, 103, 146, 87, 143, 135, 132, 141, 101, 149, 87, 145, 85, 161, 114, 132, 156, 116, 128, 87, 163];

    #[rustfmt::skip]
    const PILLOW_BILINEAR_2_9: [u8; 54] = [30, 207, 128, 84, 130, 182, 74, 166, 131, 128, 133, 141, 148, 98, 135, 202, 137, 73, 108, 135, 137, 162, 110, 118, 40, 199, 138, 94, 74, 192, 114, 141, 100, 138, 115, 124, 159, 107, 78, 165, 141, 84, 91, 171, 122, 127, 105, 158, 50, 209, 148, 104, 84, 202];
}
