//! A decoder's panic becomes an error: what a damaged file sets off ends that file alone.

use std::cell::Cell;

use super::DecodeError;

thread_local! {
    /// The format that this thread is decoding.
    static DECODING: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// What to say of the file that this thread is decoding, if it is and the decoder panics: for a panic's hook.
pub fn panicked() -> Option<DecodeError> {
    DECODING.get().map(gave_up)
}

fn gave_up(format: &'static str) -> DecodeError {
    DecodeError::Damaged { format, reason: "the decoder gave up on it".into() }
}

/// Runs a decoder. Where it panics, the file is damaged, and the panic's text is not printed.
///
/// In a browser a panic ends the worker, so that files known to cause one are refused before
/// ([`super::png`], [`super::webp`]); for others, [`panicked`] tells the worker's last words.
#[cfg(panic = "unwind")]
pub(super) fn guarded<T>(
    format: &'static str,
    decode: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
    use std::sync::Once;

    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if DECODING.get().is_none() {
                usual(panic);
            }
        }));
    });
    let before = DECODING.replace(Some(format));
    // What the decoder left behind half-done is dropped with it; the bytes are only read.
    let decoded = catch_unwind(AssertUnwindSafe(decode));
    DECODING.set(before);
    decoded.unwrap_or_else(|_| Err(gave_up(format)))
}

#[cfg(not(panic = "unwind"))]
pub(super) fn guarded<T>(
    format: &'static str,
    decode: impl FnOnce() -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let before = DECODING.replace(Some(format));
    let decoded = decode();
    DECODING.set(before);
    decoded
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
            assert_eq!(guarded("PNG", || Ok(panicked())), Ok(Some(error)), "the same is said of it in a browser");
            assert_eq!(panicked(), None, "and of nothing else");
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
