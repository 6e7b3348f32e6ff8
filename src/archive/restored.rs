//! What comes back from an archive.

use serde::{Deserialize, Serialize};

use crate::fungi::Features;
use crate::gallery::Hash;

/// An image of an archive: everything but its picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RestoredImage {
    /// The file's name, as it was.
    pub name: String,
    /// Its class.
    pub label: Option<String>,
    /// SHA-256 of its file.
    pub hash: Hash,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Its features, to the bit as they were.
    pub features: Features,
}
