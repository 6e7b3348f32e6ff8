//! Features as NumPy's archive of arrays, which `numpy.load` opens without pickle.

use std::io::{Cursor, Write};

use zip::ZipWriter;

use super::packer::options;
use super::{ArchiveError, npy_matrix, npy_texts};
use crate::fungi::{Features, Part};
use crate::gallery::file::GalleryError;
use crate::gallery::{Entry, Provenance, hexadecimal};

/// The bytes of a `.npz`: a matrix `[images, size]` under each part's key; `name`, `label` (empty where there is none) and
/// `sha256` of each image; `provenance`, a text of JSON.
///
/// # Errors
///
/// If the images do not have the same parts in the same sizes.
pub fn npz(images: &[(&Entry, &Features)], provenance: &Provenance) -> Result<Vec<u8>, ArchiveError> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: Vec<u8>| -> Result<(), ArchiveError> {
        zip.start_file(format!("{name}.npy"), options(bytes.len()))?;
        Ok(zip.write_all(&bytes)?)
    };
    for part in Part::ALL {
        let rows = matrix(images, part)?;
        if let Some(width) = rows.first().map(|row| row.len()) {
            add(part.key(), npy_matrix(rows.len(), width, rows.into_iter().flatten().copied())?)?;
        }
    }
    let texts = |text: &dyn Fn(&Entry) -> String| -> Result<Vec<u8>, ArchiveError> {
        let texts: Vec<String> = images.iter().map(|(entry, _)| text(entry)).collect();
        Ok(npy_texts(&texts.iter().map(String::as_str).collect::<Vec<_>>())?)
    };
    add("name", texts(&|entry| entry.name.clone())?)?;
    add("label", texts(&|entry| entry.label.clone().unwrap_or_default())?)?;
    add("sha256", texts(&|entry| entry.content.as_ref().map(|c| hexadecimal(&c.hash)).unwrap_or_default())?)?;
    add("provenance", npy_texts(&[&serde_json::to_string(provenance).map_err(std::io::Error::from)?])?)?;
    Ok(zip.finish()?.into_inner())
}

/// The rows of a part, all of one width; none if no image has it.
///
/// # Errors
///
/// If only some have it, or in another width.
pub fn matrix<'a>(images: &[(&Entry, &'a Features)], part: Part) -> Result<Vec<&'a [f32]>, GalleryError> {
    let rows: Vec<&[f32]> = images.iter().filter_map(|(_, features)| features.get(part)).collect();
    let even = rows.iter().all(|row| row.len() == rows[0].len());
    match rows.is_empty() || (even && rows.len() == images.len()) {
        true => Ok(rows),
        false => Err(GalleryError::Uneven(part.key())),
    }
}
