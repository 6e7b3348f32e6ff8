#![no_main]

#[path = "../../tests/mutations/targets/gallery.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    target::run(bytes);
});
