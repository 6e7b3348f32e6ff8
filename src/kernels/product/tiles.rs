//! The matrix product in a browser: tiles of the result that stay in registers.
//!
//! Each element of the result is one sum over the inner index, from first to last, wherever its tile lies. So a row does
//! not depend on how many others there are, and an image has the same features, to the bit, whatever it shares a batch or
//! a worker with.

use super::Matrix;
#[cfg(target_arch = "wasm32")]
use crate::arithmetic::{load, store};

/// Rows of a tile. With its columns, this is what browsers keep in the 16 registers of an x86 processor: larger tiles are
/// slower there, since some of their sums are moved to memory and back.
const ROWS: usize = 4;
/// Columns of a tile: two vectors.
const COLUMNS: usize = 8;

/// A tile of the result.
type Tile = [[f32; COLUMNS]; ROWS];

/// See [`super::product`], which has checked the sizes.
pub(super) fn product(out: &mut [f32], stride: usize, left: Matrix<'_>, right: Matrix<'_>, add: bool) {
    let (m, k, n) = (left.rows, left.columns, right.columns);
    if n == 0 {
        return;
    }
    let left = bands(left);
    let columns = right.transposed();
    let mut panel = vec![0.0; k * COLUMNS];
    for column in (0..n).step_by(COLUMNS) {
        pack::<COLUMNS>(&mut panel, columns, column);
        let columns = COLUMNS.min(n - column);
        for row in (0..m).step_by(ROWS) {
            let sums = tile(&left[row * k..][..ROWS * k], &panel);
            for (sums, row) in sums.iter().zip(row..m) {
                let out = &mut out[row * stride + column..][..columns];
                if add {
                    out.iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
                } else if let Some(whole) = out.first_chunk_mut() {
                    *whole = *sums;
                } else {
                    out.copy_from_slice(&sums[..columns]);
                }
            }
        }
    }
}

/// Rows of a matrix in bands of [`ROWS`], each column by column; the last band is filled up with zeros.
fn bands(matrix: Matrix<'_>) -> Vec<f32> {
    let (m, k) = (matrix.rows, matrix.columns);
    let mut bands = vec![0.0; m.next_multiple_of(ROWS) * k];
    for (band, row) in bands.chunks_exact_mut((ROWS * k).max(1)).zip((0..m).step_by(ROWS)) {
        pack::<ROWS>(band, matrix, row);
    }
    bands
}

/// Up to N rows of a matrix, from `first` on, column by column: `[columns, N]`. Where there are fewer, the rest of `to` is left
/// as it is.
fn pack<const N: usize>(to: &mut [f32], matrix: Matrix<'_>, first: usize) {
    let (rows, columns) = (N.min(matrix.rows - first), matrix.columns);
    let (to, _) = to.as_chunks_mut::<N>();
    let row = |row: usize| &matrix.data[(first + row) * matrix.row_stride..];
    if columns == 0 {
        return;
    }
    let whole = rows == N;
    if matrix.row_stride == 1 && whole {
        // Of a size that is known beforehand: a call for each few numbers would take longer than the product.
        for (column, to) in to.iter_mut().enumerate().take(columns) {
            to.copy_from_slice(&row(0)[column * matrix.column_stride..][..N]);
        }
    } else if matrix.column_stride == 1 && whole {
        // Four columns of all rows at a time, which processors transpose in registers.
        let rows: [_; N] = std::array::from_fn(|i| row(i)[..columns].as_chunks::<4>());
        let (fours, rest) = to.as_chunks_mut::<4>();
        for (i, to) in fours.iter_mut().enumerate() {
            transpose(&rows.map(|(fours, _)| &fours[i]), to);
        }
        for (i, to) in rest.iter_mut().enumerate() {
            *to = rows.map(|(_, rest)| rest[i]);
        }
    } else {
        for i in 0..rows {
            let from = row(i).iter().step_by(matrix.column_stride.max(1));
            to.iter_mut().zip(from).take(columns).for_each(|(to, from)| to[i] = *from);
        }
    }
}

