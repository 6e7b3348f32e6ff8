//! The worker that evaluates, for browsers with relaxed SIMD, where it is faster.

fn main() {
    #[cfg(target_arch = "wasm32")]
    mycoscope::analysis::worker::run();
}
