//! The shape of a backbone, and what its file cannot tell.

use serde::{Deserialize, Serialize};

/// ImageNet's mean per channel, in 0..1.
pub const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];
/// ImageNet's standard deviation per channel, in 0..1.
pub const IMAGENET_STD: [f32; 3] = [0.229, 0.224, 0.225];

/// The shape of a ViT, as read from its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ViTConfig {
    /// Side of the inference view in pixels.
    pub image: usize,
    /// Side of a patch in pixels.
    pub patch: usize,
    /// Width of a token.
    pub dim: usize,
    /// Blocks.
    pub depth: usize,
    /// Attention heads per block.
    pub heads: usize,
    /// Width of the MLP's hidden layer.
    pub hidden: usize,
    /// Added to the variance in every norm.
    pub eps: f32,
    /// Mean per channel of the pixels it was trained on, in 0..1.
    pub mean: [f32; 3],
    /// Standard deviation per channel of the pixels it was trained on, in 0..1.
    pub std: [f32; 3],
}

impl ViTConfig {
    /// Tokens of an inference view, the class token among them.
    pub const fn tokens(&self) -> usize {
        1 + (self.image / self.patch) * (self.image / self.patch)
    }

    /// Width of one head.
    pub const fn head(&self) -> usize {
        self.dim / self.heads
    }
}

/// What the weights do not say about a backbone; every part has a default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoadOptions {
    /// Side of the inference view; the one that the position embeddings were trained for.
    pub image: Option<usize>,
    /// Attention heads; width / 64.
    pub heads: Option<usize>,
    /// Mean per channel; ImageNet's.
    pub mean: Option<[f32; 3]>,
    /// Standard deviation per channel; ImageNet's.
    pub std: Option<[f32; 3]>,
    /// Added to the variance in every norm; 1e-6.
    pub eps: Option<f32>,
}
