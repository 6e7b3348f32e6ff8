//! The two passes of a resize.

use std::ops::Range;

use super::fixed::{HALF, clip};
use super::split::Split;
use super::taps::Taps;
use crate::cores::vectorised;

/// Filters each of `rows`, which lie `stride` bytes apart, along its length.
pub(super) fn horizontal(data: &[u8], stride: usize, rows: Range<usize>, columns: &Taps<i32>) -> Vec<u8> {
    let (first, last) = columns.span();
    let weights = Split::of(columns.weights());
    let mut out = Vec::with_capacity(rows.len() * columns.len() * 3);
    // One channel behind the other, as the products want them.
    let mut channels = [(); 3].map(|()| vec![0; last - first]);
    vectorised(|| {
        for row in rows {
            let pixels = data[row * stride..][first * 3..last * 3].as_chunks().0;
            let [red, green, blue] = &mut channels;
            for ((&[r, g, b], red), (green, blue)) in pixels.iter().zip(red).zip(green.iter_mut().zip(blue)) {
                (*red, *green, *blue) = (i16::from(r), i16::from(g), i16::from(b));
            }
            for (start, places) in columns.places() {
                let values = start - first..start - first + places.len();
                out.extend(
                    channels.iter().map(|channel| clip(weights.product(places.clone(), &channel[values.clone()]))),
                );
            }
        }
    });
    out
}

/// Filters down the columns: the first `length` bytes of rows that lie `stride` bytes apart.
pub(super) fn vertical(data: &[u8], stride: usize, length: usize, rows: &Taps<i32>) -> Vec<u8> {
    let mut out = Vec::with_capacity(rows.len() * length);
    let mut sums = vec![0; length];
    vectorised(|| {
        for (start, weights) in rows.iter() {
            sums.fill(HALF);
            for (row, &weight) in (start..).zip(weights) {
                for (sum, &value) in sums.iter_mut().zip(&data[row * stride..row * stride + length]) {
                    *sum += weight * i32::from(value);
                }
            }
            out.extend(sums.iter().map(|&sum| clip(sum)));
        }
    });
    out
}
