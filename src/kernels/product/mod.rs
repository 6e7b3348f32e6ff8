//! The matrix product of the CPU behind a safe function: natively by the `gemm` crate, in a browser by [`tiles`].

#[cfg(any(test, target_arch = "wasm32"))]
mod tiles;

/// A matrix inside a slice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    /// Distance between neighbouring elements of a column.
    row_stride: usize,
    /// Distance between neighbouring elements of a row.
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// All of `data`, row after row, in rows of `columns`.
    pub(crate) fn new(data: &'a [f32], columns: usize) -> Self {
        Self::strided(data, data.len() / columns, columns, columns)
    }

    /// `rows` rows of `columns` elements, each `stride` elements after the one before.
    ///
    /// # Panics
    ///
    /// If `data` ends before the last element.
    pub(crate) fn strided(data: &'a [f32], rows: usize, columns: usize, stride: usize) -> Self {
        assert!(holds(data, rows, columns, stride), "a slice must hold its matrix");
        Self { data, rows, columns, row_stride: stride, column_stride: 1 }
    }

    /// The transpose; no element moves.
    pub(crate) fn transposed(self) -> Self {
        let Self { data, rows, columns, row_stride, column_stride } = self;
        Self { data, rows: columns, columns: rows, row_stride: column_stride, column_stride: row_stride }
    }
}

/// Whether `rows` rows of `columns` elements, `stride` apart, end within the slice.
fn holds(data: &[f32], rows: usize, columns: usize, stride: usize) -> bool {
    let Some(before) = rows.checked_sub(1) else { return true };
    before.checked_mul(stride).and_then(|start| start.checked_add(columns)).is_some_and(|end| end <= data.len())
}

/// `out = left right`, or `out += left right` with `add`, on the calling thread. The rows of `out` are `stride`
/// elements apart; elements between them are left unchanged.
///
/// `out[m, n] += a[m, k] b[n, k]^T` is `product(out, n, Matrix::new(a, k), Matrix::new(b, k).transposed(), true)`.
///
/// # Panics
///
/// If the sizes of `left` and `right` do not fit, or `out` cannot hold their product.
pub(crate) fn product(out: &mut [f32], stride: usize, left: Matrix<'_>, right: Matrix<'_>, add: bool) {
    let (m, k, n) = (left.rows, left.columns, right.columns);
    assert!(right.rows == k, "the inner sizes of a product must be equal");
    assert!(stride >= n && holds(out, m, n, stride), "a slice must hold its product");
    #[cfg(target_arch = "wasm32")]
    {
        // For Burn's own operations, which use that crate everywhere.
        gemm::set_wasm_simd128(cfg!(target_feature = "simd128"));
        tiles::product(out, stride, left, right, add);
    }
    // SAFETY: `gemm` reads and writes element (row, column) at row * row stride + column * column stride, for each row and
    // column below the sizes given. `holds` is true of each `Matrix`, whose fields only this file sets, and, as asserted,
    // of `out`: all of these lie within their slices, without overflow. Transposing changes no place. Where a stride is
    // larger than its slice, and so perhaps than an isize, there is one row or none, and only 0 times the stride is taken.
    // `left` and `right` fit `m`, `k` and `n`, as asserted. Slices are aligned and initialised. Nothing else reads `out`,
    // which is borrowed alone, so it overlaps neither matrix; nor do its rows overlap, since `stride >= n`.
    #[cfg(not(target_arch = "wasm32"))]
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            stride as isize,
            add,
            left.data.as_ptr(),
            left.column_stride as isize,
            left.row_stride as isize,
            right.data.as_ptr(),
            right.column_stride as isize,
            right.row_stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `[2, 3]` times `[3, 2]`, by hand.
    #[test]
    fn products_match_those_worked_out_by_hand() {
        let (a, b) = ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 0.0, 2.0, 1.0, 0.0, 3.0]);
        let mut out = [0.0; 4];
        product(&mut out, 2, Matrix::new(&a, 3), Matrix::new(&b, 2), false);
        assert_eq!(out, [5.0, 11.0, 14.0, 23.0]);
        // With b read as [2, 3] and transposed, added to what is there.
        product(&mut out, 2, Matrix::new(&a, 3), Matrix::new(&b, 3).transposed(), true);
        assert_eq!(out, [5.0 + 7.0, 11.0 + 10.0, 14.0 + 16.0, 23.0 + 22.0]);
    }

    #[test]
    fn strides_skip_the_elements_in_between() {
        // The right two columns of a [2, 3] matrix, transposed, times the left column of another.
        let (a, b) = ([9.0, 1.0, 2.0, 9.0, 3.0, 4.0], [1.0, 9.0, 1.0, 9.0]);
        let mut out = [7.0; 4];
        let left = Matrix::strided(&a[1..], 2, 2, 3).transposed();
        product(&mut out, 2, left, Matrix::strided(&b, 2, 1, 2), false);
        assert_eq!(out, [4.0, 7.0, 6.0, 7.0]);
    }

    #[test]
    #[should_panic(expected = "hold its matrix")]
    fn matrices_beyond_their_slice_are_refused() {
        Matrix::strided(&[0.0; 5], 2, 3, 3);
    }

    /// Twice 2^63 is 0 in 64 bits.
    #[test]
    #[should_panic(expected = "hold its matrix")]
    fn strides_that_overflow_are_refused() {
        Matrix::strided(&[0.0; 5], 3, 1, usize::MAX / 2 + 1);
    }

    #[test]
    fn empty_products_touch_nothing_or_clear() {
        let mut out = [7.0; 2];
        product(&mut out, 2, Matrix::strided(&[], 0, 3, 3), Matrix::new(&[1.0; 6], 2), false);
        assert_eq!(out, [7.0; 2]);
        product(&mut out, 2, Matrix::strided(&[], 0, 1, 1).transposed(), Matrix::strided(&[], 0, 2, 2), false);
        assert_eq!(out, [0.0; 2]);
    }

    #[test]
    #[should_panic(expected = "hold its product")]
    fn products_beyond_their_slice_are_refused() {
        product(&mut [0.0; 3], 2, Matrix::new(&[0.0; 4], 2), Matrix::new(&[0.0; 4], 2), false);
    }
}
