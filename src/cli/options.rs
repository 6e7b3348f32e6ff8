//! Options that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::CliError;
use crate::engine::Backend;
use crate::fungi::{DinoSettings, KlSettings, Objective, Projection, ProjectionSize, Settings, SimclrSettings};
use crate::vit::Activation;

/// What every command has that computes features.
#[derive(Debug, Clone, Args)]
pub(super) struct CommonOptions {
    #[command(flatten)]
    pub model: ModelOptions,
    #[command(flatten)]
    pub method: MethodOptions,
    /// Print one JSON document instead
    #[arg(long, help_heading = None)]
    pub json: bool,
}

/// Which model, and where it runs.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub(super) struct ModelOptions {
    /// Weights: a safetensors file with timm's or Hugging Face's names, or a built-in model's name
    #[arg(long, value_name = "FILE|NAME", default_value = "vit-ti8-64")]
    pub model: String,
    /// Side of the input in pixels; the one that the model was trained for, if not given
    #[arg(long, value_name = "PIXELS")]
    pub image: Option<usize>,
    /// Mean per channel of the pixels that the model was trained on, in 0..1; ImageNet's, if not given
    #[arg(long, value_name = "R,G,B", value_parser = mean)]
    pub mean: Option<[f32; 3]>,
    /// Standard deviation per channel of those pixels; ImageNet's, if not given
    #[arg(long, value_name = "R,G,B", value_parser = deviation)]
    pub std: Option<[f32; 3]>,
    /// Attention heads; width / 64, if not given
    #[arg(long)]
    pub heads: Option<usize>,
    /// The MLP's activation: gelu, gelu-tanh (SigLIP) or quick-gelu (OpenAI's CLIP); gelu, if not given and not gated
    #[arg(long, value_name = "NAME", value_parser = activation)]
    pub activation: Option<Activation>,
    /// SimCLR's negatives, as `mycoscope negatives` writes them; made from the sample set, if the model has none
    #[arg(long, value_name = "FILE")]
    pub negatives: Option<PathBuf>,
    /// Where to compute
    #[arg(long, value_enum, default_value_t = Backend::Cpu)]
    pub device: Backend,
}

/// What is computed.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Method")]
pub(super) struct MethodOptions {
    /// Leave the KL objective out
    #[arg(long)]
    no_kl: bool,
    /// Leave the DINO objective out
    #[arg(long)]
    no_dino: bool,
    /// Leave the SimCLR objective out
    #[arg(long)]
    no_simclr: bool,
    /// Temperature of the KL objective
    #[arg(long, value_name = "T", default_value_t = KlSettings::default().temperature, value_parser = temperature)]
    kl_temperature: f32,
    /// DINO's crops an image, 2 of them global
    #[arg(long, value_name = "VIEWS", default_value_t = DinoSettings::default().global + DinoSettings::default().local)]
    dino_views: usize,
    /// SimCLR's windows: half the side is cut into so many strides (6: 49 windows, 3: 16, 2: 9, at most sides)
    #[arg(long, value_name = "N", default_value_t = SimclrSettings::default().strides)]
    simclr_strides: usize,
    /// Temperature of the SimCLR objective
    #[arg(long, value_name = "T", default_value_t = SimclrSettings::default().temperature, value_parser = temperature)]
    simclr_temperature: f32,
    /// SimCLR's log-sum-exp at temperature 1, as in the authors' library
    #[arg(long)]
    library: bool,
    /// How gradients become small
    #[arg(long, value_enum, default_value_t = Projected::Rademacher)]
    projection: Projected,
    /// Size of a projected gradient: E for the embedding's, 2E for twice that, or a number
    #[arg(long, value_name = "SIZE", default_value_t)]
    projected: ProjectionSize,
    /// Seed of heads, crops and projection
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// How gradients become small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Projected {
    /// Dense random signs, as in the paper
    Rademacher,
    /// Products of two small sign projections
    KhatriRao,
}

impl MethodOptions {
    /// The settings that the options ask for.
    pub(super) fn settings(&self) -> Result<Settings, CliError> {
        let refuse = |sentence: &str| Err(CliError::Options(sentence.into()));
        let dino = DinoSettings::default();
        if self.dino_views < dino.global {
            return refuse("--dino-views must be 2 at least: DINO needs its two global crops (or give --no-dino)");
        }
        if self.simclr_strides == 0 {
            return refuse("--simclr-strides must be 1 at least (or give --no-simclr)");
        }
        let kl = KlSettings { temperature: self.kl_temperature, ..KlSettings::default() };
        let dino = DinoSettings { local: self.dino_views - dino.global, ..dino };
        let simclr = SimclrSettings {
            strides: self.simclr_strides,
            temperature: self.simclr_temperature,
            library: self.library,
            ..SimclrSettings::default()
        };
        Ok(Settings {
            seed: self.seed,
            objectives: [
                (!self.no_kl).then_some(Objective::Kl(kl)),
                (!self.no_dino).then_some(Objective::Dino(dino)),
                (!self.no_simclr).then_some(Objective::Simclr(simclr)),
            ]
            .into_iter()
            .flatten()
            .collect(),
            projection: match self.projection {
                Projected::Rademacher => Projection::Rademacher,
                Projected::KhatriRao => Projection::KhatriRao,
            },
            projected: self.projected,
        })
    }
}

