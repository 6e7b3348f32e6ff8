//! `mycoscope parity`: the program against golden tensors made elsewhere.

mod checks;
mod golden;
mod measure;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::options::Place;
use super::output::{print, print_json, row, table};
use crate::engine::device;
use checks::Checks;
use golden::Golden;
use measure::Measures;

#[derive(Debug, Args)]
pub(super) struct Parity {
    /// Folder with config.json, model.safetensors, golden.safetensors and images/N.png, as tests/golden/README.md says
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Where to compute
    #[arg(long, value_enum, default_value_t = Place::Cpu)]
    device: Place,
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
    unchecked: &'a [&'a str],
}

impl Parity {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let bytes = golden::bytes(&self.folder)?;
        let golden = Golden::open(&self.folder, &bytes)?;
        let (device, info) = pollster::block_on(device::open(self.device.into()))?;
        let checks = Checks::new(&golden, &device, self.device == Place::Gpu)?;
        let (mut measures, mut covered) = (Measures::new(), Vec::new());
        for i in 0..golden.images.len() {
            checks.image(i, &mut measures, &mut covered)?;
        }
        if measures.is_empty() {
            return Err(golden.wrong("golden.safetensors holds nothing that could be compared".into()));
        }
        let result = |name: &&str| name.starts_with("image") && !name.ends_with(".boxes");
        let unchecked: Vec<&str> =
            golden.names().into_iter().filter(result).filter(|name| !covered.iter().any(|done| done == name)).collect();
        let passed = measures.values().all(|measure| measure.passed);
        if self.json {
            print_json(&Report { device: &info.name, passed, quantities: &measures, unchecked: &unchecked });
        } else {
            print(&readable(&measures));
            if !unchecked.is_empty() {
                print(&format!("Not compared, since what they are made from is missing: {}.", unchecked.join(", ")));
            }
            let missed = measures.values().filter(|measure| !measure.passed).count();
            print(&match missed {
                0 => format!("All {} quantities agree, on {}.", measures.len(), info.name),
                missed => format!("{missed} of {} quantities miss their limit, on {}.", measures.len(), info.name),
            });
        }
        Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn readable(measures: &Measures) -> String {
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
    table(&rows)
}
