//! Files that are written: tried before anything is computed, and either complete or left as they were.

use std::fs::{self, File, FileType, OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::CliError;

/// A file to write. Only an ordinary file is replaced, and by one with the same permissions. A link is refused rather than
/// followed: where it leads may be a surprise, and replacing it would cut it.
#[derive(Debug)]
pub(super) struct Target {
    path: PathBuf,
    /// Permissions of the file that is replaced.
    permissions: Option<Permissions>,
}

impl Target {
    /// Tries whether a file can be written there: looks at what is there now, and makes a file beside it for a moment.
    ///
    /// # Errors
    ///
    /// [`CliError::Target`], with the reason.
    pub(super) fn new(path: &Path) -> Result<Self, CliError> {
        let refuse = |reason: String| CliError::Target { path: path.to_owned(), reason };
        let slash =
            path.as_os_str().as_encoded_bytes().last().is_some_and(|&last| std::path::is_separator(last.into()));
        let permissions = match fs::symlink_metadata(path) {
            Ok(metadata) if metadata.is_symlink() => {
                return Err(refuse("it is a link; name the file that it leads to, or another".into()));
            }
            Ok(metadata) if !metadata.is_file() => {
                return Err(refuse(format!("it is {}, not a file; name a file", kind(metadata.file_type()))));
            }
            // A file that may not be written is not replaced either.
            Ok(metadata) => OpenOptions::new().write(true).open(path).map(|_| Some(metadata.permissions())),
            Err(error) if error.kind() == ErrorKind::NotFound && !slash && path.file_name().is_some() => Ok(None),
            Err(error) => Err(error),
        };
        let permissions = permissions.map_err(|error| refuse(error.to_string()))?;
        let target = Self { path: path.to_owned(), permissions };
        let part = target.part();
        let tried = create(&part).and_then(|_| fs::remove_file(&part));
        tried.map_err(|error| refuse(error.to_string()))?;
        Ok(target)
    }

    /// Writes the file: beside its place first, then moved onto it.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`]; what was there before is there still.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), CliError> {
        self.write_by(|file| file.write_all(bytes))
    }

    /// The same, piece by piece.
    ///
    /// # Errors
    ///
    /// [`CliError::Write`], also with what `write` gives as a reason; what was there before is there still.
    pub(super) fn write_by(&self, write: impl FnOnce(&mut File) -> std::io::Result<()>) -> Result<(), CliError> {
        let part = self.part();
        let fill = || {
            let mut file = create(&part)?;
            write(&mut file)?;
            if let Some(permissions) = &self.permissions {
                file.set_permissions(permissions.clone())?;
            }
            // Some file systems tell that they are full no earlier.
            file.sync_all()?;
            fs::rename(&part, &self.path)
        };
        fill().map_err(|error| {
            // Whatever the reason was, the half is of no use.
            let _ = fs::remove_file(&part);
            CliError::Write { path: self.path.clone(), reason: error.to_string() }
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Beside it, for what is not complete yet.
    fn part(&self) -> PathBuf {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        self.path.with_file_name(name)
    }
}

/// A new file at `part`. One that a killed process of the same number left there goes; a link is never followed.
fn create(part: &Path) -> std::io::Result<File> {
    let _ = fs::remove_file(part);
    OpenOptions::new().write(true).create_new(true).open(part)
}

/// Writes a file of a folder that was tried, as [`Target`] does.
///
/// # Errors
///
/// [`CliError::Write`]: by now there is a result that is lost.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let target = Target::new(path).map_err(|error| match error {
        CliError::Target { path, reason } => CliError::Write { path, reason },
        error => error,
    });
    target?.write(bytes)
}

/// Makes a folder to write to, unless it is there, and tries whether files can be written in it.
pub(super) fn make_folder(path: &Path) -> Result<(), CliError> {
    let refuse = |reason: String| CliError::Target { path: path.to_owned(), reason };
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_dir() => {
            return Err(refuse(format!("it is {}, not a folder; name a folder", kind(metadata.file_type()))));
        }
        _ => fs::create_dir_all(path).map_err(|error| refuse(error.to_string()))?,
    }
    Target::new(&path.join("mycoscope")).map(|_| ()).map_err(|error| match error {
        CliError::Target { reason, .. } => refuse(reason),
        error => error,
    })
}

/// What lies at a path, as a noun.
pub(super) fn kind(file: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if file.is_fifo() {
            return "a pipe";
        } else if file.is_socket() {
            return "a socket";
        } else if file.is_block_device() || file.is_char_device() {
            return "a device";
        }
    }
    match () {
        () if file.is_dir() => "a folder",
        () if file.is_file() => "a file",
        () => "something else",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_is_an_error_that_names_it() {
        let error = Target::new(Path::new("/no/such/folder/x.safetensors")).unwrap_err().to_string();
        assert!(error.starts_with("/no/such/folder/x.safetensors cannot be written"), "{error}");
        for path in ["", "..", "/", "no-such-folder/"] {
            assert!(matches!(Target::new(Path::new(path)), Err(CliError::Target { .. })), "{path:?}");
        }
    }
}
