//! How much a device is asked to hold at once.

use crate::vit::ViTConfig;

/// Bounds on single tensors and on batches. They decide how work is cut, and change no feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the largest tensor in a forward pass; 128 MiB, the most that small GPUs bind.
    pub activations: usize,
    /// Views that several images may share a forward pass up to; 128, since larger batches are no faster.
    pub views: usize,
    /// Bytes of the largest tensor of a projection's signs; 64 MiB.
    pub signs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { activations: 128 << 20, views: 128, signs: 64 << 20 }
    }
}

impl Limits {
    /// Views that fit into one forward pass, counting attention weights as if they were stored.
    pub(super) fn batch(&self, config: &ViTConfig) -> usize {
        let ViTConfig { image, dim, heads, hidden, .. } = *config;
        let tokens = config.tokens();
        let view = (tokens * hidden.max(3 * dim).max(heads * tokens)).max(3 * image * image);
        (self.activations / size_of::<f32>() / view).max(1)
    }

    /// Images of `views` views each that share a forward pass.
    pub(super) fn images(&self, config: &ViTConfig, views: usize) -> usize {
        (self.batch(config).min(self.views) / views.max(1)).max(1)
    }
}
