//! The images of a folder: found in a fixed order, read and decoded ahead of the computation.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::Scope;

use sha2::{Digest, Sha256};
use walkdir::{DirEntry, WalkDir};

use super::CliError;
use super::target::kind;
use crate::gallery::Hash;
use crate::image::{self, MAX_BYTES, Rgb, check_bytes};

/// A file that may be an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// Its path within the folder, with slashes.
    pub name: String,
    /// The name of the folder that it lies in, unless that is the folder itself.
    pub label: Option<String>,
    /// Why it is not to be read, as a sentence: it is no file.
    pub refused: Option<String>,
}

impl Found {
    /// Reads and decodes it.
    ///
    /// # Errors
    ///
    /// The reason, as a sentence.
    pub(super) fn read(&self) -> Result<Picture, String> {
        self.refused.clone().map_or_else(|| read(&self.path), Err)
    }
}

/// An image that was read.
pub(super) struct Picture {
    pub hash: Hash,
    pub image: Rgb,
}

/// Every file below `folder`, by name; hidden ones are skipped, links are followed. What is no file and no folder that can
/// be walked counts as a file that cannot be read, so that it is reported: links that lead in a circle or nowhere, folders
/// that cannot be opened, pipes, sockets and devices, from which reading might never end.
pub(super) fn find(folder: &Path) -> Result<Vec<Found>, CliError> {
    let metadata = std::fs::metadata(folder).map_err(|error| CliError::read(folder, error))?;
    if !metadata.is_dir() {
        return Err(CliError::NotAFolder(folder.to_owned()));
    }
    std::fs::read_dir(folder).map_err(|error| CliError::read(folder, error))?;
    let hidden = |entry: &DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name();
    let mut files = Vec::new();
    for entry in walk.into_iter().filter_entry(|entry| !hidden(entry)) {
        let (path, refused) = match entry {
            Ok(entry) if entry.file_type().is_dir() => continue,
            Ok(entry) if entry.file_type().is_file() => (entry.into_path(), None),
            Ok(entry) => {
                let reason = format!("It is {}, not a file.", kind(entry.file_type()));
                (entry.into_path(), Some(reason))
            }
            Err(error) => (error.path().unwrap_or(folder).to_owned(), Some(refusal(&error))),
        };
        let inside = path.strip_prefix(folder).unwrap_or(&path);
        let names: Vec<_> = inside.iter().map(|name| name.to_string_lossy().into_owned()).collect();
        let label = names.len().checked_sub(2).map(|parent| names[parent].clone());
        files.push(Found { name: names.join("/"), label, path, refused });
    }
    if files.is_empty() { Err(CliError::Empty(folder.to_owned())) } else { Ok(files) }
}

/// Why a walk could not go on, as a sentence.
fn refusal(error: &walkdir::Error) -> String {
    match error.io_error() {
        None => "It is a link to a folder that it lies in; following it would never end.".into(),
        Some(io) if io.kind() == ErrorKind::NotFound => "It is a link that leads nowhere.".into(),
        Some(io) => format!("It cannot be opened: {io}."),
    }
}

/// Reads one file, unless it is larger than any image may be.
///
/// # Errors
///
/// The reason, as a sentence.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("The file cannot be read: {error}.");
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    // A device has no size, and is read as far as a file would be.
    if size > 0 {
        check_bytes(size).map_err(|error| error.to_string())?;
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Reads and decodes one file.
///
/// # Errors
///
/// The reason, as a sentence.
pub(super) fn read(path: &Path) -> Result<Picture, String> {
    let bytes = read_bytes(path)?;
    let image = image::decode(&bytes).map_err(|error| error.to_string())?;
    Ok(Picture { hash: Sha256::digest(&bytes).into(), image })
}

/// Reads and decodes `files` on a few threads; the results come in the files' order, no more than a few waiting.
pub(super) fn read_ahead<'scope, 'env>(
    scope: &'scope Scope<'scope, 'env>,
    files: &'env [Found],
) -> impl Iterator<Item = Result<Picture, String>> + use<'scope, 'env> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    let channels: Vec<Receiver<_>> = (0..threads)
        .map(|first| {
            let (sender, receiver) = sync_channel(1);
            scope.spawn(move || {
                // Stops early where nobody waits for the rest.
                files.iter().skip(first).step_by(threads).map(Found::read).all(|picture| sender.send(picture).is_ok())
            });
            receiver
        })
        .collect();
    (0..files.len()).map_while(move |i| channels[i % threads].recv().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_the_nearest_folders_names_and_hidden_files_are_skipped() {
        let folder = std::env::temp_dir().join(format!("mycoscope-folder-{}", std::process::id()));
        let hidden = folder.join(".hidden");
        let deep = folder.join("b/deep");
        std::fs::create_dir_all(&hidden).unwrap();
        std::fs::create_dir_all(&deep).unwrap();
        for path in ["z.png", ".dot.png", "b/y.png", "b/deep/x.png", ".hidden/w.png", "b/a.png"] {
            std::fs::write(folder.join(path), b"not an image").unwrap();
        }
        let found = find(&folder).unwrap();
        let found: Vec<_> = found.iter().map(|file| (file.name.as_str(), file.label.as_deref())).collect();
        assert_eq!(
            found,
            [("b/a.png", Some("b")), ("b/deep/x.png", Some("deep")), ("b/y.png", Some("b")), ("z.png", None)]
        );
        assert!(matches!(find(&folder.join("z.png")), Err(CliError::NotAFolder(_))));
        assert!(matches!(find(&hidden.join("none")), Err(CliError::Read { .. })));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
