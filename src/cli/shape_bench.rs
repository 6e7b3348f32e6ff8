//! `mycoscope bench --shape`: what backbones of usual shapes cost, with random weights.

use std::process::ExitCode;
use std::str::FromStr;

use serde::Serialize;

use super::CliError;
use super::cost::{Cost, Timing, print_costs, selections};
use super::memory;
use super::options::CommonOptions;
use super::output::Steps;
use super::streams::{print, print_json};
use crate::drawings::sample_set;
use crate::engine::memory::{Memory, Program};
use crate::engine::{Engine, ModelFiles, random_weights};
use crate::fungi::{Negatives, ViewSet};
use crate::vit::{Activation, LoadOptions, Output, ViTConfig};

/// A usual shape, such as `s16`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    name: String,
    config: ViTConfig,
}

impl FromStr for Shape {
    type Err = String;

    /// Sizes as in Dosovitskiy et al. (arXiv 2010.11929), ViT-S and ViT-Ti as in Touvron et al. (arXiv 2012.12877).
    fn from_str(name: &str) -> Result<Self, String> {
        let expected = "expected ti, s, b or l, and a patch that divides the side, such as s16 or ti8-64";
        let digits = name.find(|c: char| c.is_ascii_digit()).ok_or(expected)?;
        let (dim, depth) = match &name[..digits] {
            "ti" => (192, 12),
            "s" => (384, 12),
            "b" => (768, 12),
            "l" => (1024, 24),
            _ => return Err(expected.into()),
        };
        let (patch, image) = name[digits..].split_once('-').unwrap_or((&name[digits..], "224"));
        let (Ok(patch), Ok(image)) = (patch.parse::<usize>(), image.parse::<usize>()) else {
            return Err(expected.into());
        };
        if patch == 0 || !(patch..=1024).contains(&image) || !image.is_multiple_of(patch) {
            return Err(expected.into());
        }
        let config = ViTConfig {
            image,
            patch,
            dim,
            depth,
            heads: dim / 64,
            hidden: 4 * dim,
            prefix: 1,
            activation: Activation::Gelu,
            pre_norm: false,
            layer_scale: false,
            rotary: false,
            output: Output::ClassToken,
            eps: 1e-6,
            mean: [0.5; 3],
            std: [0.5; 3],
        };
        Ok(Self { name: name.into(), config })
    }
}

#[derive(Serialize)]
struct Report {
    device: String,
    threads: usize,
    batch: u32,
    shapes: Vec<ShapeCost>,
}

#[derive(Serialize)]
struct ShapeCost {
    shape: String,
    parameters: usize,
    features: Vec<Cost>,
    /// Largest resident memory while it was loaded and computed with, without what the program had before the first
    /// shape. What a shape leaves behind counts for those after it: name the smaller ones first.
    peak_mib: Option<f64>,
    /// What was estimated from the shape.
    estimated_mib: f64,
}

/// Measures one shape after the other.
pub(super) fn run(shapes: &[Shape], common: &CommonOptions, timing: &Timing) -> Result<ExitCode, CliError> {
    let (mut engine, before) = (Engine::new(), memory::resident());
    let costs: Result<Vec<ShapeCost>, CliError> =
        shapes.iter().map(|shape| cost(&mut engine, shape, before, common, timing)).collect();
    let (device, _) = engine.info()?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let report = Report { device: device.name.clone(), threads, batch: timing.batch, shapes: costs? };
    if common.json {
        print_json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    print(&format!("Random weights on {}, {threads} threads, {} images together", report.device, report.batch))?;
    report.shapes.iter().try_for_each(ShapeCost::print)?;
    Ok(ExitCode::SUCCESS)
}

fn cost(
    engine: &mut Engine,
    shape: &Shape,
    before: Option<f64>,
    common: &CommonOptions,
    timing: &Timing,
) -> Result<ShapeCost, CliError> {
    let Shape { name, config } = shape;
    let (settings, device) = (common.method.settings()?, common.model.device);
    let mut steps = Steps::new();
    // Opened again, so that the model before is gone.
    pollster::block_on(engine.open_device(device, &mut |step| steps.show(step)))?;
    memory::forget_peak();
    let bytes = random_weights(config)?;
    let estimate = Memory::estimate(config, &settings, bytes.len() as u64, Program::CommandLine, device);
    let mut files = ModelFiles::of_file(name.clone(), bytes);
    files.options =
        LoadOptions { image: Some(config.image), mean: Some(config.mean), std: Some(config.std), ..files.options };
    // What they are does not matter, only how many.
    let count = 64 * ViewSet::Windows { strides: 6 }.count(config.image);
    let values = (0..count * config.dim).map(|i| (i % 251) as f32 / 251.0 - 0.5).collect();
    files.negatives = Some(Negatives::new(values, config.dim).save(&[])?.into());
    pollster::block_on(engine.load(&files, settings.clone(), &mut |step| steps.show(step)))?;
    drop((files, steps));
    let extractor = engine.extractor()?;
    let images = sample_set(settings.seed);
    let Some(image) = images.first() else { return Err(CliError::Options("the sample set is empty".into())) };
    let costs =
        selections(&settings).into_iter().map(|(name, settings)| timing.cost(name, extractor, settings, &image.rgb));
    let features = costs.collect::<Result<_, _>>()?;
    Ok(ShapeCost {
        shape: name.clone(),
        parameters: config.parameters(),
        features,
        peak_mib: memory::peak().zip(before).map(|(peak, before)| peak - before),
        estimated_mib: estimate.peak() as f64 / f64::from(1 << 20),
    })
}

impl ShapeCost {
    fn print(&self) -> Result<(), CliError> {
        print(&format!("{}, {:.1} M parameters", self.shape, self.parameters as f64 / 1e6))?;
        print_costs(&self.features)?;
        let measured =
            self.peak_mib.map_or_else(|| "this system does not tell".into(), |peak| format!("peak {peak:.0} MiB"));
        print(&format!("Memory: {measured}, {:.0} MiB estimated", self.estimated_mib))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_are_read() {
        let shape = |name: &str| name.parse::<Shape>().map(|shape| shape.config);
        let millions = |name: &str| shape(name).unwrap().parameters() / 100_000;
        // Without a classifier; as published: 5.7, 22, 86 and 304 million with one.
        assert_eq!(["ti16", "s16", "b16", "l16"].map(millions), [55, 216, 857, 3033]);
        assert_eq!(shape("ti8-64").map(|config| (config.image, config.patch, config.tokens())), Ok((64, 8, 65)));
        for wrong in ["", "16", "ti", "x16", "s15", "s0", "s16-", "s16-8", "s16-999999999999999999999", "s16-4096"] {
            assert!(shape(wrong).is_err(), "{wrong}");
        }
    }
}
