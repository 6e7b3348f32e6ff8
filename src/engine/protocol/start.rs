//! Progress of long requests, and the result of starting device and model.

use serde::{Deserialize, Serialize};

use crate::engine::Backend;

/// A step of a long request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Progress {
    /// The device is being opened.
    Device,
    /// A tiny forward pass and gradient are being checked against known answers.
    SelfTest,
    /// Weights are being downloaded.
    Download {
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Weights are being checked against their SHA-256.
    Verify,
    /// Weights are being copied to the device.
    Upload,
    /// SimCLR's negatives are being computed, since the model has none.
    Negatives {
        /// Images so far.
        done: usize,
        /// Images in all.
        total: usize,
    },
    /// The first passes, one for each set of views: a GPU compiles its shaders.
    WarmUp {
        /// Passes so far.
        done: usize,
        /// Passes in all.
        total: usize,
    },
    /// An image of the queue is being read; until the next step or answer, it is what the engine is at.
    Reading,
    /// The images that were read are being computed.
    Computing,
    /// Dense gradients of segmentation's photos are being computed.
    Gradients {
        /// Photos so far.
        done: usize,
        /// Photos in all.
        total: usize,
    },
}

/// Device and model are ready.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ready {
    /// Where it computes.
    pub device: DeviceInfo,
    /// What it computes with.
    pub model: ModelInfo,
    /// Milliseconds from the request to here.
    pub millis: f64,
    /// Milliseconds for a view once warm.
    pub view_millis: f64,
    /// The same on one of this machine's cores, if it was asked for and the device is a GPU.
    pub cpu_view_millis: Option<f64>,
    /// How many images share a forward pass, for each of the settings' sets of views.
    pub together: Vec<usize>,
}

/// Where it computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Which kind.
    pub backend: Backend,
    /// The adapter's name, or "CPU".
    pub name: String,
}

/// What it computes with.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Name in the catalogue, or the file's.
    pub name: String,
    /// A short description: architecture, training.
    pub description: String,
    /// SPDX name of the licence.
    pub licence: String,
    /// Bytes of the weights.
    pub bytes: u64,
    /// Where they came from.
    pub source: String,
    /// SHA-256 of the weights, in hexadecimal.
    pub sha256: String,
    /// What else tells its features from others of the same weights; empty where it is used as it was trained.
    pub variant: String,
    /// Side of the input in pixels.
    pub image: usize,
    /// Side of a patch in pixels.
    pub patch: usize,
    /// Width of a token.
    pub dim: usize,
    /// Numbers of the embedding.
    pub embedding: usize,
    /// SHA-256 of SimCLR's negatives, in hexadecimal; empty without SimCLR.
    pub negatives: String,
}

impl ModelInfo {
    /// What features are kept under: the weights, and how they are used where that is not as they were trained.
    pub fn identity(&self) -> String {
        format!("{} {}", self.sha256, self.variant).trim_end().to_owned()
    }
}
