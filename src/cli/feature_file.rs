//! In which form `embed` writes features: what the file's ending says.

use std::path::{Path, PathBuf};

use super::CliError;
use crate::archive::npz;
use crate::fungi::Features;
use crate::gallery::file::save;
use crate::gallery::{Entry, Provenance};

/// A file of features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FeatureFile {
    /// The gallery's own, which can be gone on from; whatever ends otherwise.
    Safetensors,
    /// NumPy's.
    Npz,
    /// A table.
    Parquet,
}

impl FeatureFile {
    /// By the name's ending.
    ///
    /// # Errors
    ///
    /// If this program was built without what writes it.
    pub(super) fn of(path: &Path) -> Result<Self, CliError> {
        let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
        match ending.to_str() {
            Some("npz") => Ok(Self::Npz),
            Some("parquet") if cfg!(feature = "parquet") => Ok(Self::Parquet),
            Some("parquet") => Err(CliError::NoParquet(path.to_owned())),
            _ => Ok(Self::Safetensors),
        }
    }

    /// The gallery file whose `.part` keeps what an interrupted run computed: only that kind can be gone on from.
    pub(super) fn resumable(self, out: &Path) -> PathBuf {
        match self {
            Self::Safetensors => out.to_owned(),
            Self::Npz | Self::Parquet => out.with_extension("safetensors"),
        }
    }

    /// The file's bytes.
    ///
    /// # Errors
    ///
    /// If images lack parts that others have.
    pub(super) fn bytes(self, images: &[(&Entry, &Features)], provenance: &Provenance) -> Result<Vec<u8>, CliError> {
        match self {
            Self::Safetensors => Ok(save(images.iter().copied(), provenance)?),
            Self::Npz => Ok(npz(images, provenance)?),
            #[cfg(feature = "parquet")]
            Self::Parquet => Ok(crate::archive::parquet(images, provenance)?),
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => Err(CliError::NoParquet(PathBuf::new())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_says_the_form() {
        let of = |name: &str| FeatureFile::of(Path::new(name)).ok();
        assert_eq!(of("a/f.safetensors"), Some(FeatureFile::Safetensors));
        assert_eq!(of("a.npz/f"), Some(FeatureFile::Safetensors));
        assert_eq!(of("f.NPZ"), Some(FeatureFile::Npz));
        assert_eq!(of("f.parquet"), cfg!(feature = "parquet").then_some(FeatureFile::Parquet));
        let part = FeatureFile::Npz.resumable(Path::new("a/f.npz"));
        assert_eq!(part, Path::new("a/f.safetensors"));
    }
}
