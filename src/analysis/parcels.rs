//! What the page and the worker say about archives.

use serde::{Deserialize, Serialize};

use crate::archive::{Making, RestoredImage};
use crate::gallery::{Hash, Id};
use crate::retrieval::FeatureSet;

/// What to pack.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pack {
    /// The images, in order. The worker has their features.
    pub images: Vec<PackedImage>,
    /// How the features were made.
    pub making: Making,
    /// The neighbourhood for which one number is shown.
    pub k: usize,
    /// Seed of draws, starts and intervals.
    pub seed: u64,
    /// Feature sets beside the standard ones: a person's own weights.
    pub own: Vec<FeatureSet>,
    /// Whether the pictures go into the archive: the files of the pictured images then accompany the message, in order.
    pub with_pictures: bool,
}

/// An image to pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedImage {
    /// Its number, by which the worker knows its features.
    pub id: Id,
    /// The file's name.
    pub name: String,
    /// Its class.
    pub label: Option<String>,
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Whether its file is there.
    pub pictured: bool,
}

/// What comes out of an archive, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Unpacked {
    /// It is an archive. First.
    Made {
        /// How its features were made.
        making: Box<Making>,
        /// How many images there are.
        images: usize,
    },
    /// Further images, and their pictures.
    Images(Vec<(RestoredImage, Placed)>),
}

/// Where a picture is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Placed {
    /// Not in the archive, or not what it was.
    Absent,
    /// A piece of the archive's file.
    Stored {
        /// Where it begins.
        start: u64,
        /// Its length in bytes.
        length: u64,
    },
    /// Here: somebody has packed the archive anew.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
}
