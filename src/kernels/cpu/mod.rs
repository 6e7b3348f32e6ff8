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
