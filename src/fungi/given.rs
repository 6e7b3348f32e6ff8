//! What an extractor computes with besides the backbone: drawn from the settings' seed, or supplied by the caller.

use burn::prelude::*;

use super::heads::Heads;
use super::projection::Projector;
use super::{Limits, Negatives, Settings};
use crate::vit::ViTConfig;

/// Heads, projection and negatives, and how much the device may hold.
#[derive(Debug, Clone)]
pub struct Given {
    /// The heads.
    pub heads: Heads,
    /// The projection.
    pub projector: Projector,
    /// SimCLR's negatives; needed if that objective is on.
    pub negatives: Negatives,
    /// Latents of the negatives, `[M, L]`, if they are supplied; they replace `negatives`.
    pub latents: Option<Tensor<2>>,
    /// How much the device may hold at once.
    pub limits: Limits,
}

impl Given {
    /// What `settings.seed` draws for a backbone of this shape.
    pub fn draw(
        settings: &Settings,
        negatives: Negatives,
        limits: Limits,
        config: &ViTConfig,
        device: &Device,
    ) -> Self {
        let heads = Heads::new(settings.seed, config.embedding(), device);
        let size = settings.projected.of(config.embedding());
        let projector = Projector::draw(settings, size, config.dim, &limits, device);
        Self { heads, projector, negatives, latents: None, limits }
    }
}
