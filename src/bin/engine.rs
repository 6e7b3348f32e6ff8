//! The worker on the CPU backend: small, and enough everywhere.

fn main() {
    #[cfg(target_arch = "wasm32")]
    mycoscope::engine::worker::run();
}
