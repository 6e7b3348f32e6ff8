//! The kernels for the CPU, on slices: plain loops that compilers turn into SIMD (natively and in wasm) around matrix
//! products. Work is cut into pieces that fit a core's cache; natively, threads share the pieces.

mod attention;
mod linear;
mod math;
mod rademacher;

pub use attention::{attention, class_attention};
pub use linear::{embed, linear_add, standardize_linear};
pub use rademacher::rademacher;
