//! From `--model` to a model's files: given, or carried within the program.

use std::borrow::Cow;
use std::path::Path;

use super::CliError;
use super::options::ModelOptions;
use crate::engine::{EngineError, ModelFiles};
use crate::vit::LoadOptions;
use crate::vit::catalogue::{Catalogue, Weights};

/// A file that was built in: its path in the catalogue, its bytes.
type BuiltIn = (&'static str, &'static [u8]);

/// The files of the catalogue's models.
const FILES: [BuiltIn; 4] = [
    ("vit-ti8-64/model.safetensors", include_bytes!("../../models/vit-ti8-64/model.safetensors")),
    ("vit-ti8-64/negatives.safetensors", include_bytes!("../../models/vit-ti8-64/negatives.safetensors")),
    ("vit-ti8-64-dino/model.safetensors", include_bytes!("../../models/vit-ti8-64-dino/model.safetensors")),
    ("vit-ti8-64-dino/negatives.safetensors", include_bytes!("../../models/vit-ti8-64-dino/negatives.safetensors")),
];

/// The model that the options name.
pub(super) fn find(options: &ModelOptions) -> Result<ModelFiles, CliError> {
    let mut found =
        if Path::new(&options.model).is_file() { from_file(&options.model)? } else { built_in(&options.model)? };
    let LoadOptions { image, heads, mean, std, .. } = &mut found.options;
    *image = options.image.or(*image);
    *heads = options.heads.or(*heads);
    *mean = options.mean.or(*mean);
    *std = options.std.or(*std);
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
    Ok(ModelFiles::of_file(name, read(Path::new(path))?))
}

fn built_in(name: &str) -> Result<ModelFiles, CliError> {
    let catalogue = Catalogue::built_in().map_err(EngineError::from)?;
    let file = |path: &str| FILES.iter().find(|(known, _)| *known == path).map(|(_, bytes)| Cow::Borrowed(*bytes));
    let carried = |name: &str| {
        let checkpoint = catalogue.find(name)?;
        let Weights::File(path) = &checkpoint.weights else { return None };
        Some((checkpoint, file(path)?))
    };
    let Some((checkpoint, bytes)) = carried(name) else {
        if name.contains(['/', '\\']) || name.ends_with(".safetensors") {
            return Err(CliError::read(Path::new(name), "there is no such file"));
        }
        let known = catalogue.checkpoints.iter().map(|checkpoint| checkpoint.name.as_str());
        let known: Vec<&str> = known.filter(|name| carried(name).is_some()).collect();
        return Err(CliError::UnknownModel { name: name.into(), known: known.join(", ") });
    };
    let negatives = checkpoint.negatives.as_ref().and_then(|negatives| file(&negatives.file));
    Ok(ModelFiles::of_checkpoint(checkpoint, bytes, negatives))
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| CliError::read(path, error))
}
