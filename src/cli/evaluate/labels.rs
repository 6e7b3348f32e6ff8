//! Labels from a table instead of the folders' names.

use std::path::Path;

use crate::cli::CliError;
use crate::cli::streams::say;
use crate::gallery::Entry;
use crate::gallery::label_file::LabelFile;
use crate::gallery::label_match::{Candidate, Found, find_images};
use crate::gallery::label_report::LabelReport;

/// A table of labels, with its file's name.
pub(super) struct Table {
    name: String,
    file: LabelFile,
}

impl Table {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no table of labels.
    pub(super) fn read(path: &Path) -> Result<Self, CliError> {
        let bytes = std::fs::read(path).map_err(|error| CliError::read(path, error))?;
        let file = LabelFile::parse(&bytes).map_err(|error| CliError::read(path, error))?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { name, file })
    }

    /// Each image's label, in their order; images that no row means have none.
    pub(super) fn labels(&self, images: &[&Entry]) -> Vec<Option<String>> {
        let mut labels = vec![None; images.len()];
        for (row, found) in self.file.rows.iter().zip(self.found(images)) {
            if let Found::Images(places) = found {
                places.into_iter().for_each(|place| labels[place as usize].clone_from(&row.label));
            }
        }
        labels
    }

    /// Says what came of it: a sentence, and the lines without an image.
    pub(super) fn report(&self, images: &[&Entry]) -> Result<(), CliError> {
        let report = LabelReport::new(&self.name, &self.file, &self.found(images));
        say(&report.sentence(false))?;
        report.missed.iter().try_for_each(|line| say(&format!("  {line}")))?;
        match report.unlisted() {
            0 => Ok(()),
            more => say(&format!("  and {more} more lines")),
        }
    }

    /// What each row means, by places in `images`: saved features have no numbers of their own.
    fn found(&self, images: &[&Entry]) -> Vec<Found> {
        let candidates = (0..).zip(images).map(|(id, entry)| Candidate {
            id,
            path: &entry.name,
            hash: entry.content.as_ref().map(|content| content.hash),
        });
        find_images(&self.file.rows, candidates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_the_table_leaves_out_have_no_label() {
        let entry = |name: &str| Entry { id: 0, name: name.into(), label: Some("folder".into()), content: None };
        let entries = [entry("a/1.png"), entry("a/2.png"), entry("b/1.png")];
        let file = LabelFile::parse(b"b/1.png,cup\n2.png,mug\n3.png,mug\n").unwrap();
        let table = Table { name: "l.csv".into(), file };
        let labels = table.labels(&entries.iter().collect::<Vec<_>>());
        assert_eq!(labels, [None, Some("mug".to_owned()), Some("cup".to_owned())]);
    }
}
