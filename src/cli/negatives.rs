//! `mycoscope negatives`: the embeddings that SimCLR contrasts an image's windows with. They depend on the model alone, so
//! they are made once and shipped with it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::compute::start;
use super::options::ModelOptions;
use super::output::Steps;
use super::streams::{print, print_json};
use super::target::Target;
use crate::engine::NEGATIVES_SEED;
use crate::fungi::Settings;

#[derive(Debug, Args)]
pub(super) struct Negatives {
    /// File to write
    #[arg(long, value_name = "F.safetensors")]
    out: PathBuf,
    /// Seed of the sample set that the images are from
    #[arg(long, default_value_t = NEGATIVES_SEED)]
    seed: u64,
    #[command(flatten)]
    model: ModelOptions,
    /// Print one JSON document instead
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a PathBuf,
    model: &'a str,
    seed: u64,
    count: usize,
    bytes: usize,
}

impl Negatives {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let out = Target::new(&self.out)?;
        // No objective, so that no negatives are made twice.
        let engine = start(&self.model, Settings::default().with_objectives(Vec::new()))?;
        let mut steps = Steps::new();
        let negatives = pollster::block_on(engine.sample_negatives(self.seed, &mut |step| steps.show(step)))?;
        let (_, model) = engine.info()?;
        let about = [
            ("model", model.name.clone()),
            ("sha256", model.sha256.clone()),
            ("images", format!("the sample set of seed {}", self.seed)),
        ];
        let bytes = negatives.save(&about)?;
        out.write(&bytes)?;
        let (count, bytes) = (negatives.count(), bytes.len());
        let report = Report { out: &self.out, model: &model.name, seed: self.seed, count, bytes };
        if self.json {
            print_json(&report)?;
        } else {
            print(&format!("{count} embeddings saved as {} ({bytes} bytes).", self.out.display()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
