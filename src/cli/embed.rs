//! `mycoscope embed`: a folder's features as a file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::compute::{Computed, Session};
use super::options::{MethodOptions, ModelOptions};
use super::output::{Failed, print, print_failed, print_json, write};
use crate::fungi::{Part, Settings};
use crate::gallery::file::save;

#[derive(Debug, Args)]
pub(super) struct Embed {
    /// Folder of images; sub-folders are read too, and their names are the labels
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// File to write: a matrix for each part, names, labels and settings in the header
    #[arg(long, value_name = "F.safetensors")]
    out: PathBuf,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    method: MethodOptions,
    /// Print one JSON document instead of sentences
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a PathBuf,
    images: usize,
    files: usize,
    failed: &'a [Failed],
    parts: Vec<&'static str>,
    model: &'a str,
    sha256: &'a str,
    device: &'a str,
    settings: &'a Settings,
    seconds: f64,
}

impl Embed {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let session = Session::open(&self.model, &self.method)?;
        let Computed { entries, failed, files, seconds } = session.folder(&self.folder)?;
        write(&self.out, &save(&entries, &session.provenance)?)?;
        let parts: Vec<Part> =
            entries.first().map(|entry| entry.features.parts().map(|(part, _)| part).collect()).unwrap_or_default();
        if self.json {
            print_json(&Report {
                out: &self.out,
                images: entries.len(),
                files,
                failed: &failed,
                parts: parts.iter().map(|part| part.key()).collect(),
                model: &session.provenance.model,
                sha256: &session.provenance.sha256,
                device: &session.device.name,
                settings: &session.provenance.settings,
                seconds,
            });
        } else {
            let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
            let rate = 1e3 * seconds / entries.len() as f64;
            print(&format!(
                "{} images in {seconds:.1} s ({rate:.0} ms each) on {}: {}.",
                entries.len(),
                session.device.name,
                names.join(", ")
            ));
            print(&format!("Saved as {}.", self.out.display()));
        }
        print_failed(&failed, files);
        Ok(ExitCode::SUCCESS)
    }
}
