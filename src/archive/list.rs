//! `images.csv`: name, label, SHA-256, a row for each image.

use super::ArchiveError;
use crate::gallery::{Entry, hexadecimal};

/// The list's bytes, UTF-8, with lines as RFC 4180 ends them.
pub fn list<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Vec<u8>, ArchiveError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let failed = |error: csv::Error| std::io::Error::other(error);
    writer.write_record(["name", "label", "sha256"]).map_err(failed)?;
    for entry in entries {
        let sha256 = entry.content.as_ref().map(|content| hexadecimal(&content.hash)).unwrap_or_default();
        writer.write_record([&entry.name, entry.label.as_deref().unwrap_or(""), &sha256]).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| ArchiveError::Io(std::io::Error::other(error.to_string())))
}
