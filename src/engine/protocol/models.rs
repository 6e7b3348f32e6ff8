//! Models: which there are, where they are kept, and what is asked about them.

use serde::{Deserialize, Serialize};

use crate::engine::Backend;
use crate::fungi::Settings;
use crate::vit::{LoadOptions, ViTConfig};

/// A request about models. A browser keeps those that do not come with the page in its private file system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ModelRequest {
    /// List them. Answered by [`Answer::Models`](super::Answer::Models).
    List {
        /// Where the catalogue's files are, ending in a slash.
        base: String,
    },
    /// Get a model's files, from wherever they are; a download goes on where an earlier one ended. Answered by
    /// [`Answer::Fetched`](super::Answer::Fetched) or [`Answer::Refused`](super::Answer::Refused).
    Download {
        /// Its name.
        name: String,
        /// Where the catalogue's files are, ending in a slash.
        base: String,
        /// Side of the inference view in pixels, unless the model's own.
        side: Option<usize>,
        /// Where it is to compute, and how: whether there is memory enough is told before anything is downloaded.
        plan: Box<Plan>,
    },
    /// Tell what model a safetensors file holds. Answered by [`Answer::Recognised`](super::Answer::Recognised) or
    /// [`Answer::Refused`](super::Answer::Refused).
    Recognise {
        /// The file; in a browser it may accompany the message instead, and then only its header is read.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Keep a file as a model. Answered by [`Answer::Fetched`](super::Answer::Fetched) or
    /// [`Answer::Refused`](super::Answer::Refused).
    Keep {
        /// The file's name.
        file: String,
        /// What the file does not say.
        options: LoadOptions,
        /// Where the catalogue's files are, ending in a slash.
        base: String,
        /// Where it is to compute, and how.
        plan: Box<Plan>,
        /// The file; in a browser it accompanies the message.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Remove models, or what there is of them. Answered by [`Answer::Models`](super::Answer::Models).
    Forget {
        /// Their names.
        names: Vec<String>,
        /// Where the catalogue's files are, ending in a slash.
        base: String,
    },
    /// Give the negatives of the model that is loaded, for other workers, and keep them for later. Answered by
    /// [`Answer::Negatives`](super::Answer::Negatives).
    Negatives,
}

/// What a model is to be used for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The device.
    pub backend: Backend,
    /// The method's settings.
    pub settings: Settings,
}

/// A model that can be chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name in the catalogue, or the one that a file was given.
    pub name: String,
    /// What it is and how it was made, in words.
    pub description: String,
    /// Size of the weights in bytes.
    pub bytes: u64,
    /// Licence of the weights; empty where it is not known.
    pub licence: String,
    /// Its shape.
    pub config: ViTConfig,
    /// Where it comes from.
    pub place: Place,
    /// What this browser keeps of it.
    pub kept: Option<Kept>,
}

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// With the page.
    Included,
    /// The hub: the file's address.
    Hub(String),
    /// Elsewhere, for people to download and drop: its address, or a page that links to it.
    Elsewhere(String),
    /// A person's file.
    Dropped,
}

/// What a browser keeps of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Bytes that are there.
    pub bytes: u64,
    /// Whether that is all.
    pub complete: bool,
    /// Whether it has the SHA-256 that was published with it; where none was, nobody can tell.
    pub verified: bool,
    /// When it was last used, in milliseconds since 1970.
    pub used: f64,
}
