//! A known-answer test of a device: forward pass, gradients and projection of a tiny backbone, against the CPU's.
//!
//! Some GPUs' drivers accept a shader and compute something else, without a word. What passes here may be trusted.

use burn::prelude::*;
use safetensors::tensor::{Dtype, TensorView};

use super::{
    DinoSettings, ExtractError, Extractor, Features, KlSettings, Negatives, Part, Settings, SimclrSettings, Views,
};
use crate::random::{Purpose, Stream};
use crate::vit::{LoadError, LoadOptions, ViT};

/// Cosine that every part must reach.
const LEAST: f64 = 0.9999;
const DIM: usize = 64;
const HEADS: usize = 2;
const HIDDEN: usize = 160;
const PATCH: usize = 4;
const SIDE: usize = 16;
const DEPTH: usize = 2;
const SEED: u64 = 0x4d79_636f;

/// Why a device cannot be trusted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// It computes something else than the CPU.
    #[error(
        "this device computes the {part} wrongly (cosine {cosine:.4} with the CPU's result); use the CPU, or update the graphics driver"
    )]
    Wrong {
        /// The part of the feature.
        part: &'static str,
        /// Cosine between the device's and the CPU's.
        cosine: f64,
    },
    /// It failed to compute at all.
    #[error("the device's self-test failed: {0}")]
    Failed(#[from] ExtractError),
    /// The test's own model could not be made.
    #[error("the device's self-test could not be set up: {0}")]
    Model(#[from] LoadError),
}

/// Computes the features of random views by a small random backbone on `device` and on the CPU, and compares.
///
/// # Errors
///
/// A [`SelfTestError`] where they differ or the device fails: it should not be used.
pub async fn self_test(device: &Device) -> Result<(), SelfTestError> {
    let expected = answer(&Device::flex()).await?;
    compare(&answer(device).await?, &expected)
}

fn compare(found: &Features, expected: &Features) -> Result<(), SelfTestError> {
    for part in Part::ALL {
        let pairs = |part| found.get(part).zip(expected.get(part));
        // Both are unit vectors; what is absent or zero agrees with nothing.
        let cosine =
            pairs(part).map_or(0.0, |(a, b)| a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum());
        if cosine.is_nan() || cosine < LEAST {
            return Err(SelfTestError::Wrong { part: part.name(), cosine });
        }
    }
    Ok(())
}

/// The features that `device` computes.
async fn answer(device: &Device) -> Result<Features, SelfTestError> {
    let options = LoadOptions { heads: Some(HEADS), ..LoadOptions::default() };
    let vit = ViT::load(&weights()?, &options, device)?;
    let settings = Settings {
        seed: SEED,
        kl: Some(KlSettings { latent: 96, ..KlSettings::default() }),
        dino: Some(DinoSettings { latent: 128, local: 2, ..DinoSettings::default() }),
        simclr: Some(SimclrSettings { latent: 32, strides: 2, ..SimclrSettings::default() }),
        ..Settings::default()
    };
    let mut draw = numbers(0);
    let views = Views::given(&draw(settings.views(SIDE) * 3 * SIDE * SIDE, 0.5, 0.5), &[], &[]);
    let negatives = Negatives::new(draw(40 * DIM, 0.0, 1.0), DIM);
    Ok(Extractor::new(vit, settings, negatives)?.compute(&views).await?)
}

/// Draws `n` numbers in `centre` +- `spread`.
fn numbers(lane: u32) -> impl FnMut(usize, f32, f32) -> Vec<f32> {
    let mut stream = Stream::new(SEED, Purpose::Sample, lane);
    move |n, centre, spread| (0..n).map(|_| stream.range(centre - spread, centre + spread)).collect()
}

/// A safetensors file of random weights with timm's names.
fn weights() -> Result<Vec<u8>, LoadError> {
    let mut draw = numbers(1);
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut add = |name: String, shape: &[usize], centre: f32, spread: f32| {
        let values = draw(shape.iter().product(), centre, spread);
        tensors.push((name, shape.to_vec(), values.into_iter().flat_map(f32::to_le_bytes).collect()));
    };
    add("cls_token".into(), &[1, 1, DIM], 0.0, 1.0);
    add("pos_embed".into(), &[1, 1 + (SIDE / PATCH).pow(2), DIM], 0.0, 0.5);
    add("patch_embed.proj.weight".into(), &[DIM, 3, PATCH, PATCH], 0.0, 0.25);
    add("patch_embed.proj.bias".into(), &[DIM], 0.0, 0.25);
    for block in 0..DEPTH {
        for norm in ["norm1", "norm2"] {
            add(format!("blocks.{block}.{norm}.weight"), &[DIM], 1.0, 0.5);
            add(format!("blocks.{block}.{norm}.bias"), &[DIM], 0.0, 0.5);
        }
        for (layer, outputs, inputs) in
            [("attn.qkv", 3 * DIM, DIM), ("attn.proj", DIM, DIM), ("mlp.fc1", HIDDEN, DIM), ("mlp.fc2", DIM, HIDDEN)]
        {
            let spread = (3.0 / inputs as f32).sqrt();
            add(format!("blocks.{block}.{layer}.weight"), &[outputs, inputs], 0.0, spread);
            add(format!("blocks.{block}.{layer}.bias"), &[outputs], 0.0, 0.5);
        }
    }
    add("norm.weight".into(), &[DIM], 1.0, 0.5);
    add("norm.bias".into(), &[DIM], 0.0, 0.5);
    let mut views = Vec::new();
    for (name, shape, data) in &tensors {
        views.push((name, TensorView::new(Dtype::F32, shape.clone(), data)?));
    }
    Ok(safetensors::serialize(views, None)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cpu_passes() {
        pollster::block_on(self_test(&Device::flex())).expect("it is held against itself");
    }

    /// The bound is tight enough for a fault and wide enough for rounding, and no part is trivial.
    #[test]
    fn a_wrong_part_is_named() {
        let expected = pollster::block_on(answer(&Device::flex())).expect("the CPU computes");
        for part in Part::ALL {
            let vector = expected.get(part).expect("all parts are on").to_vec();
            let moved = |by: f32| {
                let mut found = expected.clone();
                // One number of a unit vector in 64 dimensions, off by `by`.
                found.set(part, vector.iter().enumerate().map(|(i, x)| if i == 5 { x + by } else { *x }).collect());
                compare(&found, &expected)
            };
            assert!(moved(1e-4).is_ok());
            let error = moved(0.1).expect_err("a fault");
            assert!(error.to_string().contains(part.name()), "{error}");
        }
        let absent = compare(&Features::new(), &expected);
        assert!(absent.is_err());
    }
}
