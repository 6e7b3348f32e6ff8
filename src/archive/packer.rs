//! Writes an archive, entry by entry.

use std::io::Write;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::list::list;
use super::measures::measures;
use super::names::entry_names;
use super::pieces::Pieces;
use super::{ArchiveError, Evaluated, Making, PlaneMap, npy_matrix, report};
use crate::fungi::{Features, Part};
use crate::gallery::{Entry, file};

/// What goes into an archive, but for the pictures.
pub struct Results<'a> {
    /// The images with their features, all with the parts that the settings name.
    pub images: Vec<(&'a Entry, &'a Features)>,
    /// How they were made.
    pub making: &'a Making,
    /// What labels showed; none where there are too few.
    pub evaluated: Option<&'a Evaluated>,
    /// Maps with a point for each image.
    pub maps: &'a [PlaneMap],
    /// Whether the pictures follow.
    pub with_pictures: bool,
}

/// `settings.json` names it, so that a reader knows its own.
pub(super) const FORMAT: &str = "mycoscope-archive";
/// Changes when an older reader would misread it.
pub(super) const VERSION: u64 = 1;

/// An archive that is being written. What is complete can be taken away at any time, so that memory holds two entries at most.
pub struct Packer {
    zip: ZipWriter<Pieces>,
    pieces: Pieces,
    /// Up to where nothing changes any more.
    settled: u64,
    names: Vec<String>,
}

impl Packer {
    /// Writes everything but the pictures.
    ///
    /// # Errors
    ///
    /// [`ArchiveError::Gallery`] if images lack parts that others have or were not read; nothing else is expected of memory.
    pub fn begin(results: &Results<'_>) -> Result<Self, ArchiveError> {
        let pieces = Pieces::default();
        let names = entry_names(results.images.iter().map(|(entry, _)| entry.name.as_str()));
        let mut packer = Self { zip: ZipWriter::new(pieces.clone()), pieces, settled: 0, names };
        packer.entry("report.html", CompressionMethod::Deflated, report::report(results)?.as_bytes())?;
        packer.text("settings.json", &settings(results))?;
        packer.text("metrics.json", &measures(results.images.len(), results.evaluated))?;
        let entries = results.images.iter().map(|(entry, _)| *entry);
        packer.entry("images.csv", CompressionMethod::Deflated, &list(entries)?)?;
        // Numbers as random as these do not get smaller.
        let saved = file::save(results.images.iter().copied(), &results.making.provenance)?;
        packer.entry("features.safetensors", CompressionMethod::Stored, &saved)?;
        drop(saved);
        for part in Part::ALL {
            let rows: Vec<&[f32]> = results.images.iter().filter_map(|(_, features)| features.get(part)).collect();
            if let Some(width) = rows.first().map(|row| row.len()) {
                let matrix = npy_matrix(rows.len(), width, rows.into_iter().flatten().copied())?;
                packer.entry(&format!("features/{}.npy", part.key()), CompressionMethod::Stored, &matrix)?;
            }
        }
        Ok(packer)
    }

    /// Writes the picture of an image, by its place among the results' images.
    ///
    /// # Errors
    ///
    /// If there is no such image, or the picture is too large for an entry.
    pub fn picture(&mut self, place: usize, bytes: &[u8]) -> Result<(), ArchiveError> {
        let missing = || std::io::Error::other(format!("there is no image {place}"));
        let name = format!("images/{}", self.names.get(place).ok_or_else(missing)?);
        self.entry(&name, CompressionMethod::Stored, bytes)
    }

    /// Takes away what is complete; what [`Self::finish`] gives follows the last of it.
    pub fn take(&mut self) -> Vec<u8> {
        self.pieces.take(self.settled)
    }

    /// Writes the end; gives all that was not taken.
    ///
    /// # Errors
    ///
    /// None is expected of memory.
    pub fn finish(self) -> Result<Vec<u8>, ArchiveError> {
        let Self { zip, pieces, .. } = self;
        zip.finish()?;
        Ok(pieces.take(u64::MAX))
    }

    fn text(&mut self, name: &str, value: &Value) -> Result<(), ArchiveError> {
        let mut text = serde_json::to_string_pretty(value).map_err(std::io::Error::from)?;
        text.push('\n');
        self.entry(name, CompressionMethod::Deflated, text.as_bytes())
    }

    fn entry(&mut self, name: &str, method: CompressionMethod, bytes: &[u8]) -> Result<(), ArchiveError> {
        // The entry before is completed by the start of the next: its header is written again, nothing before it.
        let before = self.pieces.end();
        self.zip.start_file(name, options(bytes.len()).compression_method(method))?;
        self.settled = before;
        self.zip.write_all(bytes)?;
        Ok(())
    }
}

/// How an entry of so many bytes is written: as it is, at one time for all, the same on every system.
pub(super) fn options(bytes: usize) -> SimpleFileOptions {
    SimpleFileOptions::DEFAULT
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
        .system(System::Unix)
        .large_file(u32::try_from(bytes).is_err())
}

/// `settings.json`: the reader goes by `format`, `version` and `making`; the rest is for people and programs.
fn settings(Results { making, evaluated, with_pictures, .. }: &Results<'_>) -> Value {
    json!({
        "format": FORMAT,
        "version": VERSION,
        "seed": making.provenance.settings.seed,
        "with_pictures": with_pictures,
        "evaluation": evaluated.map(|evaluated| json!({ "k": evaluated.k, "seed": evaluated.seed })),
        "making": making,
    })
}
