//! `mycoscope fetch`: downloads a model of the catalogue into the user's cache folder.

use std::env::var;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::CliError;
use super::cache::{About, Cache, Kept};
use super::download::{Complete, Download};
use super::download_error::{Disk, DownloadError};
use super::model::{Source, source_of};
use super::output::megabytes;
use super::streams::{print, print_json};
use crate::vit::catalogue::{Checkpoint, HUB, HubFile};

#[derive(Debug, Args)]
#[command(
    after_help = "Variables:\n  MYCOSCOPE_CACHE        folder to keep models in\n  HTTPS_PROXY, NO_PROXY  the way through a proxy\n  HF_ENDPOINT            address of the hub's mirror\n  HF_TOKEN               sent to the hub or its mirror, for models that ask for one"
)]
pub(super) struct Fetch {
    /// The model's name, as `mycoscope models` lists it
    name: String,
    /// Print one JSON document instead
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    name: &'a str,
    file: PathBuf,
    #[serde(flatten)]
    about: About,
    /// Whether it was there already.
    already: bool,
    /// Bytes that an earlier try had fetched.
    resumed_from: u64,
}

impl Fetch {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let cache = Cache::find()?;
        let (checkpoint, file) = match source_of(&self.name)? {
            Source::BuiltIn(..) => {
                let sentence = format!("{} is built in; there is nothing to fetch", self.name);
                return Err(CliError::Options(sentence));
            }
            Source::Hub(checkpoint, file) => (checkpoint, file),
            Source::Elsewhere(checkpoint, address) => return Err(CliError::elsewhere(&checkpoint, &address)),
        };
        let kept = cache.model(&checkpoint.name);
        let lock = kept.lock()?;
        let (about, already, resumed_from) = match kept.read(&checkpoint.name) {
            Ok(Some(_)) => (kept.about(), true, 0),
            // What is there is of no use: fetched again.
            Ok(None) | Err(_) => {
                let complete = download(&checkpoint, &file, &kept)?;
                (kept.about(), false, complete.resumed_from)
            }
        };
        drop(lock);
        let file = kept.weights();
        let about = about.ok_or_else(|| CliError::read(&file, "it was removed meanwhile"))?;
        let report = Report { name: &checkpoint.name, file, about, already, resumed_from };
        if self.json {
            print_json(&report)?;
        } else {
            report.print()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Downloads, checks and puts into place.
fn download(checkpoint: &Checkpoint, file: &HubFile, kept: &Kept) -> Result<Complete, CliError> {
    let hub = var("HF_ENDPOINT").ok().filter(|hub| !hub.is_empty()).unwrap_or_else(|| HUB.into());
    let download = Download {
        address: file.address(&hub),
        hub: &hub,
        token: var("HF_TOKEN").ok().filter(|token| !token.is_empty()),
        part: kept.part(),
        sha256: checkpoint.sha256.as_deref(),
        bytes: checkpoint.bytes,
    };
    let bar = bar(&checkpoint.name);
    let complete = download.run(&mut |done, total| {
        if let Some(total) = total {
            bar.set_length(total);
        }
        bar.set_position(done);
    });
    bar.finish_and_clear();
    let complete = complete?;
    let disk = |error| DownloadError::Disk(Disk::new(&download.part, error));
    let bytes = std::fs::read(&download.part).map_err(disk)?;
    if let Err(error) = checkpoint.check(&bytes) {
        download.discard();
        return Err(DownloadError::Weights { address: download.address, reason: error.to_string() }.into());
    }
    let Complete { bytes, ref sha256, published, .. } = complete;
    kept.remember(&About { address: download.address.clone(), bytes, sha256: sha256.clone(), published })?;
    std::fs::rename(&download.part, kept.weights()).map_err(disk)?;
    download.discard();
    Ok(complete)
}

/// Bytes, speed and time left, on standard error, where that is a terminal.
fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::no_length().with_message(name.to_owned());
    let style = "{msg} {wide_bar} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left";
    match ProgressStyle::with_template(style) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

impl Report<'_> {
    fn print(&self) -> Result<(), CliError> {
        let size = megabytes(self.about.bytes);
        let Self { name, file, already, .. } = self;
        print(&match already {
            true => format!("{name} ({size}) is there already: {}", file.display()),
            false => format!("{name} ({size}) is now in {}", file.display()),
        })?;
        print(&match self.about.published {
            true => format!("Its SHA-256 is the published one: {}", self.about.sha256),
            false => {
                format!("Not verified by its publisher; its SHA-256 will be checked from now on: {}", self.about.sha256)
            }
        })
    }
}
