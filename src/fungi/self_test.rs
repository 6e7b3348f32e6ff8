//! A test of a device: forward pass, gradients and projection of a tiny backbone, compared with the CPU's.
//!
//! Some GPU drivers accept a shader and silently compute something else. A device that passes this test can be trusted.

use burn::prelude::*;
use safetensors::tensor::{Dtype, TensorView};

use super::{
    DinoSettings, ExtractError, Extractor, Features, KlSettings, Negatives, Objective, Part, Settings, SimclrSettings,
    Views,
};
use crate::arithmetic::dot_f64;
use crate::random::{Purpose, Stream};
use crate::vit::{LoadError, LoadOptions, ViT};

/// The least cosine that every part must reach.
const LEAST: f64 = 0.9999;
// The embedded model's widths: a GPU compiles its programs for them, and so most of them once.
const DIM: usize = 192;
const HEADS: usize = 3;
const HIDDEN: usize = 768;
const PATCH: usize = 8;
const SIDE: usize = 64;
const DEPTH: usize = 2;
const SEED: u64 = 0x4d79_636f;

/// Why a device cannot be trusted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// Its results differ from the CPU's.
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
        // Both are unit vectors. An absent part fails, and so does a zero one.
        let cosine = found.get(part).zip(expected.get(part)).map_or(0.0, |(a, b)| dot_f64(a, b));
        if cosine.is_nan() || cosine < LEAST {
            return Err(SelfTestError::Wrong { part: part.name(), cosine });
        }
    }
    Ok(())
}

/// The features that `device` computes, from one set of views after the other: so does whoever computes images in stages, and
/// a GPU's programs depend on what is computed together.
async fn answer(device: &Device) -> Result<Features, SelfTestError> {
    let (extractor, views) = case(device)?;
    let (mut features, mut rest) = (Features::new(), views.values());
    for set in extractor.settings().view_sets() {
        let (own, others) = rest.split_at(set.count(SIDE) * 3 * SIDE * SIDE);
        rest = others;
        features.merge(extractor.only(set).compute(Views::given(&[own])).await?);
    }
    Ok(features)
}

/// The extractor of a random model on `device`, and random views.
fn case(device: &Device) -> Result<(Extractor, Views), SelfTestError> {
    let objectives = vec![
        Objective::Kl(KlSettings::default()),
        Objective::Dino(DinoSettings { local: 2, ..DinoSettings::default() }),
        Objective::Simclr(SimclrSettings { strides: 2, ..SimclrSettings::default() }),
    ];
    let settings = Settings { seed: SEED, objectives, ..Settings::default() };
    let mut draw = numbers(0);
    let views = Views::given(&[&draw(settings.views(SIDE) * 3 * SIDE * SIDE, 0.5, 0.5)]);
    let negatives = Negatives::new(draw(40 * DIM, 0.0, 1.0), DIM);
    Ok((Extractor::new(model(device)?, settings, negatives)?, views))
}

/// A small random backbone.
pub(super) fn model(device: &Device) -> Result<ViT, LoadError> {
    ViT::load(&weights()?, &LoadOptions { heads: Some(HEADS), ..LoadOptions::default() }, device)
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
    use super::super::{exact, signs::Signs};
    use super::*;
    use crate::arithmetic::cosine;

    /// The first numbers of each part, in the order of [`Part::ALL`].
    const KNOWN: [[f32; 4]; Part::COUNT] = [
        [0.013579, 0.008875, 0.155620, 0.105022],
        [-0.031650, 0.060234, -0.061043, 0.067027],
        [0.063208, -0.069723, -0.123700, -0.053615],
        [0.065383, 0.037933, -0.071196, 0.057836],
        [-0.118928, 0.053206, 0.008766, -0.089380],
        [-0.104923, 0.043803, -0.001146, -0.080482],
        [0.014490, -0.009449, 0.201422, 0.105176],
        [0.015397, -0.007086, 0.167771, 0.109724],
    ];

    /// Pinned values, so that any change between weights and projection shows, whatever machine computes them.
    #[test]
    fn the_cpu_gives_the_known_answer() {
        let features = pollster::block_on(answer(&Device::flex())).expect("the CPU computes");
        for (part, expected) in Part::ALL.into_iter().zip(KNOWN) {
            let first = &features.get(part).expect("all parts are on")[..expected.len()];
            let close = first.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5);
            assert!(close, "{part:?} begins {first:?}, not {expected:?}");
        }
    }

    /// The gradient itself, in f64, times the seed's signs one by one.
    #[test]
    fn projected_gradients_are_the_exact_ones_times_the_signs() {
        let (extractor, views) = case(&Device::flex()).expect("a small model");
        let traces = pollster::block_on(extractor.trace(views.clone())).expect("the CPU computes");
        let features = pollster::block_on(extractor.compute(views)).expect("the CPU computes");
        let signs = Signs::draw(SEED, Purpose::Signs, DIM, DIM * (DIM + 1));
        for (part, trace) in traces {
            let gradient = exact::gradient(&trace.d, &trace.u, DIM);
            let sum = |row| (gradient.iter().enumerate()).map(|(i, g)| g * f64::from(signs.at(row, i))).sum::<f64>();
            let expected: Vec<f32> = (0..DIM).map(|row| sum(row) as f32).collect();
            let cosine = cosine(features.get(part).expect("its objective is on"), &expected);
            assert!(cosine > 1.0 - 1e-9, "{part:?}: cosine {cosine}");
        }
    }

    /// The bound is tight enough for a fault and wide enough for rounding, and no part is trivial.
    #[test]
    fn a_wrong_part_is_named() {
        let expected = pollster::block_on(answer(&Device::flex())).expect("the CPU computes");
        for part in Part::ALL {
            let vector = expected.get(part).expect("all parts are on").to_vec();
            let moved = |by: f32| {
                let mut found = expected.clone();
                // One number of a unit vector in 192 dimensions, off by `by`.
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
