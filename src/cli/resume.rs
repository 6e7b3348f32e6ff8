//! Partial results: what a long run has computed so far, kept beside its output, and what a later run takes from there.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::CliError;
use super::streams::say;
use super::target::Target;
use crate::fungi::Features;
use crate::gallery::file::{Saved, open, save};
use crate::gallery::{Entry, Gallery, Hash, Provenance};

/// Of a run's time, at most one part in so many goes into partial results, however large they get.
const SHARE: u32 = 20;

/// The output's `.part`: a gallery of what is computed so far.
pub(super) struct Partial {
    target: Target,
    provenance: Provenance,
    /// Images of earlier runs: those that this one has not come to yet are kept too.
    earlier: Vec<Entry>,
    every: Duration,
    /// The options with which a later run goes on from it.
    again: String,
    written: Instant,
    took: Duration,
}

impl Partial {
    /// Writes to `target` every so often from now on.
    pub(super) fn new(
        target: Target,
        provenance: Provenance,
        earlier: Vec<Entry>,
        every: Duration,
        again: String,
    ) -> Self {
        Self { target, provenance, earlier, every, again, written: Instant::now(), took: Duration::ZERO }
    }

    /// Writes what there is, if it is time or if the run ends `early`, which is then said. That it cannot be written is said
    /// too, and is no reason to stop: there may be room again when all is computed.
    pub(super) fn keep(&mut self, gallery: &Gallery, early: bool) -> Result<(), CliError> {
        if !early && self.written.elapsed() < self.every.max(self.took * SHARE) {
            return Ok(());
        }
        let begun = Instant::now();
        let mut rows: Vec<(&Entry, &Features)> =
            gallery.computed().map(|(entry, features)| (entry, &**features)).collect();
        let reached: HashSet<&Hash> = rows.iter().filter_map(|(entry, _)| hash(entry)).collect();
        let features = |entry| Some((entry, &**gallery.features_of(hash(entry)?)?));
        let ahead = self.earlier.iter().filter(|entry| hash(entry).is_some_and(|hash| !reached.contains(hash)));
        rows.extend(ahead.filter_map(features));
        if rows.is_empty() {
            return Ok(());
        }
        let images = rows.len();
        let kept = self.target.write(&save(rows, &self.provenance)?);
        self.written = Instant::now();
        self.took = begun.elapsed();
        match kept {
            Err(error) => say(&format!("A partial result is missing: {error}.")),
            Ok(()) if early => {
                let (path, again) = (self.target.path().display(), &self.again);
                say(&format!("{images} images are kept in {path}; the same command with {again} goes on from there."))
            }
            Ok(()) => Ok(()),
        }
    }

    /// Takes the partial result away: all is done and written.
    pub(super) fn done(self) {
        // What stays behind is of use to nobody, and no reason to call the run a failure.
        let _ = std::fs::remove_file(self.target.path());
    }
}

fn hash(entry: &Entry) -> Option<&Hash> {
    entry.content.as_ref().map(|content| &content.hash)
}

/// Where the partial result of a run that writes `out` is: beside it, with `.part` at the end.
pub(super) fn part_of(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    out.with_file_name(name)
}

/// The galleries at `paths`, as far as they are there.
pub(super) fn read(paths: &[&Path]) -> Result<Vec<(PathBuf, Saved)>, CliError> {
    let there = paths.iter().filter(|path| path.exists());
    let saved = there.map(|&path| {
        let bytes = std::fs::read(path).map_err(|error| CliError::read(path, error))?;
        let saved = open(&bytes).map_err(|error| CliError::Open { path: path.to_owned(), error })?;
        Ok((path.to_owned(), saved))
    });
    saved.collect()
}

/// Their images, if they were made as `provenance` says.
pub(super) fn images(
    saved: Vec<(PathBuf, Saved)>,
    provenance: &Provenance,
) -> Result<Vec<(Entry, Features)>, CliError> {
    let mut images = Vec::new();
    for (path, saved) in saved {
        if let Some(what) = difference(&saved, provenance) {
            return Err(CliError::Resume { path, what });
        }
        images.extend(saved.images);
    }
    Ok(images)
}

/// What a gallery was made with that differs; the model's name does not matter.
fn difference(Saved { provenance: old, program, .. }: &Saved, new: &Provenance) -> Option<&'static str> {
    if program != env!("CARGO_PKG_VERSION") {
        return Some("another version of Mycoscope");
    }
    let Provenance { model: _, sha256, config, negatives, settings } = old;
    [
        (*sha256 != new.sha256, "other weights"),
        (*config != new.config, "another side, mean, deviation or number of heads"),
        (*settings != new.settings, "other settings of the method"),
        (*negatives != new.negatives, "other negatives"),
    ]
    .into_iter()
    .find_map(|(differs, what)| differs.then_some(what))
}
