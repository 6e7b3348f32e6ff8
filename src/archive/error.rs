//! Why an archive could not be written or read.

use zip::result::ZipError;

use crate::gallery::file::GalleryError;

/// Why an archive could not be written or read: sentences that start after a file's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The features cannot be saved, or are damaged.
    #[error("its features: {0}")]
    Gallery(#[from] GalleryError),
    /// It is no zip, or a damaged one.
    #[error("it is not a complete zip file ({0})")]
    Zip(#[from] ZipError),
    /// Bytes could not be read or written.
    #[error("it could not be read or written to its end ({0})")]
    Io(#[from] std::io::Error),
    /// A zip of something else.
    #[error("it is a zip file, but not one of results that Mycoscope wrote: {0}")]
    NotOurs(String),
    /// An entry that is larger than any that is written.
    #[error("its {name} is larger than {limit}, so it is not read")]
    TooLarge {
        /// The entry.
        name: String,
        /// The limit, in words.
        limit: String,
    },
    /// A picture's bytes are not those that it had.
    #[error("its picture {0} is not the one that the features were made from")]
    OtherPicture(String),
    /// A chart could not be drawn.
    #[error("the map could not be drawn ({0})")]
    Chart(String),
}
