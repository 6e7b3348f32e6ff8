//! `mycoscope embed`: a folder's features as a file.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::compute::{Computed, folder, start};
use super::options::CommonOptions;
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
    common: CommonOptions,
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
        let engine = start(&self.common.model, self.common.method.settings()?)?;
        let Computed { gallery, failed, files, seconds } = folder(&engine, &self.folder)?;
        let (device, model) = engine.info()?;
        let images = gallery.computed().map(|(entry, features)| (entry, &**features));
        write(&self.out, &save(images, &engine.provenance()?)?)?;
        let parts: Vec<Part> = gallery
            .computed()
            .next()
            .map(|(_, first)| first.parts().map(|(part, _)| part).collect())
            .unwrap_or_default();
        if self.common.json {
            print_json(&Report {
                out: &self.out,
                images: gallery.len(),
                files,
                failed: &failed,
                parts: parts.iter().map(|part| part.key()).collect(),
                model: &model.name,
                sha256: &model.sha256,
                device: &device.name,
                settings: engine.extractor()?.settings(),
                seconds,
            });
        } else {
            let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
            let rate = 1e3 * seconds / gallery.len() as f64;
            print(&format!(
                "{} images in {seconds:.1} s ({rate:.0} ms each) on {}: {}.",
                gallery.len(),
                device.name,
                names.join(", ")
            ));
            print(&format!("Saved as {}.", self.out.display()));
        }
        print_failed(&failed, files);
        Ok(ExitCode::SUCCESS)
    }
}
