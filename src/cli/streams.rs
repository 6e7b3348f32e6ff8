//! Standard output and standard error. What cannot be written is an error: a full disk must not look like success. Only a
//! reader that went away, as `head` does, is none: nobody waits for the rest, and the program ends as it would have.

use std::borrow::Cow;
use std::io::{ErrorKind, Write, stderr, stdout};

use serde::Serialize;

use super::CliError;

/// Prints a line to standard output, with [`shown`] control characters.
pub(super) fn print(line: &str) -> Result<(), CliError> {
    checked("standard output", writeln!(stdout().lock(), "{}", shown(line)))
}

/// Prints `value` as JSON, which has escapes of its own.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value).expect("reports are plain data with text for keys");
    let mut output = stdout().lock();
    checked("standard output", writeln!(output, "{text}").and_then(|()| output.flush()))
}

/// Says a line to the person at the terminal, on standard error.
pub(super) fn say(line: &str) -> Result<(), CliError> {
    checked("standard error", writeln!(stderr().lock(), "{}", shown(line)))
}

/// The outcome of writing to a stream.
pub(super) fn checked(stream: &'static str, written: std::io::Result<()>) -> Result<(), CliError> {
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(CliError::Stream { stream, reason: error.to_string() })
        }
        _ => Ok(()),
    }
}

/// Text for a terminal: control characters, ends of lines and changes of direction as escapes, so that a file's name can
/// neither move the cursor nor pass for another.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(hidden) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if hidden(c) { escaped.extend(c.escape_default()) } else { escaped.push(c) }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_nothing_else() {
        assert_eq!(shown("a\u{1b}[2Jb\nc\td\u{7f}\u{9b}"), r"a\u{1b}[2Jb\nc\td\u{7f}\u{9b}");
        assert_eq!(shown("cup\u{202e}gnp.exe"), r"cup\u{202e}gnp.exe");
        let plain = r"müde Katze 猫 \ 🐈.png";
        assert!(matches!(shown(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn only_a_reader_that_went_away_is_no_error() {
        assert!(checked("standard output", Err(ErrorKind::BrokenPipe.into())).is_ok());
        let error = checked("standard output", Err(ErrorKind::StorageFull.into())).unwrap_err();
        assert!(error.to_string().starts_with("standard output cannot be written"), "{error}");
    }
}
