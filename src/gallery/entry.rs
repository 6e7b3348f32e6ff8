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

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of [`hexadecimal`] digits; none for anything else.
pub fn parse_hash(digits: &str) -> Option<Hash> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |&[high, low]: &[u8; 2]| u8::try_from(digit(high)? << 4 | digit(low)?).ok();
    pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
}
