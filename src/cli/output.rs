//! What people read: tables, files that could not be read, progress.

use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::CliError;
use super::streams::{print, say, shown};
use crate::engine::protocol::Progress;

/// A file that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Failed {
    pub name: String,
    pub reason: String,
}

/// Reports files that could not be read, to standard error.
pub(super) fn print_failed(failed: &[Failed], files: usize) -> Result<(), CliError> {
    if !failed.is_empty() {
        say(&format!("{} of {files} images could not be read:", failed.len()))?;
    }
    failed.iter().try_for_each(|Failed { name, reason }| say(&format!("  {name}: {reason}")))
}

/// Prints columns side by side: the first aligned left, the others right, two spaces apart.
pub(super) fn print_table(rows: &[Vec<String>]) -> Result<(), CliError> {
    lines(rows).iter().try_for_each(|line| print(line))
}

/// The same, with a line of description below each row that has one.
pub(super) fn print_described(rows: &[(Vec<String>, &str)]) -> Result<(), CliError> {
    let cells: Vec<Vec<String>> = rows.iter().map(|(cells, _)| cells.clone()).collect();
    lines(&cells).iter().zip(rows).try_for_each(|(line, (_, description))| {
        print(line)?;
        if description.is_empty() { Ok(()) } else { print(&format!("    {description}")) }
    })
}

/// Bytes in megabytes, for people.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

fn lines(rows: &[Vec<String>]) -> Vec<String> {
    let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|cell| shown(cell)).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cells = |column: usize| rows.iter().filter_map(move |row| row.get(column));
    let widths: Vec<usize> =
        (0..columns).map(|column| cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
    let line = |row: &Vec<_>| {
        let cell = |(column, cell)| match column {
            0 => format!("{cell:<width$}", width = widths[0]),
            _ => format!("  {cell:>width$}", width = widths[column]),
        };
        row.iter().enumerate().map(cell).collect::<String>().trim_end().to_owned()
    };
    rows.iter().map(line).collect()
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

/// Progress of long work on standard error: a bar on a terminal, elsewhere a line every ten seconds.
pub(super) struct Bar {
    bar: ProgressBar,
    what: &'static str,
    done: usize,
    length: usize,
    /// When a line was said last; absent on a terminal.
    said: Option<Instant>,
}

impl Bar {
    /// The time between two lines.
    const EVERY: Duration = Duration::from_secs(10);

    /// Nothing done of `length`.
    pub(super) fn new(length: usize, what: &'static str) -> Self {
        let said = (!stderr().is_terminal()).then(Instant::now);
        Self { bar: progress(length, what), what, done: 0, length, said }
    }

    /// So much is done now.
    pub(super) fn set(&mut self, done: usize) -> Result<(), CliError> {
        self.done = done;
        self.bar.set_position(done as u64);
        match &mut self.said {
            Some(said) if said.elapsed() >= Self::EVERY => {
                *said = Instant::now();
                say(&format!("{}: {done} of {}", self.what, self.length))
            }
            _ => Ok(()),
        }
    }

    /// One more is done.
    pub(super) fn advance(&mut self) -> Result<(), CliError> {
        self.set(self.done + 1)
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
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
            Progress::WarmUp { .. } => self.wait("Warming up"),
            // Of a worker's images, which are not a step of its own.
            Progress::Reading | Progress::Computing => {}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [row(["features", "k = 5"]), row(["é", "100.0"]), row(["a\nb", "1.0"]), row(["note"])];
        assert_eq!(lines(&rows), ["features  k = 5", "é         100.0", r"a\nb        1.0", "note"]);
    }
}
