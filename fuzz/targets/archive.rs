#![no_main]

#[path = "../../tests/mutations/targets/archive.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    target::run(bytes);
});
