//! `mycoscope parity`: the program against golden tensors made elsewhere.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::output::{print_table, row};
use super::streams::{print, print_json};
use crate::engine::parity::{GoldenFolder, Measures, ParityError};
use crate::engine::{Backend, Engine, EngineError};

#[derive(Debug, Args)]
pub(super) struct Parity {
    /// Folder with config.json, model.safetensors, golden.safetensors and images/N.png, as tests/golden/README.md says
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, default_value_t = Backend::Cpu)]
    device: Backend,
    /// Print one JSON document instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    device: &'a str,
    passed: bool,
    quantities: &'a Measures,
    /// Golden tensors that describe a result but were not compared: what computing them needs is missing.
    unchecked: &'a [String],
}

impl Parity {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let folder = read(&self.folder)?;
        let compared = pollster::block_on(Engine::new().parity(self.device, &folder));
        let (info, report) = compared.map_err(|error| match error {
            EngineError::Parity(ParityError::Golden(reason)) => CliError::Golden { path: self.folder.clone(), reason },
            error => error.into(),
        })?;
        let (passed, measures, unchecked) = (report.passed(), report.quantities, report.unchecked);
        if self.json {
            print_json(&Report { device: &info.name, passed, quantities: &measures, unchecked: &unchecked })?;
        } else {
            print_table(&readable(&measures))?;
            if !unchecked.is_empty() {
                print(&format!("Not compared, since what they are made from is missing: {}.", unchecked.join(", ")))?;
            }
            let missed = measures.values().filter(|measure| !measure.passed).count();
            print(&match missed {
                0 => format!("All {} quantities agree, on {}.", measures.len(), info.name),
                missed => format!("{missed} of {} quantities miss their limit, on {}.", measures.len(), info.name),
            })?;
        }
        Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The folder's files; images are numbered from 0 without a gap.
fn read(folder: &Path) -> Result<GoldenFolder, CliError> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(|error| CliError::read(&path, error))
    };
    let mut images = Vec::new();
    while folder.join(format!("images/{}.png", images.len())).is_file() {
        images.push(read(&format!("images/{}.png", images.len()))?);
    }
    let (config, model) = (read("config.json")?, read("model.safetensors")?);
    Ok(GoldenFolder { config, model, golden: read("golden.safetensors")?, images })
}

fn readable(measures: &Measures) -> Vec<Vec<String>> {
    let mut rows = vec![row(["quantity", "images", "largest error", "relative", "cosine", "limit", ""])];
    rows.extend(measures.iter().map(|(quantity, measure)| {
        let [largest, relative] = [measure.largest, measure.relative].map(|error| format!("{error:.1e}"));
        let (images, cosine) = (measure.images.to_string(), format!("{:.7}", measure.cosine));
        row([
            quantity,
            &images,
            &largest,
            &relative,
            &cosine,
            &measure.limit,
            if measure.passed { "ok" } else { "MISS" },
        ])
    }));
    rows
}
