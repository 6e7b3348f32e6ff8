//! The worker with WebGPU.

fn main() {
    #[cfg(target_arch = "wasm32")]
    mycoscope::engine::worker::run();
}
