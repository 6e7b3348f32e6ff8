//! Signed sums of rank-one gradients.
//!
//! With few images of many views each, an image's gradient is written out once, and each output sums its entries after
//! applying the signs to the floats' sign bits. With many images of one view (dense features), the signs are unpacked
//! once per output, and `d^T R [u; 1]` is a matrix product over all images.

use super::math::dot;
use crate::cores::{each, vectorised};
use crate::kernels::product::{Matrix, product};

/// Words of signs applied at once.
const WORDS: usize = 16;
/// Images that share an unpacked word.
const IMAGES: usize = 4;
/// From this many single-view images on, matrix products are faster.
const MANY: usize = 16;

/// See [`rademacher`](crate::kernels::rademacher); `d` and `u` are `[B, V, E]`, `signs` `[D, ceil(E (E + 1) / 32)]`.
/// Returns `[B, D]`.
pub fn rademacher(d: &[f32], u: &[f32], views: usize, dim: usize, signs: &[u32]) -> Vec<f32> {
    let words = (dim * (dim + 1)).div_ceil(32);
    let (images, rows) = (d.len() / (views * dim), signs.len() / words);
    // `[D, B]`.
    let mut sums = vec![0.0; rows * images];
    if views == 1 && images >= MANY {
        by_products(&mut sums, d, u, dim, signs);
    } else {
        by_signs(&mut sums, d, u, [images, views, dim], signs);
    }
    let scale = 1.0 / (rows as f32).sqrt();
    (0..images * rows).map(|place| sums[place % rows * images + place / rows] * scale).collect()
}

/// `[u; 1]` for each row of `u`.
fn with_ones(u: &[f32], dim: usize) -> Vec<f32> {
    u.chunks_exact(dim).flat_map(|row| row.iter().copied().chain([1.0])).collect()
}

fn by_products(sums: &mut [f32], d: &[f32], u: &[f32], dim: usize, signs: &[u32]) {
    let images = d.len() / dim;
    let u = with_ones(u, dim);
    let words = (dim * (dim + 1)).div_ceil(32);
    each(sums.chunks_exact_mut(images).zip(signs.chunks_exact(words)), |(sums, signs)| {
        let mut matrix = vec![0.0; words * 32];
        for (entries, word) in matrix.as_chunks_mut::<32>().0.iter_mut().zip(signs) {
            for (place, entry) in entries.iter_mut().enumerate() {
                *entry = f32::from_bits(1f32.to_bits() | (!word >> place) << 31);
            }
        }
        // A few hundred images at a time keep R u in the cache.
        let mut mixed = vec![0.0; images.min(256) * dim];
        let parts = sums.chunks_mut(256).zip(d.chunks(256 * dim).zip(u.chunks(256 * (dim + 1))));
        for (sums, (d, u)) in parts {
            let matrix = Matrix::strided(&matrix, dim, dim + 1, dim + 1);
            product(&mut mixed, dim, Matrix::new(u, dim + 1), matrix.transposed(), false);
            vectorised(|| {
                for (sum, (d, mixed)) in sums.iter_mut().zip(d.chunks_exact(dim).zip(mixed.chunks_exact(dim))) {
                    *sum = dot(d, mixed);
                }
            });
        }
    });
}

fn by_signs(sums: &mut [f32], d: &[f32], u: &[f32], [images, views, dim]: [usize; 3], signs: &[u32]) {
    let columns = dim * (dim + 1);
    let words = columns.div_ceil(32);
    let blocks = words.div_ceil(WORDS);
    let u = with_ones(u, dim);
    for first in (0..images).step_by(IMAGES) {
        // Entry `place` of word `block * WORDS + lane`, for each image of the group (zeros fill it up):
        // `entries[block][place][image][lane]`. So one shift serves all lanes.
        let mut entries = vec![[[[0f32; WORDS]; IMAGES]; 32]; blocks];
        let mut gradient = vec![0f32; columns];
        let group = images.min(first + IMAGES) - first;
        for image in 0..group {
            let d = &d[(first + image) * views * dim..][..views * dim];
            let u = &u[(first + image) * views * (dim + 1)..][..views * (dim + 1)];
            outer(&mut gradient, d, u, dim);
            for (index, &entry) in gradient.iter().enumerate() {
                let word = index / 32;
                entries[word / WORDS][index % 32][image][word % WORDS] = entry;
            }
        }
        each(sums.chunks_exact_mut(images).zip(signs.chunks_exact(words)), |(sums, signs)| {
            let totals = vectorised(|| match group {
                1 => signed::<1>(&entries, signs),
                2 => signed::<2>(&entries, signs),
                3 => signed::<3>(&entries, signs),
                _ => signed::<4>(&entries, signs),
            });
            sums[first..first + group].copy_from_slice(&totals[..group]);
        });
    }
}

/// `sum over views of d_v (x) u_v`, `[E, E + 1]`; the sum of rank-one matrices is a matrix product.
fn outer(out: &mut [f32], d: &[f32], u: &[f32], dim: usize) {
    product(out, dim + 1, Matrix::new(d, dim).transposed(), Matrix::new(u, dim + 1), false);
}

type Entries = [[[f32; WORDS]; IMAGES]; 32];

/// Sums of the entries of `N` images under one row of signs.
#[inline(always)]
fn signed<const N: usize>(entries: &[Entries], signs: &[u32]) -> [f32; IMAGES] {
    let mut totals = [[0f32; WORDS]; IMAGES];
    for (block, signs) in entries.iter().zip(signs.chunks(WORDS)) {
        // A set bit means +1, but a set sign bit means -1.
        let mut flips = [0u32; WORDS];
        flips.iter_mut().zip(signs).for_each(|(flip, sign)| *flip = !sign);
        let mut sums = [[0f32; WORDS]; IMAGES];
        for (place, entries) in block.iter().enumerate() {
            let shift = 31 - place as u32;
            for image in 0..N {
                for lane in 0..WORDS {
                    let flip = (flips[lane] << shift) & 0x8000_0000;
                    sums[image][lane] += f32::from_bits(entries[image][lane].to_bits() ^ flip);
                }
            }
        }
        for image in 0..N {
            for lane in 0..WORDS {
                totals[image][lane] += sums[image][lane];
            }
        }
    }
    totals.map(|lanes| lanes.iter().sum())
}
