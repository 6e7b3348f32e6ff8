//! Mycoscope shows what self-supervised gradients add to a frozen vision transformer: FUNGI features
//! (Simoncini, Gidaris, Bursuc, Asano: "No Train, all Gain", NeurIPS 2024, arXiv 2407.10964) beside the plain embedding.
//!
//! The house, from the ground up; nothing below knows who is above:
//!
//! - [`random`]: the one source of chance, a counter-based generator that gives the same bits everywhere.
//! - `cores`: all cores and wide vectors, where there are any.
//! - [`arithmetic`]: inner products, medians.
//! - [`image`]: pixels in. Bounded decoding, Pillow's resampling, encoding, masks.
//! - [`drawings`]: the sample set and the scenes that the program draws itself.
//! - [`kernels`]: the fused operations that Burn lacks, for its CPU and its GPU backend.
//! - [`vit`]: the backbone and its weights.
//! - [`fungi`]: the method. Objectives, the last block's tail and its gradient, projection, features.
//! - [`gallery`]: what has been computed: items, labels, features.
//! - [`retrieval`]: neighbours, votes, metrics.
//! - [`archive`]: results in one file.
//! - [`segmentation`]: memory bank, label propagation, IoU.
//! - [`wire`]: messages between the page and its workers.
//! - [`analysis`]: what features are worth, in a worker of its own: evaluation, maps, archives.
//! - [`engine`]: the one owner of device and model.
//! - [`ui`]: the page. What of it needs no browser, such as reading its address, is compiled everywhere.
//! - [`cli`]: the command line.

pub mod analysis;
pub mod archive;
pub mod arithmetic;
#[cfg(any(feature = "engine", feature = "evaluation"))]
mod cores;
#[cfg(feature = "engine")]
pub mod drawings;
#[cfg(feature = "engine")]
pub mod image;
pub mod kernels;
pub mod vit;

#[cfg(feature = "cli")]
pub mod cli;
pub mod engine;
pub mod fungi;
pub mod gallery;
pub mod random;
pub mod retrieval;
pub mod segmentation;
pub mod ui;
pub mod wire;
