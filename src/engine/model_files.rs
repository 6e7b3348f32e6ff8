//! A model's files, and what they do not say about themselves.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};
use serde_bytes::ByteBuf;

use crate::vit::LoadOptions;

/// A model's files, wherever they come from, with what is known about them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// What else tells its features from others of the same weights, as words; empty where it is used as it was trained.
    pub variant: String,
    /// The weights, a safetensors file.
    #[serde(serialize_with = "serde_bytes::serialize", deserialize_with = "owned")]
    pub bytes: Cow<'static, [u8]>,
    /// What the weights do not say.
    pub options: LoadOptions,
    /// The file of SimCLR's negatives; without one they are computed when needed.
    #[serde(serialize_with = "serde_bytes::serialize", deserialize_with = "owned_if_any")]
    pub negatives: Option<Cow<'static, [u8]>>,
}

fn owned<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, [u8]>, D::Error> {
    Ok(ByteBuf::deserialize(deserializer)?.into_vec().into())
}

fn owned_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Cow<'static, [u8]>>, D::Error> {
    Ok(Option::<ByteBuf>::deserialize(deserializer)?.map(|bytes| bytes.into_vec().into()))
}

impl ModelFiles {
    /// The bytes of the files, in order: weights, then negatives.
    pub fn contents(&mut self) -> Vec<&mut Vec<u8>> {
        std::iter::once(&mut self.bytes).chain(&mut self.negatives).map(Cow::to_mut).collect()
    }
}

#[cfg(feature = "engine")]
impl ModelFiles {
    /// A model of the catalogue.
    pub fn of_checkpoint(
        checkpoint: &crate::vit::catalogue::Checkpoint,
        bytes: Cow<'static, [u8]>,
        negatives: Option<Cow<'static, [u8]>>,
    ) -> Self {
        Self {
            name: checkpoint.name.clone(),
            description: checkpoint.description.clone(),
            licence: checkpoint.licence.clone(),
            source: checkpoint.source.clone(),
            sha256: checkpoint.sha256.clone().unwrap_or_else(|| sha256(&bytes)),
            variant: String::new(),
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
            sha256: sha256(&bytes),
            variant: String::new(),
            bytes: bytes.into(),
            options: LoadOptions::default(),
            negatives: None,
        }
    }
}

/// SHA-256 in hexadecimal.
#[cfg(feature = "engine")]
fn sha256(bytes: &[u8]) -> String {
    crate::gallery::hexadecimal(&<sha2::Sha256 as sha2::Digest>::digest(bytes))
}
