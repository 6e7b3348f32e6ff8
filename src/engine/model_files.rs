//! A model's files, and what they do not say about themselves.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::gallery::file::hexadecimal;
use crate::vit::{LoadOptions, catalogue::Checkpoint};

/// A model's files, wherever they come from, with what is known about them.
#[derive(Debug, Clone)]
pub struct ModelFiles {
    /// Name in the catalogue, or the file's.
    pub name: String,
    /// A short description: architecture, training.
    pub description: String,
    /// SPDX name of the licence.
    pub licence: String,
    /// Where the weights came from.
    pub source: String,
    /// SHA-256 of the weights, in hexadecimal.
    pub sha256: String,
    /// The weights, a safetensors file.
    pub bytes: Cow<'static, [u8]>,
    /// What the weights do not say.
    pub options: LoadOptions,
    /// The file of SimCLR's negatives; without one they are computed when needed.
    pub negatives: Option<Cow<'static, [u8]>>,
}

impl ModelFiles {
    /// A model of the catalogue.
    pub fn of_checkpoint(
        checkpoint: &Checkpoint,
        bytes: Cow<'static, [u8]>,
        negatives: Option<Cow<'static, [u8]>>,
    ) -> Self {
        Self {
            name: checkpoint.name.clone(),
            description: checkpoint.description.clone(),
            licence: checkpoint.licence.clone(),
            source: checkpoint.source.clone(),
            sha256: checkpoint.sha256.clone(),
            bytes,
            options: checkpoint.options(),
            negatives,
        }
    }

    /// A file that is not in a catalogue.
    pub fn of_file(name: String, bytes: Vec<u8>) -> Self {
        Self {
            name,
            description: String::new(),
            licence: String::new(),
            source: String::new(),
            sha256: hexadecimal(&Sha256::digest(&bytes)),
            bytes: bytes.into(),
            options: LoadOptions::default(),
            negatives: None,
        }
    }
}
