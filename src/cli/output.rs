//! What people and programs read: tables, JSON, files that could not be read, progress.

use std::io::Write;
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::CliError;
use crate::engine::protocol::Progress;

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Failed {
    pub name: String,
    pub reason: String,
}

/// Prints one line, or several, to standard output. A reader that went away is no error.
pub(super) fn print(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints `value` as JSON.
pub(super) fn print_json(value: &impl Serialize) {
    print(&serde_json::to_string_pretty(value).expect("reports are plain data with text for keys"));
}

/// Reports files that could not be read, to standard error.
pub(super) fn print_failed(failed: &[Failed], files: usize) {
    if !failed.is_empty() {
        eprintln!("{} of {files} images could not be read:", failed.len());
        failed.iter().for_each(|Failed { name, reason }| eprintln!("  {name}: {reason}"));
    }
}

/// Columns side by side: the first aligned left, the others right, two spaces apart.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widths: Vec<usize> =
        (0..columns).map(|column| cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &Vec<String>| {
        let cell = |(column, cell): (usize, &String)| match column {
            0 => format!("{cell:<width$}", width = widths[0]),
            _ => format!("  {cell:>width$}", width = widths[column]),
        };
        row.iter().enumerate().map(cell).collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A row of a table.
pub(super) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(String::from).to_vec()
}

/// A progress bar on standard error, where that is a terminal.
pub(super) fn progress(length: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}, {eta} left");
    let bar = ProgressBar::new(length as u64).with_message(what);
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}

/// The steps of making an engine ready, on standard error.
pub(super) struct Steps(ProgressBar);

impl Steps {
    pub(super) fn new() -> Self {
        Self(ProgressBar::new_spinner())
    }

    pub(super) fn show(&mut self, step: Progress) {
        match step {
            Progress::Device => self.wait("Opening the device"),
            Progress::SelfTest => self.wait("Testing the device"),
            Progress::Download { .. } => self.wait("Fetching the model"),
            Progress::Verify => self.wait("Checking the model"),
            Progress::Upload => self.wait("Loading the model"),
            Progress::WarmUp => self.wait("Warming up"),
            Progress::Negatives { done, total } => self.count("Making negatives", done, total),
            Progress::Gradients { done, total } => self.count("Computing gradients", done, total),
        }
    }

    fn wait(&self, what: &'static str) {
        self.0.set_message(what);
        self.0.tick();
    }

    fn count(&mut self, what: &'static str, done: usize, total: usize) {
        if done == 0 {
            self.0.finish_and_clear();
            self.0 = progress(total, what);
        }
        self.0.set_position(done as u64);
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Makes a folder to write to, unless it is there.
pub(super) fn make_folder(path: &Path) -> Result<(), CliError> {
    std::fs::create_dir_all(path).map_err(|error| CliError::Write { path: path.to_owned(), reason: error.to_string() })
}

/// Writes a file that is either complete or not there: beside its place first, then moved onto it.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|error| {
        // Whatever the reason was, the half is of no use.
        let _ = std::fs::remove_file(&part);
        CliError::Write { path: path.to_owned(), reason: error.to_string() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [row(["features", "k = 5"]), row(["é", "100.0"]), row(["note"])];
        assert_eq!(table(&rows), "features  k = 5\né         100.0\nnote");
    }

    #[test]
    fn a_file_that_cannot_be_written_is_an_error_that_names_it() {
        let error = write(Path::new("/no/such/folder/x.safetensors"), b"").unwrap_err().to_string();
        assert!(error.starts_with("/no/such/folder/x.safetensors cannot be written"), "{error}");
    }
}
