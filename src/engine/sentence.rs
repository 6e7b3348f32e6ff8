//! Errors for people: a lower room's error begins in lower case and has no full stop, so that others can quote it.

/// The text with a capital letter and a full stop, unless it is a sentence already.
pub(super) fn sentence(error: &impl ToString) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.ends_with('.') => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        _ => text,
    }
}
