//! What an extractor computes with besides the backbone: drawn from the settings' seed, or supplied by the caller.

use burn::prelude::*;

use super::heads::Heads;
use super::projection::Projector;
use super::{Limits, Negatives, Settings};

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
    /// What `settings.seed` draws for embeddings of size `dim`.
    pub fn draw(settings: &Settings, negatives: Negatives, limits: Limits, dim: usize, device: &Device) -> Self {
        let heads = Heads::new(settings.seed, dim, device);
        let projector = Projector::draw(settings, dim, &limits, device);
        Self { heads, projector, negatives, latents: None, limits }
    }
}
