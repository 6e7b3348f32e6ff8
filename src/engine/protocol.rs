//! What is said across the engine's border. Both sides are plain data, so that they cross a worker's border as bytes.

use serde::{Deserialize, Serialize};

use super::{SegmentEvent, SegmentRequest};
use crate::fungi::{Features, Settings};
use crate::gallery::Hash;

/// What the engine is asked to do. Requests are served in order, one image at a time; `Stop` overtakes waiting images.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Request {
    /// Choose a device, load a model, prove both. Answered by [`Event::Stage`]s, then [`Event::Ready`] or [`Event::Failed`].
    Start {
        /// Which device is wanted.
        device: Choice,
        /// Name in the catalogue (`models/catalogue.json`).
        model: String,
        /// Where the catalogue's files are, ending in a slash.
        base: String,
        /// The method's settings.
        settings: Settings,
    },
    /// Change settings; what was computed before no longer counts as known. Answered by [`Event::Ready`].
    Configure(Settings),
    /// Files that need not be computed again: the other side still has their features.
    Known(Vec<Hash>),
    /// Compute one image. Answered by [`Event::Item`], [`Event::Duplicate`] or [`Event::Rejected`].
    Embed {
        /// Chosen by the asker, returned with the answer.
        id: u32,
        /// The file's bytes.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Give up waiting images. Answered by [`Event::Stopped`]. The image in work is finished first.
    Stop,
    /// Draw the sample set. Answered by [`Event::Sample`].
    Sample {
        /// Seed of the drawings.
        seed: u64,
    },
    /// Something about segmentation. Answered by [`Event::Segment`].
    Segment(SegmentRequest),
    /// Hold a device against golden tensors (`tests/golden/README.md`), apart from what is started.
    /// Answered by [`Event::Parity`] or [`Event::Failed`].
    Parity {
        /// The device.
        device: Choice,
        /// Where the golden folder is, ending in a slash.
        base: String,
    },
}

/// What the engine says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// Awake, and listening: the first thing a worker says. Messages before it would be lost.
    Hello,
    /// A step of starting up.
    Stage(Stage),
    /// Images may come.
    Ready {
        /// Where it computes.
        device: DeviceInfo,
        /// What it computes with.
        model: ModelInfo,
        /// Time from `Start` to here, milliseconds.
        millis: f64,
    },
    /// One image is done.
    Item(Box<Item>),
    /// These bytes are known already (computed before, or named by [`Request::Known`]).
    Duplicate {
        /// The asker's number.
        id: u32,
        /// The content's hash.
        hash: Hash,
    },
    /// This file can't be used; the others go on.
    Rejected {
        /// The asker's number.
        id: u32,
        /// A sentence: what happened and what to do.
        reason: String,
    },
    /// The asked images that were given up.
    Stopped {
        /// The askers' numbers.
        ids: Vec<u32>,
    },
    /// The drawn sample set, as files.
    Sample(Vec<SampleFile>),
    /// Something about segmentation.
    Segment(SegmentEvent),
    /// Something that a person should know; work goes on.
    Warning(String),
    /// The engine can't work (again): the sentence says why and what helps.
    Failed {
        /// What happened and what to do.
        reason: String,
        /// Whether the CPU backend may help: the GPU was at fault.
        gpu: bool,
    },
    /// How far the device is from the golden tensors.
    Parity(Vec<ParityLine>),
}

/// One quantity held against golden tensors: the worst over all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParityLine {
    /// Its name in the golden file, less the image.
    pub quantity: String,
    /// Largest absolute difference.
    pub error: f32,
    /// Smallest cosine of a row.
    pub cosine: Option<f32>,
    /// Whether its limit holds.
    pub ok: bool,
}

/// Which device is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Choice {
    /// The GPU through WebGPU (in a browser) or wgpu (natively).
    Gpu,
    /// Burn's CPU backend.
    Cpu,
}

/// A step of starting up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Stage {
    /// Opening the device.
    Device,
    /// Known-answer test: a tiny forward pass and gradient.
    SelfTest,
    /// Weights arriving.
    Download {
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Weights held against their SHA-256.
    Verify,
    /// Weights going to the device.
    Upload,
    /// First pass: a GPU compiles its shaders.
    WarmUp,
}

/// Where it computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Which backend.
    pub backend: Backend,
    /// The adapter's name, or "CPU".
    pub name: String,
}

/// Burn's backends, as used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Backend {
    /// The CPU (burn-flex).
    Cpu,
    /// WebGPU or native wgpu (burn-wgpu).
    Gpu,
}

/// What it computes with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// Name in the catalogue.
    pub name: String,
    /// A line for people: architecture, training.
    pub description: String,
    /// SPDX name of the licence.
    pub licence: String,
    /// Bytes of the weights.
    pub bytes: u64,
    /// Where they came from.
    pub source: String,
    /// Side of the input in pixels.
    pub image: usize,
    /// Side of a patch in pixels.
    pub patch: usize,
    /// Embedding size E.
    pub dim: usize,
}

/// One computed image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The asker's number.
    pub id: u32,
    /// SHA-256 of the file.
    pub hash: Hash,
    /// Width and height in pixels, upright.
    pub size: (u32, u32),
    /// A JPEG of at most 128 pixels a side.
    #[serde(with = "serde_bytes")]
    pub thumbnail: Vec<u8>,
    /// The features.
    pub features: Features,
    /// Where the time went.
    pub timings: Timings,
}

/// Milliseconds by stage, for one image.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timings {
    /// Decoding and the thumbnail.
    pub decode: f64,
    /// Cutting and resampling views.
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
