//! `mycoscope models`: which models there are, and which of them are on this machine.

use std::process::ExitCode;
use std::time::SystemTime;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::cache::Cache;
use super::model::{Source, sources};
use super::output::{megabytes, print_described, row};
use super::streams::{print, print_json};

#[derive(Debug, Args)]
pub(super) struct Models {
    /// Print one JSON document instead
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Listed {
    name: String,
    /// "built in", "fetched", "to be fetched" or "elsewhere"; "unknown" in the cache, but not in the catalogue.
    place: &'static str,
    /// Weights, biases, norms and positions; absent where only the file is known.
    parameters: Option<usize>,
    /// Side of the input in pixels.
    input: Option<usize>,
    /// Side of a patch in pixels.
    patch: Option<usize>,
    /// Numbers of an embedding.
    embedding: Option<usize>,
    /// Of its file: what it has, what is published, or what the parameters take in f32.
    bytes: u64,
    licence: String,
    description: String,
    /// Days since it was last used, where it was fetched.
    used_days_ago: Option<u64>,
    /// Whether its SHA-256 is the published one, where it was fetched.
    published: Option<bool>,
}

#[derive(Serialize)]
struct Report {
    cache: String,
    models: Vec<Listed>,
}

impl Models {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let cache = Cache::find()?;
        let in_cache = cache.names();
        let mut models = Vec::new();
        for source in sources()? {
            let place = match &source {
                Source::BuiltIn(..) => "built in",
                Source::Hub(checkpoint, _) if in_cache.contains(&checkpoint.name) => "fetched",
                Source::Hub(..) => "to be fetched",
                Source::Elsewhere(..) => "elsewhere",
            };
            let (checkpoint, kept) = (source.checkpoint(), cache.model(&source.checkpoint().name));
            let about = kept.about().filter(|_| place == "fetched");
            models.push(Listed {
                name: checkpoint.name.clone(),
                place,
                parameters: Some(checkpoint.config.parameters()),
                input: Some(checkpoint.config.image),
                patch: Some(checkpoint.config.patch),
                embedding: Some(checkpoint.config.embedding()),
                bytes: about.as_ref().map_or(checkpoint.size(), |about| about.bytes),
                licence: checkpoint.licence.clone(),
                description: checkpoint.description.clone(),
                used_days_ago: kept.used().filter(|_| place == "fetched").and_then(days_since),
                published: about.map(|about| about.published),
            });
        }
        for name in in_cache {
            if models.iter().any(|model| model.name == name) {
                continue;
            }
            let kept = cache.model(&name);
            let file = kept.weights();
            models.push(Listed {
                place: "unknown",
                parameters: None,
                input: None,
                patch: None,
                embedding: None,
                bytes: std::fs::metadata(&file).map_or(0, |file| file.len()),
                licence: String::new(),
                description: format!("Not in this version's catalogue. Use or remove {}", file.display()),
                used_days_ago: kept.used().and_then(days_since),
                published: kept.about().map(|about| about.published),
                name,
            });
        }
        let report = Report { cache: cache.folder().display().to_string(), models };
        if self.json {
            print_json(&report)?;
        } else {
            report.print()?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn days_since(time: SystemTime) -> Option<u64> {
    Some(SystemTime::now().duration_since(time).ok()?.as_secs() / (24 * 3600))
}

impl Listed {
    /// Where it is, and when it was used, if that is known.
    fn at(&self) -> String {
        let used = match self.used_days_ago {
            Some(0) => ", used today".to_owned(),
            Some(1) => ", used yesterday".to_owned(),
            Some(days) => format!(", used {days} days ago"),
            None => String::new(),
        };
        format!("{}{used}", self.place)
    }
}

impl Report {
    fn print(&self) -> Result<(), CliError> {
        let number = |number: Option<usize>| number.map_or_else(String::new, |number| number.to_string());
        let mut rows =
            vec![(row(["name", "parameters", "input", "patch", "embedding", "size", "licence", "where"]), "")];
        rows.extend(self.models.iter().map(|model| {
            let parameters = model.parameters.map_or_else(String::new, |n| format!("{:.1} M", n as f64 / 1e6));
            let cells = [
                &model.name,
                &parameters,
                &number(model.input),
                &number(model.patch),
                &number(model.embedding),
                &megabytes(model.bytes),
                &model.licence,
                &model.at(),
            ];
            (row(cells.map(String::as_str)), model.description.as_str())
        }));
        print_described(&rows)?;
        print(&format!("Fetched models are kept in {}; `mycoscope fetch NAME` fetches one.", self.cache))
    }
}
