//! From `--model` to weights: a file, or a model that the program carries within itself.

use std::borrow::Cow;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::CliError;
use super::options::ModelOptions;
use crate::gallery::file::hexadecimal;
use crate::vit::LoadOptions;
use crate::vit::catalogue::Catalogue;

/// A file that was built in: its path in the catalogue, its bytes.
type BuiltIn = (&'static str, &'static [u8]);

/// The files of the catalogue's models.
const FILES: [BuiltIn; 2] = [
    ("vit-ti8-64/model.safetensors", include_bytes!("../../models/vit-ti8-64/model.safetensors")),
    ("vit-ti8-64/negatives.safetensors", include_bytes!("../../models/vit-ti8-64/negatives.safetensors")),
];

/// A model's files, and what they do not say about themselves.
pub(super) struct Weights {
    /// The catalogue's name, or the file's.
    pub name: String,
    /// SHA-256 of the weights, in hexadecimal.
    pub sha256: String,
    pub bytes: Cow<'static, [u8]>,
    pub options: LoadOptions,
    /// The file of its negatives, where it has one.
    pub negatives: Option<Cow<'static, [u8]>>,
}

/// The weights that the options name.
pub(super) fn find(options: &ModelOptions) -> Result<Weights, CliError> {
    let mut found =
        if Path::new(&options.model).is_file() { from_file(&options.model)? } else { built_in(&options.model)? };
    let LoadOptions { image, heads, mean, std, .. } = &mut found.options;
    *image = options.image.or(*image);
    *heads = options.heads.or(*heads);
    *mean = options.mean.or(*mean);
    *std = options.std.or(*std);
    if let Some(path) = &options.negatives {
        found.negatives = Some(read(path)?.into());
    }
    Ok(found)
}

fn from_file(path: &str) -> Result<Weights, CliError> {
    let bytes = read(Path::new(path))?;
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sha256 = hexadecimal(&Sha256::digest(&bytes));
    Ok(Weights { name, sha256, bytes: bytes.into(), options: LoadOptions::default(), negatives: None })
}

fn built_in(name: &str) -> Result<Weights, CliError> {
    let catalogue = Catalogue::built_in()?;
    let file = |path: &str| FILES.iter().find(|(known, _)| *known == path).map(|(_, bytes)| Cow::Borrowed(*bytes));
    let carried = |name: &str| {
        let checkpoint = catalogue.find(name)?;
        Some((checkpoint, file(&checkpoint.file)?))
    };
    let Some((checkpoint, bytes)) = carried(name) else {
        if name.contains(['/', '\\']) || name.ends_with(".safetensors") {
            return Err(CliError::read(Path::new(name), "there is no such file"));
        }
        let known = catalogue.checkpoints.iter().map(|checkpoint| checkpoint.name.as_str());
        let known: Vec<&str> = known.filter(|name| carried(name).is_some()).collect();
        return Err(CliError::UnknownModel { name: name.into(), known: known.join(", ") });
    };
    Ok(Weights {
        name: checkpoint.name.clone(),
        sha256: checkpoint.sha256.clone(),
        bytes,
        options: checkpoint.options(),
        negatives: checkpoint.negatives.as_deref().and_then(file),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    std::fs::read(path).map_err(|error| CliError::read(path, error))
}
