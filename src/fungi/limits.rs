//! Limits on how much the device holds at once.

use crate::vit::ViTConfig;

/// Bounds on single tensors and on batches. They decide how work is split, and do not change features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the largest tensor in a forward pass; 128 MiB, the most that small GPUs bind.
    pub activations: usize,
    /// Most views in a forward pass that several images share; 128, since larger batches are no faster.
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
    pub(crate) fn batch(&self, config: &ViTConfig) -> usize {
        let ViTConfig { image, dim, heads, .. } = *config;
        let tokens = config.tokens();
        let view = (tokens * config.mlp_width().max(3 * dim).max(heads * tokens)).max(3 * image * image);
        (self.activations / size_of::<f32>() / view).max(1)
    }

    /// Images of `views` views each that share a forward pass.
    pub(crate) fn images(&self, config: &ViTConfig, views: usize) -> usize {
        (self.batch(config).min(self.views) / views.max(1)).max(1)
    }
}

#[cfg(test)]
mod tests {
    use burn::prelude::Device;

    use super::super::self_test;
    use super::*;

    #[test]
    fn large_models_need_several_passes_and_small_ones_share() {
        let any = self_test::model(&Device::flex()).unwrap();
        let any = any.config().clone();
        let base = ViTConfig { image: 224, patch: 16, dim: 768, heads: 12, hidden: 3072, ..any };
        let limits = Limits::default();
        // 197 tokens of 3072 hidden values: 2.3 MiB a view, so that an image's 62 views take two passes.
        assert_eq!((limits.batch(&base), limits.images(&base, 62)), (55, 1));
        let small = ViTConfig { image: 64, patch: 8, dim: 192, heads: 3, hidden: 768, ..base };
        assert_eq!((limits.images(&small, 62), limits.images(&small, 1)), (2, 128));
        assert_eq!(Limits { activations: 0, views: 0, signs: 0 }.images(&small, 62), 1, "one view at a time at least");
    }
}
