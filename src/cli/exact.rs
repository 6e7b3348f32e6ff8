//! `--exact`: what cosines without projection take, said before anything is computed.

use burn::prelude::Device;

use super::floor::Product;
use super::streams::say;
use super::{CliError, memory};
use crate::engine::Engine;
use crate::retrieval::exact_features_bytes;

/// How much of the rate of a large matrix product the smaller ones here reach, at least.
const SHARE: f64 = 0.5;

/// What the exact cosines of some images take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Need {
    images: usize,
    /// Of the gradients' factors.
    factors: u64,
    /// Of what is computed with them.
    more: u64,
    /// Floating-point operations.
    operations: f64,
}

impl Need {
    /// Of one query with so many images.
    pub(super) fn of_query(engine: &Engine, images: usize, centred: bool) -> Result<Self, CliError> {
        let (need, views, dim) = Self::factors(engine, images)?;
        let pairs: f64 = views.iter().map(|views| 4.0 * views * views * dim).sum();
        // Each image's product with the mean, and its part of it.
        let mean: f64 = if centred { views.iter().map(|views| 4.0 * views * dim * (dim + 1.0)).sum() } else { 0.0 };
        Ok(Self { operations: images as f64 * (pairs + mean), ..need })
    }

    /// Of all pairs of so many images.
    pub(super) fn of_pairs(engine: &Engine, images: usize) -> Result<Self, CliError> {
        let (need, views, dim) = Self::factors(engine, images)?;
        let count = images as f64;
        // Gradients are written out, multiplied by each other below the diagonal, and the matrix is factorised, in f64.
        let write: f64 = views.iter().map(|views| 2.0 * views * dim * (dim + 1.0)).sum();
        let pairs = views.len() as f64 * (count * dim * (dim + 1.0) + count * count * 2.0 / 3.0);
        let more = exact_features_bytes(images, views.len(), dim as usize);
        Ok(Self { more, operations: count * (write + pairs), ..need })
    }

    /// What is kept; the views of each gradient, and the backbone's width.
    fn factors(engine: &Engine, images: usize) -> Result<(Self, Vec<f64>, f64), CliError> {
        let extractor = engine.extractor()?;
        let (settings, config) = (extractor.settings(), extractor.vit().config());
        let factors = images as u64 * settings.factor_bytes(config.image, config.dim);
        let views = settings.objectives.iter().map(|objective| objective.views().count(config.image) as f64).collect();
        Ok((Self { images, factors, more: 0, operations: 0.0 }, views, config.dim as f64))
    }

    /// Says it.
    ///
    /// # Errors
    ///
    /// If there is less memory.
    pub(super) fn say(&self) -> Result<(), CliError> {
        self.fits(memory::available())?;
        let Self { images, factors, more, operations } = *self;
        let seconds = operations / 1e9 / (SHARE * Product::new(&Device::flex()).rate()?);
        let more = if more > 0 { format!(", comparing them {}", mebibytes(more)) } else { String::new() };
        say(&format!(
            "Exact: the gradients of {images} images take {}{more}, and about {seconds:.1} s beside the features.",
            mebibytes(factors)
        ))
    }

    fn fits(&self, free: Option<u64>) -> Result<(), CliError> {
        let needed = self.factors + self.more;
        match free {
            Some(free) if free < needed => {
                Err(CliError::ExactMemory { images: self.images, needed: mebibytes(needed), free: mebibytes(free) })
            }
            _ => Ok(()),
        }
    }
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.0} MiB", (bytes as f64 / f64::from(1 << 20)).ceil())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused() {
        let need = Need { images: 9000, factors: 3 << 20, more: 1 << 30, operations: 1.0 };
        assert!(need.fits(None).is_ok() && need.fits(Some(2 << 30)).is_ok());
        let sentence = need.fits(Some(1 << 30)).unwrap_err().to_string();
        assert!(sentence.contains("9000 images") && sentence.contains("1027 MiB"), "{sentence}");
    }
}
