//! SimCLR's windows: squares of half the picture's side, on a grid.

use crate::fungi::window_offsets;
use crate::image::Rgb;
use crate::image::resize::{CropBox, Filter, Taps, resize, taps};

/// The picture resized bicubically to `side` x `side`, then each window of half that side, row by row, resized
/// bicubically to `side` again. The second step is in floating point and not clipped: a view may leave 0..1 a little.
///
/// # Shapes
/// `[V, 3, side, side]`, V as in [`crate::fungi::ViewSet::count`].
pub fn windows(image: &Rgb, strides: usize, side: usize) -> Vec<f32> {
    windows_of(&small(image, side), strides)
}

/// What the windows are cut from: the picture at `side` x `side`.
pub(super) fn small(image: &Rgb, side: usize) -> Rgb {
    resize(image, CropBox::whole(image), Filter::Bicubic, side, side)
}

/// The windows of a picture that has been resized.
pub(super) fn windows_of(small: &Rgb, strides: usize) -> Vec<f32> {
    let side = small.width;
    let window = side / 2;
    let offsets = window_offsets(side, strides);
    let mut views = vec![0.0; offsets.len().pow(2) * 3 * side * side];
    if window == 0 {
        return views;
    }
    let taps = taps(Filter::Bicubic, window, side, 0..side).map(|w| w as f32);
    // Windows in one column of the grid share their horizontal pass, over the full height.
    let columns: Vec<Vec<f32>> = offsets.clone().map(|left| widen(small, left, &taps)).collect();

    let mut lines = views.chunks_exact_mut(side);
    for top in offsets {
        for column in &columns {
            for plane in column.chunks_exact(side * side) {
                for ((start, weights), line) in taps.iter().zip(&mut lines) {
                    let rows = plane[(top + start) * side..].chunks_exact(side);
                    for (row, &weight) in rows.zip(weights) {
                        for (sum, &value) in line.iter_mut().zip(row) {
                            *sum += weight * value;
                        }
                    }
                }
            }
        }
    }
    views
}

/// The horizontal pass over the columns from `left` on: `[3, side, side]`, in 0..1.
fn widen(image: &Rgb, left: usize, taps: &Taps<f32>) -> Vec<f32> {
    let (side, mut out) = (image.width, Vec::with_capacity(image.data.len()));
    let mut row = Vec::with_capacity(side);
    for channel in 0..3 {
        for pixels in image.data.chunks_exact(side * 3) {
            row.clear();
            row.extend(pixels[left * 3 + channel..].iter().step_by(3).map(|&value| f32::from(value) / 255.0));
            out.extend(taps.iter().map(|(start, weights)| {
                row[start..].iter().zip(weights).map(|(value, weight)| value * weight).sum::<f32>()
            }));
        }
    }
    out
}