/// An activation by its name.
fn activation(text: &str) -> Result<Activation, String> {
    let found = Activation::UNGATED.into_iter().find(|(name, _)| *name == text);
    found.map(|(_, activation)| activation).ok_or_else(|| "expected gelu, gelu-tanh or quick-gelu".into())
}

/// Three numbers, with commas between them; one number stands for all three.
fn three(text: &str) -> Result<[f32; 3], String> {
    let numbers: Result<Vec<f32>, _> = text.split(',').map(|number| number.trim().parse()).collect();
    match numbers.as_deref() {
        Ok(&[one]) => Ok([one; 3]),
        Ok(&[r, g, b]) => Ok([r, g, b]),
        _ => Err("expected three numbers such as 0.485,0.456,0.406".into()),
    }
}

/// Means of pixels in 0..1.
fn mean(text: &str) -> Result<[f32; 3], String> {
    within(text, |x| (0.0..=1.0).contains(&x), "a mean lies in 0..1")
}

/// Standard deviations of pixels in 0..1; 1 where a model takes pixels as they are. Far smaller ones would make numbers so
/// large that the first norm loses them, and all images would be alike.
fn deviation(text: &str) -> Result<[f32; 3], String> {
    within(text, |x| (0.001..=1.0).contains(&x), "a standard deviation lies in 0.001..1")
}

/// Three numbers that pass `test`.
fn within(text: &str, test: impl Fn(f32) -> bool, rule: &str) -> Result<[f32; 3], String> {
    let numbers = three(text)?;
    match numbers.into_iter().find(|&x| !test(x)) {
        Some(x) => {
            Err(format!("{rule}, where pixels go from 0 to 1; {x} does not (if it is of 0..255, divide by 255)"))
        }
        None => Ok(numbers),
    }
}

/// A number above 0.
fn temperature(text: &str) -> Result<f32, String> {
    text.parse().ok().filter(|t: &f32| t.is_finite() && *t > 0.0).ok_or_else(|| "expected a number above 0".into())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        method: MethodOptions,
    }

    fn settings(line: &str) -> Result<Settings, CliError> {
        Line::try_parse_from(line.split_whitespace()).unwrap().method.settings()
    }

    #[test]
    fn no_option_means_the_papers_settings() {
        assert_eq!(settings("x").unwrap(), Settings::default());
    }

    #[test]
    fn every_option_arrives() {
        let line = "x --no-kl --dino-views 4 --simclr-strides 3 --simclr-temperature 0.5 --library --seed 9 \
                    --projection khatri-rao --projected 77";
        let got = settings(line).unwrap();
        let simclr = SimclrSettings { strides: 3, temperature: 0.5, library: true, ..Default::default() };
        let dino = DinoSettings { local: 2, ..Default::default() };
        let expected = Settings {
            seed: 9,
            objectives: vec![Objective::Dino(dino), Objective::Simclr(simclr)],
            projection: Projection::KhatriRao,
            projected: ProjectionSize::Numbers(77),
        };
        assert_eq!(got, expected);
        assert_eq!(settings("x --projected 4E").unwrap().projected, ProjectionSize::Times(4));
        assert_eq!(settings("x --projected E").unwrap(), Settings::default());
        assert!(Line::try_parse_from(["x", "--projected", "0"]).is_err());
        assert!(settings("x --dino-views 1").is_err());
        assert!(settings("x --simclr-strides 0").is_err());
    }

    #[test]
    fn numbers_are_checked() {
        assert_eq!(three("0.5"), Ok([0.5; 3]));
        assert_eq!(three("0.1, 0.2,0.3"), Ok([0.1, 0.2, 0.3]));
        assert!(three("1,2").is_err() && three("a,b,c").is_err());
        assert_eq!((mean("0"), mean("1,0.5,0")), (Ok([0.0; 3]), Ok([1.0, 0.5, 0.0])));
        assert_eq!((deviation("1"), deviation("0.1")), (Ok([1.0; 3]), Ok([0.1; 3])));
        assert!(["127", "-0.1", "NaN", "0.4,0.4,inf"].into_iter().all(|text| mean(text).is_err()));
        assert!(["58.4", "0", "1e-30", "-1", "NaN"].into_iter().all(|text| deviation(text).is_err()));
        assert_eq!((activation("quick-gelu"), activation("gelu")), (Ok(Activation::QuickGelu), Ok(Activation::Gelu)));
        assert!(activation("relu").is_err());
        assert!(temperature("0").is_err() && temperature("-1").is_err() && temperature("inf").is_err());
    }
}
