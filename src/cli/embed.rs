//! `mycoscope embed`: a folder's features as a file.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::compute::{Computed, resumed, start};
use super::feature_file::FeatureFile;
use super::options::CommonOptions;
use super::output::{Failed, print_failed};
use super::resume::{self, Partial, part_of};
use super::streams::{print, print_json, say};
use super::target::Target;
use crate::fungi::{Part, Settings};
use crate::gallery::{Entry, Gallery};

#[derive(Debug, Args)]
pub(super) struct Embed {
    /// Folder of images; sub-folders are read too, and their names are the labels
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// File to write, by its ending: F.safetensors (a matrix for each part; names, labels and settings in the header), F.npz
    /// (NumPy's arrays) or F.parquet (a table)
    #[arg(long, value_name = "F")]
    out: PathBuf,
    /// Go on from F.safetensors and from F.safetensors.part, which an interrupted run leaves: images that are in them
    /// unchanged are not computed again
    #[arg(long)]
    resume: bool,
    /// Seconds between two savings of F.safetensors.part
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    save_every: u32,
    #[command(flatten)]
    common: CommonOptions,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a PathBuf,
    images: usize,
    /// Images that were in the output already.
    resumed: usize,
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
        let form = FeatureFile::of(&self.out)?;
        if self.resume && form != FeatureFile::Safetensors {
            return Err(CliError::ResumeForm(self.out.clone()));
        }
        let resumable = form.resumable(&self.out);
        let again = match form {
            FeatureFile::Safetensors => "--resume".to_owned(),
            FeatureFile::Npz | FeatureFile::Parquet => format!("--resume --out {}", resumable.display()),
        };
        let (settings, part) = (self.common.method.settings()?, part_of(&resumable));
        let (out, partial) = (Target::new(&self.out)?, Target::new(&part)?);
        let mut saved = Vec::new();
        if self.resume {
            saved = resume::read(&[&part, &self.out])?;
        } else if part.exists() {
            let part = part.display();
            say(&format!("{part} holds what an interrupted run computed; {again} would go on from there."))?;
        }
        let engine = start(&self.common.model, settings)?;
        let provenance = engine.provenance()?;
        let (earlier, features): (Vec<Entry>, Vec<_>) = resume::images(saved, &provenance)?.into_iter().unzip();
        let known = earlier.iter().filter_map(|entry| Some(entry.content.as_ref()?.hash)).zip(features).collect();
        let every = Duration::from_secs(self.save_every.into());
        let mut partial = Partial::new(partial, provenance.clone(), earlier, every, again);
        let keep = &mut |gallery: &Gallery, early| partial.keep(gallery, early);
        let Computed { gallery, failed, reused, files, seconds, .. } = resumed(&engine, &self.folder, known, keep)?;
        let (device, model) = engine.info()?;
        let images: Vec<_> = gallery.computed().map(|(entry, features)| (entry, &**features)).collect();
        out.write(&form.bytes(&images, &provenance)?)?;
        partial.done();
        let parts: Vec<Part> = gallery
            .computed()
            .next()
            .map(|(_, first)| first.parts().map(|(part, _)| part).collect())
            .unwrap_or_default();
        if self.common.json {
            print_json(&Report {
                out: &self.out,
                images: gallery.len(),
                resumed: reused,
                files,
                failed: &failed,
                parts: parts.iter().map(|part| part.key()).collect(),
                model: &model.name,
                sha256: &model.sha256,
                device: &device.name,
                settings: engine.extractor()?.settings(),
                seconds,
            })?;
        } else {
            let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
            if reused > 0 {
                print(&format!("{reused} of the images were computed before."))?;
            }
            let rate = 1e3 * seconds / gallery.len() as f64;
            print(&format!(
                "{} images in {seconds:.1} s ({rate:.0} ms each) on {}: {}.",
                gallery.len(),
                device.name,
                names.join(", ")
            ))?;
            print(&format!("Saved as {}.", self.out.display()))?;
        }
        print_failed(&failed, files)?;
        Ok(ExitCode::SUCCESS)
    }
}
