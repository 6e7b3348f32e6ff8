#![no_main]

#[path = "../../tests/mutations/targets/kept.rs"]
mod target;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    target::run(bytes);
});
