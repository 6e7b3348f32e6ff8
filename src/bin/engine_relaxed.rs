//! The worker on the CPU backend for browsers with relaxed SIMD, where it is faster.

fn main() {
    #[cfg(target_arch = "wasm32")]
    mycoscope::engine::worker::run();
}
