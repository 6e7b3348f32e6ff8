//! One image of a gallery.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// SHA-256 of a file's bytes: what makes two images the same.
pub type Hash = [u8; 32];

/// An image's number in its gallery; it is never reused.
pub type Id = u32;

/// What is kept of a file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Width and height in pixels, upright.
    pub size: (u32, u32),
    /// A small JPEG; empty where no thumbnail is needed.
    #[serde(with = "serde_bytes")]
    pub thumbnail: Vec<u8>,
}

/// One image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: Id,
    /// The file's name, with its folders where they are known.
    pub name: String,
    /// Its class: initially the name of its folder.
    pub label: Option<String>,
    /// What the file holds, once it has been read.
    pub content: Option<Arc<Content>>,
}

impl Entry {
    /// Whether it has this content.
    pub fn has(&self, hash: &Hash) -> bool {
        self.content.as_ref().is_some_and(|content| content.hash == *hash)
    }
}
