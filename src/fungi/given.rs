//! What an extractor computes with beside the backbone: drawn from the settings' seed, or made elsewhere.

use burn::prelude::*;

use super::heads::Heads;
use super::projection::Projector;
use super::{ExtractError, Settings};

/// What the settings' seed otherwise draws.
#[derive(Debug, Clone)]
pub struct Given {
    /// The heads.
    pub heads: Heads,
    /// The projection.
    pub projector: Projector,
    /// Latents of SimCLR's negatives, `[M, L]`; needed where that objective is on.
    pub negatives: Option<Tensor<2>>,
}

impl Given {
    /// Holds what was given against the settings and the model's width.
    pub(super) fn check(&self, settings: &Settings, dim: usize) -> Result<(), ExtractError> {
        let Self { heads, projector, negatives } = self;
        let same = |name, found, expected| {
            if found == expected { Ok(()) } else { Err(ExtractError::Given { name, found, expected }) }
        };
        for (name, head) in [
            ("KL head", &heads.kl),
            ("DINO student's head", &heads.dino_student),
            ("DINO teacher's head", &heads.dino_teacher),
            ("SimCLR head", &heads.simclr),
        ] {
            same(name, head.dim(), dim)?;
        }
        same("DINO teacher's head", heads.dino_teacher.latent(), heads.dino_student.latent())?;
        if let (Some(negatives), Some(_)) = (negatives, &settings.simclr) {
            same("table of negatives", negatives.dims()[1], heads.simclr.latent())?;
        }
        same("projection", projector.dim(), dim)
    }
}