/// The function of one tile, from a band of the left matrix, `[k, ROWS]`, and a panel of the right one, `[k, COLUMNS]`.
macro_rules! tile {
    ($(#[$attribute:meta])* $splat:path, $load:path, $store:path, $multiply_add:path) => {
        $(#[$attribute])*
        fn multiply(band: &[f32], panel: &[f32]) -> Tile {
            let zero = $splat(0.0);
            let mut sums = [[zero; COLUMNS / 4]; ROWS];
            for (a, b) in band.as_chunks::<ROWS>().0.iter().zip(panel.as_chunks::<COLUMNS>().0) {
                let (fours, _) = b.as_chunks::<4>();
                let b = [$load(&fours[0]), $load(&fours[1])];
                for (sums, a) in sums.iter_mut().zip(a) {
                    let a = $splat(*a);
                    for (sum, b) in sums.iter_mut().zip(b) {
                        *sum = $multiply_add(a, b, *sum);
                    }
                }
            }
            let mut tile = [[0.0; COLUMNS]; ROWS];
            for (row, sums) in tile.iter_mut().zip(sums) {
                for (four, sum) in row.as_chunks_mut::<4>().0.iter_mut().zip(sums) {
                    $store(four, sum);
                }
            }
            tile
        }
    };
}

/// N rows of four become four rows of N, which is a multiple of four.
#[cfg(target_arch = "wasm32")]
fn transpose<const N: usize>(rows: &[&[f32; 4]; N], to: &mut [[f32; N]; 4]) {
    use std::arch::wasm32::i32x4_shuffle;
    for (block, rows) in rows.as_chunks::<4>().0.iter().enumerate() {
        let [a, b, c, d] = rows.map(load);
        let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
        let (rest_ab, rest_cd) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        let columns = [
            i32x4_shuffle::<0, 1, 4, 5>(ab, cd),
            i32x4_shuffle::<2, 3, 6, 7>(ab, cd),
            i32x4_shuffle::<0, 1, 4, 5>(rest_ab, rest_cd),
            i32x4_shuffle::<2, 3, 6, 7>(rest_ab, rest_cd),
        ];
        for (to, column) in to.iter_mut().zip(columns) {
            store(&mut to.as_chunks_mut().0[block], column);
        }
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
fn transpose<const N: usize>(rows: &[&[f32; 4]; N], to: &mut [[f32; N]; 4]) {
    for (i, to) in to.iter_mut().enumerate() {
        *to = rows.map(|row| row[i]);
    }
}

/// Multiplies and adds in one step where the processor can: twice as fast.
#[cfg(all(target_arch = "wasm32", feature = "relaxed-simd"))]
fn tile(band: &[f32], panel: &[f32]) -> Tile {
    use std::arch::wasm32::{f32x4_relaxed_madd, f32x4_splat};
    tile!(
        #[target_feature(enable = "relaxed-simd")]
        f32x4_splat,
        load,
        store,
        f32x4_relaxed_madd
    );
    // Safe: an engine without relaxed SIMD does not load a program that has it, so this one is not running there.
    multiply(band, panel)
}

#[cfg(all(target_arch = "wasm32", not(feature = "relaxed-simd")))]
fn tile(band: &[f32], panel: &[f32]) -> Tile {
    use std::arch::wasm32::{f32x4_add, f32x4_mul, f32x4_splat, v128};
    fn multiply_add(a: v128, b: v128, sum: v128) -> v128 {
        f32x4_add(sum, f32x4_mul(a, b))
    }
    tile!(f32x4_splat, load, store, multiply_add);
    multiply(band, panel)
}

/// For tests of everything but the vectors themselves.
#[cfg(all(test, not(target_arch = "wasm32")))]
fn tile(band: &[f32], panel: &[f32]) -> Tile {
    fn splat(x: f32) -> [f32; 4] {
        [x; 4]
    }
    fn load(four: &[f32; 4]) -> [f32; 4] {
        *four
    }
    fn store(four: &mut [f32; 4], values: [f32; 4]) {
        *four = values;
    }
    fn multiply_add(a: [f32; 4], b: [f32; 4], sum: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| sum[i] + a[i] * b[i])
    }
    tile!(splat, load, store, multiply_add);
    multiply(band, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::product::product as native;

    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7919 + seed * 104_729) % 1009) as f32 / 1009.0 - 0.5).collect()
    }

    #[test]
    fn products_of_all_shapes_are_those_of_the_native_one() {
        for (m, k, n) in
            [(1, 1, 1), (4, 8, 8), (5, 3, 9), (3, 192, 17), (65, 64, 65), (130, 20, 7), (2, 0, 3), (0, 3, 3)]
        {
            let (a, b) = (numbers(m * k, 1), numbers(k * n, 2));
            let lefts = [Matrix::strided(&a, m, k, k), Matrix::strided(&a, k, m, m).transposed()];
            let rights = [Matrix::strided(&b, k, n, n), Matrix::strided(&b, n, k, k).transposed()];
            for (left, right, add) in [(0, 0, false), (0, 1, true), (1, 0, true), (1, 1, false)] {
                let stride = n + 3;
                let mut found = numbers(m * stride, 3);
                let mut expected = found.clone();
                product(&mut found, stride, lefts[left], rights[right], add);
                native(&mut expected, stride, lefts[left], rights[right], add);
                let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 1e-5, "{m} x {k} x {n}, {left} {right} {add}: {worst}");
            }
        }
    }

    #[test]
    fn a_row_does_not_depend_on_the_others() {
        let (m, k, n) = (11, 768, 50);
        let (a, b) = (numbers(m * k, 4), numbers(k * n, 5));
        let of = |rows: &[f32]| {
            let mut out = vec![0.0; rows.len() / k * n];
            product(&mut out, n, Matrix::new(rows, k), Matrix::new(&b, n), false);
            out
        };
        let together = of(&a);
        for (row, expected) in a.chunks_exact(k).zip(together.chunks_exact(n)) {
            assert_eq!(of(row), expected);
        }
        assert_eq!(of(&a[3 * k..]), together[3 * n..]);
    }
}
