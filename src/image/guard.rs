//! A decoder's panic becomes an error: what a damaged file sets off ends that file alone.

use super::DecodeError;

/// Runs a decoder. Where it panics, the file is damaged, and the panic's text is not printed.
///
/// In a browser a panic ends the worker, so that files known to cause one are refused before
/// ([`super::png`], [`super::webp`]).
#[cfg(panic = "unwind")]
pub(super) fn guarded<T>(
    format: &'static str,
    decode: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
    use std::sync::Once;

    thread_local! {
        static DECODING: Cell<bool> = const { Cell::new(false) };
    }
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !DECODING.get() {
                usual(panic);
            }
        }));
    });
    let before = DECODING.replace(true);
    // What the decoder left behind half-done is dropped with it; the bytes are only read.
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(before);
    decoded.unwrap_or_else(|_| Err(DecodeError::Damaged { format, reason: "the decoder gave up on it".into() }))
}

#[cfg(not(panic = "unwind"))]
pub(super) fn guarded<T>(_: &'static str, decode: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    decode()
}

#[cfg(all(test, panic = "unwind"))]
mod tests {
    use std::process::Command;

    use super::*;

    const CHILD: &str = "MYCOSCOPE_TEST_PANIC";

    /// The texts of panics go to the process's error stream, hence a process of its own.
    #[test]
    fn a_panic_is_an_error_and_only_others_are_printed() {
        if std::env::var_os(CHILD).is_some() {
            let panics = || -> Result<(), DecodeError> { panic!("in the decoder") };
            let error = guarded("PNG", panics).unwrap_err();
            assert!(error.to_string().starts_with("The PNG image is damaged"), "{error}");
            assert_eq!(guarded("PNG", || Ok(7)), Ok(7));
            let _ = std::panic::catch_unwind(|| panic!("outside of it"));
            return;
        }
        let name = "image::guard::tests::a_panic_is_an_error_and_only_others_are_printed";
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child.args(["--exact", name, "--nocapture"]).env(CHILD, "1").output().unwrap();
        let printed = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{printed}");
        assert!(printed.contains("outside of it") && !printed.contains("in the decoder"), "{printed}");
    }
}
