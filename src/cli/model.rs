//! From `--model` to a model's files: given, carried within the program, or fetched before.

use std::borrow::Cow;
use std::path::Path;

use super::CliError;
use super::cache::Cache;
use super::options::ModelOptions;
use super::output::megabytes;
use super::pytorch;
use crate::engine::{EngineError, ModelFiles};
use crate::vit::LoadOptions;
use crate::vit::catalogue::{Catalogue, Checkpoint, HubFile, Weights};

/// A file that was built in: its path in the catalogue, its bytes.
type BuiltIn = (&'static str, &'static [u8]);

/// The files of the catalogue's models that are carried.
const FILES: [BuiltIn; 4] = [
    ("vit-ti8-64/model.safetensors", include_bytes!("../../models/vit-ti8-64/model.safetensors")),
    ("vit-ti8-64/negatives.safetensors", include_bytes!("../../models/vit-ti8-64/negatives.safetensors")),
    ("vit-ti8-64-dino/model.safetensors", include_bytes!("../../models/vit-ti8-64-dino/model.safetensors")),
    ("vit-ti8-64-dino/negatives.safetensors", include_bytes!("../../models/vit-ti8-64-dino/negatives.safetensors")),
];

/// A model of the catalogue, by where its weights are.
pub(super) enum Source {
    /// In the program.
    BuiltIn(Checkpoint, &'static [u8]),
    /// On the hub, and in the cache once they were fetched.
    Hub(Checkpoint, HubFile),
    /// Where people get them themselves: an address.
    Elsewhere(Checkpoint, String),
}

impl Source {
    pub(super) fn checkpoint(&self) -> &Checkpoint {
        match self {
            Self::BuiltIn(checkpoint, _) | Self::Hub(checkpoint, _) | Self::Elsewhere(checkpoint, _) => checkpoint,
        }
    }
}

/// All models of the catalogue.
pub(super) fn sources() -> Result<Vec<Source>, CliError> {
    let catalogue = Catalogue::built_in().map_err(EngineError::from)?;
    let source = |checkpoint: Checkpoint| match checkpoint.weights.clone() {
        Weights::File(path) => Some(Source::BuiltIn(checkpoint, built_in(&path)?)),
        Weights::Hub(file) => Some(Source::Hub(checkpoint, file)),
        Weights::Elsewhere(address) => Some(Source::Elsewhere(checkpoint, address)),
    };
    Ok(catalogue.checkpoints.into_iter().filter_map(source).collect())
}

/// The model of that name; the first, if the name is empty.
pub(super) fn source_of(name: &str) -> Result<Source, CliError> {
    let mut sources = sources()?;
    match sources.iter().position(|source| name.is_empty() || source.checkpoint().name == name) {
        Some(place) => Ok(sources.swap_remove(place)),
        None => {
            let known: Vec<&str> = sources.iter().map(|source| source.checkpoint().name.as_str()).collect();
            Err(CliError::UnknownModel { name: name.into(), known: known.join(", ") })
        }
    }
}

/// The model that the options name.
pub(super) fn find(options: &ModelOptions) -> Result<ModelFiles, CliError> {
    let mut found =
        if Path::new(&options.model).is_file() { from_file(&options.model)? } else { named(&options.model)? };
    let LoadOptions { image, heads, mean, std, activation, .. } = &mut found.options;
    *image = options.image.or(*image);
    *heads = options.heads.or(*heads);
    *mean = options.mean.or(*mean);
    *std = options.std.or(*std);
    *activation = options.activation.or(*activation);
    if let Some(path) = &options.negatives {
        let bytes = read(path)?;
        if bytes.is_empty() {
            return Err(CliError::read(
                path,
                "the file is empty; `mycoscope negatives` makes one with negatives in it",
            ));
        }
        found.negatives = Some(bytes.into());
    }
    Ok(found)
}

fn from_file(path: &str) -> Result<ModelFiles, CliError> {
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut bytes = read(Path::new(path))?;
    if pytorch::is_pytorch(&bytes) {
        bytes = pytorch::as_safetensors(Path::new(path))?;
    }
    Ok(ModelFiles::of_file(name, bytes))
}

fn named(name: &str) -> Result<ModelFiles, CliError> {
    match source_of(name) {
        Ok(Source::BuiltIn(checkpoint, bytes)) => {
            let negatives = checkpoint.negatives.as_ref().and_then(|negatives| built_in(&negatives.file));
            Ok(ModelFiles::of_checkpoint(&checkpoint, bytes.into(), negatives.map(Cow::Borrowed)))
        }
        Ok(Source::Hub(checkpoint, _)) => {
            let Some((bytes, sha256)) = Cache::find()?.model(name).read(name)? else {
                return Err(CliError::NotFetched { name: name.into(), size: megabytes(checkpoint.size()) });
            };
            checkpoint.check(&bytes).map_err(EngineError::from)?;
            let checkpoint = Checkpoint { sha256: Some(sha256), ..checkpoint };
            Ok(ModelFiles::of_checkpoint(&checkpoint, bytes.into(), None))
        }
        Ok(Source::Elsewhere(checkpoint, address)) => Err(CliError::elsewhere(&checkpoint, &address)),
        Err(_) if Path::new(name).is_dir() => {
            Err(CliError::read(Path::new(name), "it is a folder; name the safetensors file in it"))
        }
        Err(_) if name.contains(['/', '\\']) || name.ends_with(".safetensors") => {
            Err(CliError::read(Path::new(name), "there is no such file"))
        }
        Err(error) => Err(error),
    }
}

fn built_in(path: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, bytes)| *bytes)
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| CliError::read(path, error))
}
