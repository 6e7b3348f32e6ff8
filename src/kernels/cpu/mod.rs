//! The kernels for the CPU, on slices: plain loops that compilers turn into SIMD (natively and in wasm) around the
//! matrix products of the `gemm` crate. Work is cut into pieces that stay in a core's cache, which natively are also
//! what threads share.

mod attention;
mod linear;
mod math;
mod rademacher;

pub use attention::{attention, class_attention};
pub use linear::{embed, linear_add, standardize_linear};
pub use rademacher::rademacher;

/// A row-major matrix inside a slice: where it starts and how far apart its rows are.
#[derive(Clone, Copy)]
struct View<'a> {
    data: &'a [f32],
    stride: usize,
}

impl<'a> View<'a> {
    /// Rows that follow each other.
    fn rows(data: &'a [f32], stride: usize) -> Self {
        Self { data, stride }
    }

    fn holds(self, rows: usize, columns: usize) -> bool {
        rows == 0 || (rows - 1) * self.stride + columns <= self.data.len()
    }
}

/// Whether a product's right matrix is taken as it lies or transposed.
#[derive(Clone, Copy, PartialEq)]
enum Right {
    /// `[k, n]`.
    Plain,
    /// `[n, k]`.
    Transposed,
}

/// `out (+)= left right`, `[m, n]` from `[m, k]` and `[k, n]`; what `out` held counts if `add`.
fn product(out: &mut [f32], stride: usize, [m, k, n]: [usize; 3], left: View<'_>, right: (View<'_>, Right), add: bool) {
    let (right, order) = right;
    let fits = match order {
        Right::Plain => right.holds(k, n),
        Right::Transposed => right.holds(n, k),
    };
    assert!(
        left.holds(m, k) && fits && View::rows(out, stride).holds(m, n),
        "matrices of a product must hold its sizes"
    );
    let (right_column, right_row) = match order {
        Right::Plain => (1, right.stride as isize),
        Right::Transposed => (right.stride as isize, 1),
    };
    #[cfg(target_arch = "wasm32")]
    gemm::set_wasm_simd128(cfg!(target_feature = "simd128"));
    // SAFETY: the assertion above keeps every element that the product touches inside its slice, and `out` is borrowed
    // alone.
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
            1,
            left.stride as isize,
            right.data.as_ptr(),
            right_column,
            right_row,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
