//! Reports on single images: computed, drawn, compared with golden tensors.

use serde::{Deserialize, Serialize};

use crate::fungi::Features;
use crate::gallery::{Content, Hash};

/// What has been computed of one image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// SHA-256 of the file.
    pub hash: Hash,
    /// What the file holds; with the inference view's parts alone.
    pub content: Option<Content>,
    /// The parts that were asked for.
    pub features: Features,
    /// What exact cosines of these parts' gradients come from (`fungi::Factors`), if that was asked for; otherwise empty.
    #[serde(with = "serde_bytes")]
    pub factors: Vec<u8>,
    /// Where the time went.
    pub timings: Timings,
}

/// Milliseconds by step, for one image; what images did together counts in equal shares.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timings {
    /// Decoding and the thumbnail.
    pub decode: f64,
    /// Cutting and resampling; for all sets of views at once, together with decoding.
    pub views: f64,
    /// Forward passes, gradients, projection, read-back.
    pub compute: f64,
}

/// A file of the sample set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleFile {
    /// File name.
    pub name: String,
    /// Its class: the folder's name.
    pub label: String,
    /// PNG.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// One quantity compared with golden tensors: the worst over all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParityLine {
    /// Its name in the golden file, without the image.
    pub quantity: String,
    /// Largest absolute difference.
    pub error: f32,
    /// Smallest cosine of a row.
    pub cosine: Option<f32>,
    /// Whether it is within its limit.
    pub ok: bool,
}
