//! The checkpoints that are available by name: `models/catalogue.json`.

use serde::{Deserialize, Serialize};

use super::Activation;
use super::config::LoadOptions;

/// A checkpoint that is available by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Its name, which is also its folder's.
    pub name: String,
    /// Its weights, relative to the catalogue.
    pub file: String,
    /// SHA-256 of the weights, in hexadecimal.
    pub sha256: String,
    /// Size of the weights in bytes.
    pub bytes: u64,
    /// Its negatives for SimCLR, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negatives: Option<SideFile>,
    /// What it is and how it was made, in words.
    pub description: String,
    /// Licence of the weights.
    pub licence: String,
    /// Where they come from.
    pub source: String,
    /// Mean per channel of the pixels it was trained on, in 0..1.
    pub mean: [f32; 3],
    /// Standard deviation per channel of the pixels it was trained on, in 0..1.
    pub std: [f32; 3],
    /// Attention heads per block.
    pub heads: usize,
    /// Added to the variance in every norm, where it is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eps: Option<f32>,
    /// The MLP's activation, where it is not the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<Activation>,
}

/// A file beside a checkpoint's weights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideFile {
    /// Its path, relative to the catalogue.
    pub file: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl Checkpoint {
    /// What [`ViT::load`](super::ViT::load) needs to know besides the weights.
    pub fn options(&self) -> LoadOptions {
        let Self { heads, mean, std, eps, activation, .. } = *self;
        LoadOptions { image: None, heads: Some(heads), mean: Some(mean), std: Some(std), eps, activation }
    }
}

/// The checkpoints that are available by name, the default first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Catalogue {
    /// Every checkpoint.
    pub checkpoints: Vec<Checkpoint>,
}

/// The catalogue could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue of models cannot be read ({0}); restore models/catalogue.json")]
pub struct CatalogueError(#[from] serde_json::Error);

impl Catalogue {
    /// Parses `catalogue.json`.
    ///
    /// # Errors
    ///
    /// If it is not JSON of this form.
    pub fn parse(json: &[u8]) -> Result<Self, CatalogueError> {
        Ok(serde_json::from_slice(json)?)
    }

    /// The catalogue that this program was built with.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn built_in() -> Result<Self, CatalogueError> {
        Self::parse(include_bytes!("../../models/catalogue.json"))
    }

    /// The checkpoint called `name`, or the default if the name is empty.
    pub fn find(&self, name: &str) -> Option<&Checkpoint> {
        self.checkpoints.iter().find(|checkpoint| name.is_empty() || checkpoint.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// Sizes, checksums and heads match the files.
    #[test]
    fn the_catalogue_matches_its_files() {
        let catalogue = Catalogue::built_in().unwrap();
        assert!(!catalogue.checkpoints.is_empty());
        for checkpoint in &catalogue.checkpoints {
            let Checkpoint { file, sha256, bytes, negatives, .. } = checkpoint.clone();
            for SideFile { file, sha256, bytes } in negatives.into_iter().chain([SideFile { file, sha256, bytes }]) {
                let path = format!("{}/models/{file}", env!("CARGO_MANIFEST_DIR"));
                let content = std::fs::read(&path).unwrap();
                assert_eq!(content.len() as u64, bytes, "{path}");
                let sum: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(sum, sha256, "{path}");
                assert!(file.starts_with(&format!("{}/", checkpoint.name)), "{path}");
            }
            assert_eq!(catalogue.find(&checkpoint.name), Some(checkpoint));
        }
        assert_eq!(catalogue.find(""), catalogue.checkpoints.first());
        assert_eq!(catalogue.find("no such model"), None);
    }

    #[test]
    fn load_options_of_a_checkpoint_are_passed_on() {
        let mut checkpoint = serde_json::to_value(&Catalogue::built_in().unwrap().checkpoints[0]).unwrap();
        checkpoint["eps"] = 1e-5.into();
        checkpoint["activation"] = "quick-gelu".into();
        let options = serde_json::from_value::<Checkpoint>(checkpoint).unwrap().options();
        assert_eq!((options.eps, options.activation), (Some(1e-5), Some(Activation::QuickGelu)));
    }

    #[test]
    fn a_broken_catalogue_is_explained() {
        let error = Catalogue::parse(b"[{\"name\": 3}]").unwrap_err().to_string();
        assert!(error.contains("catalogue") && error.contains("line 1"), "{error}");
    }
}
