//! The page's second kind of worker: evaluation, maps, archives.

fn main() {
    #[cfg(target_arch = "wasm32")]
    mycoscope::analysis::worker::run();
}
