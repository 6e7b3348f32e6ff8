//! Reads an archive: never more of it than its own writer would have written.

use std::io::{Read, Seek};

use serde::Deserialize;
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::{CompressionMethod, ZipArchive};

use super::names::entry_names;
use super::packer::{FORMAT, VERSION};
use super::{ArchiveError, Making, RestoredImage};
use crate::gallery::{Content, file};

/// Bytes of `settings.json`: it holds a few hundred.
const MOST_SETTINGS: u64 = 1 << 20;
/// Bytes of `features.safetensors`: 100,000 images of the largest models.
const MOST_FEATURES: u64 = 3 << 30;
/// Bytes of a picture: the engine refuses larger files.
const MOST_PICTURE: u64 = 100_000_000;
/// Bytes that are made room for before they have been read: a size that is only claimed takes nothing.
const FIRST_ROOM: u64 = 1 << 20;

/// An archive that is open.
pub struct Reader<R> {
    zip: ZipArchive<R>,
    making: Making,
    images: Vec<RestoredImage>,
    names: Vec<String>,
}

/// Where a picture of an archive is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The image, by its place.
    pub place: usize,
    /// Its bytes within the archive's file, where it is stored as it is.
    pub stored: Option<(u64, u64)>,
}

/// What the reader needs of `settings.json`.
#[derive(Deserialize)]
struct Settings {
    format: String,
    version: u64,
    making: Making,
}

impl<R: Read + Seek> Reader<R> {
    /// Opens an archive, and reads everything but its pictures.
    ///
    /// # Errors
    ///
    /// For anything else than what [`super::Packer`] writes, whatever it claims to hold.
    pub fn open(file: R) -> Result<Self, ArchiveError> {
        let mut zip = ZipArchive::new(file)?;
        let settings = read(&mut zip, "settings.json", MOST_SETTINGS, "1 MB")?;
        let not_ours = |reason: String| ArchiveError::NotOurs(format!("its settings.json {reason}"));
        let settings: Settings =
            serde_json::from_slice(&settings).map_err(|error| not_ours(format!("can't be understood ({error})")))?;
        match (settings.format.as_str(), settings.version) {
            (FORMAT, VERSION) => {}
            (FORMAT, version) => {
                return Err(not_ours(format!("is of version {version}; this version of Mycoscope reads {VERSION}")));
            }
            (other, _) => return Err(not_ours(format!("says format \"{other}\", not \"{FORMAT}\""))),
        }
        let saved = file::open(&read(&mut zip, "features.safetensors", MOST_FEATURES, "3 GB")?)?;
        if saved.provenance != settings.making.provenance {
            return Err(not_ours("names another model or other settings than its features".into()));
        }
        let names = entry_names(saved.images.iter().map(|(entry, _)| entry.name.as_str()));
        let image = |(entry, features): (crate::gallery::Entry, _)| {
            let content = entry.content.as_deref();
            let (hash, size) = content.map(|Content { hash, size, .. }| (*hash, *size)).unwrap_or_default();
            RestoredImage { name: entry.name, label: entry.label, hash, size, features }
        };
        let images = saved.images.into_iter().map(image).collect();
        Ok(Self { zip, making: settings.making, images, names })
    }

    /// How its features were made.
    pub fn making(&self) -> &Making {
        &self.making
    }

    /// Its images, in order.
    pub fn images(&self) -> &[RestoredImage] {
        &self.images
    }

    /// The pictures that it holds.
    ///
    /// # Errors
    ///
    /// If the file is damaged there.
    pub fn pictures(&mut self) -> Result<Vec<Picture>, ArchiveError> {
        let mut pictures = Vec::new();
        for (place, name) in self.names.iter().enumerate() {
            match self.zip.by_name(&format!("images/{name}")) {
                Ok(entry) => {
                    let stored = (entry.compression() == CompressionMethod::Stored && !entry.encrypted())
                        .then(|| Some((entry.data_start()?, entry.size())))
                        .flatten();
                    pictures.push(Picture { place, stored });
                }
                Err(ZipError::FileNotFound) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(pictures)
    }

    /// The bytes of an image's picture, which are those that its features were made from.
    ///
    /// # Errors
    ///
    /// If it is not there, too large, damaged, or another.
    pub fn picture(&mut self, place: usize) -> Result<Vec<u8>, ArchiveError> {
        let (Some(name), Some(image)) = (self.names.get(place), self.images.get(place)) else {
            return Err(ZipError::FileNotFound.into());
        };
        let bytes = read(&mut self.zip, &format!("images/{name}"), MOST_PICTURE, "100 MB")?;
        match Sha256::digest(&bytes)[..] == image.hash {
            true => Ok(bytes),
            false => Err(ArchiveError::OtherPicture(image.name.clone())),
        }
    }
}

/// An entry's bytes, of which there are at most `most`, whatever the zip says.
fn read<R: Read + Seek>(zip: &mut ZipArchive<R>, name: &str, most: u64, limit: &str) -> Result<Vec<u8>, ArchiveError> {
    let entry = match zip.by_name(name) {
        Err(ZipError::FileNotFound) => return Err(ArchiveError::NotOurs(format!("it holds no {name}"))),
        entry => entry?,
    };
    let too_large = || ArchiveError::TooLarge { name: name.to_owned(), limit: limit.to_owned() };
    let size = entry.size();
    if size > most {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(size.min(FIRST_ROOM) as usize);
    // One more than it says: then it says too little.
    if entry.take(size + 1).read_to_end(&mut bytes)? as u64 > size {
        return Err(too_large());
    }
    Ok(bytes)
}
