//! The checkpoints that are available by name: `models/catalogue.json`.

use serde::{Deserialize, Serialize};

use super::config::{LoadOptions, ViTConfig};
use super::{LoadError, recognise};

/// Where public checkpoints are kept; others can mirror it.
pub const HUB: &str = "https://huggingface.co";

/// A checkpoint that is available by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Its name, which is also its folder's.
    pub name: String,
    /// Where its weights are.
    #[serde(flatten)]
    pub weights: Weights,
    /// SHA-256 of the weights, in hexadecimal; absent where nobody has published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Size of the weights in bytes; absent where it is not known for certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Its negatives for SimCLR, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub negatives: Option<SideFile>,
    /// What it is and how it was made, in words.
    pub description: String,
    /// Licence of the weights.
    pub licence: String,
    /// Where they come from.
    pub source: String,
    /// Its shape, and what the weights do not say.
    pub config: ViTConfig,
}

/// Where a checkpoint's weights are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weights {
    /// With this program: a path relative to the catalogue.
    File(String),
    /// On the hub.
    Hub(HubFile),
    /// Elsewhere, as a file that people download themselves and then open: its address, or a page that links to it.
    Elsewhere(String),
}

/// A file on the hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubFile {
    /// The repository, as `owner/name`.
    pub repository: String,
    /// The commit; the newest, if none is pinned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The file's path in it.
    pub file: String,
}

impl HubFile {
    /// Its address, given the hub's or a mirror's.
    pub fn address(&self, hub: &str) -> String {
        let Self { repository, revision, file } = self;
        format!("{}/{repository}/resolve/{}/{file}", hub.trim_end_matches('/'), revision.as_deref().unwrap_or("main"))
    }
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
        let ViTConfig { image, heads, mean, std, eps, activation, output, .. } = self.config;
        LoadOptions {
            image: Some(image),
            heads: Some(heads),
            mean: Some(mean),
            std: Some(std),
            eps: Some(eps),
            activation: Some(activation),
            output: Some(output),
        }
    }

    /// Whether a file holds this model, as far as names and shapes tell.
    ///
    /// # Errors
    ///
    /// A [`LoadError`] if it holds no model at all or another one.
    pub fn check(&self, bytes: &[u8]) -> Result<(), LoadError> {
        // How many heads there are is the one thing that shapes do not tell, and must not be what is wrong.
        let options = LoadOptions { heads: Some(1), ..self.options() };
        let found = ViTConfig { heads: self.config.heads, ..recognise(bytes, bytes.len() as u64, &options)? };
        match found == self.config {
            true => Ok(()),
            false => Err(LoadError::Other { found: found.to_string(), expected: self.config.to_string() }),
        }
    }

    /// Size of the weights in bytes, from their shape in f32 where the file's is not known.
    pub fn size(&self) -> u64 {
        self.bytes.unwrap_or(4 * self.config.parameters() as u64)
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
    use burn::prelude::Device;

    use super::*;
    use crate::vit::{Activation, ViT};
    use sha2::{Digest, Sha256};

    fn built_in() -> Vec<Checkpoint> {
        Catalogue::built_in().unwrap().checkpoints
    }

    /// Sizes, checksums and shapes match the files that come with the program.
    #[test]
    fn the_catalogue_matches_its_files() {
        let mut carried = 0;
        for checkpoint in built_in() {
            let Weights::File(file) = checkpoint.weights.clone() else { continue };
            carried += 1;
            let (sha256, bytes) = (checkpoint.sha256.clone().unwrap(), checkpoint.bytes.unwrap());
            let weights = SideFile { file: file.clone(), sha256, bytes };
            for SideFile { file, sha256, bytes } in std::iter::once(weights).chain(checkpoint.negatives.clone()) {
                let path = format!("{}/models/{file}", env!("CARGO_MANIFEST_DIR"));
                let content = std::fs::read(&path).unwrap();
                assert_eq!(content.len() as u64, bytes, "{path}");
                let sum: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(sum, sha256, "{path}");
                assert!(file.starts_with(&format!("{}/", checkpoint.name)), "{path}");
            }
            let weights = std::fs::read(format!("{}/models/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
            let vit = ViT::load(&weights, &checkpoint.options(), &Device::flex()).unwrap();
            assert_eq!(vit.config(), &checkpoint.config);
            // In f16, with a header.
            let values = 2 * checkpoint.config.parameters() as u64;
            assert!((values..values + 30_000).contains(&checkpoint.size()), "{values}");
        }
        assert_eq!(carried, 2);
    }

    #[test]
    fn every_entry_is_consistent() {
        let catalogue = built_in();
        let mut names = std::collections::BTreeSet::new();
        for checkpoint in &catalogue {
            let Checkpoint { name, weights, description, licence, source, config, .. } = checkpoint;
            assert!(names.insert(name), "{name} is there twice");
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(!name.is_empty() && name.chars().all(is_kebab), "{name}");
            assert!(config.dim.is_multiple_of(config.heads) && config.image.is_multiple_of(config.patch), "{name}");
            assert!(config.mean.iter().all(|mean| (0.0..1.0).contains(mean)), "{name}");
            assert!(config.std.iter().all(|std| (0.1..1.0).contains(std)), "{name}");
            assert!(config.eps == 1e-6 || config.eps == 1e-5, "{name}");
            assert!(description.ends_with('.') && !licence.is_empty() && !source.is_empty(), "{name}");
            match weights {
                Weights::File(file) => assert!(file.starts_with(name.as_str()), "{name}"),
                Weights::Hub(file) => {
                    assert!(file.repository.split('/').count() == 2 && file.file.ends_with(".safetensors"), "{name}");
                }
                Weights::Elsewhere(address) => assert!(address.starts_with("https://"), "{name}"),
            }
        }
        // The sizes that the models' papers give.
        let millions = |name: &str| {
            let checkpoint = catalogue.iter().find(|checkpoint| checkpoint.name == name);
            checkpoint.map(|checkpoint| checkpoint.config.parameters().div_ceil(1_000_000))
        };
        assert_eq!(
            (millions("dino-s16"), millions("dinov2-s14-reg"), millions("dino-b8")),
            (Some(22), Some(22), Some(86))
        );
    }

    #[test]
    fn a_name_is_found_and_no_name_is_the_default() {
        let catalogue = Catalogue::built_in().unwrap();
        for checkpoint in &catalogue.checkpoints {
            assert_eq!(catalogue.find(&checkpoint.name), Some(checkpoint));
        }
        assert_eq!(catalogue.find(""), catalogue.checkpoints.first());
        assert_eq!(catalogue.find("no such model"), None);
    }

    #[test]
    fn load_options_of_a_checkpoint_are_passed_on() {
        let mut checkpoint = built_in().remove(0);
        checkpoint.config = ViTConfig { eps: 1e-5, activation: Activation::QuickGelu, ..checkpoint.config };
        let options = checkpoint.options();
        assert_eq!((options.eps, options.activation), (Some(1e-5), Some(Activation::QuickGelu)));
    }

    #[test]
    fn a_file_on_the_hub_has_an_address_of_the_hubs_form() {
        let json = r#"{"hub": {"repository": "timm/vit_small_patch16_224.dino", "file": "model.safetensors"}}"#;
        let Weights::Hub(file) =
            serde_json::from_value(serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap()
        else {
            panic!("a file on the hub")
        };
        let expected = "https://huggingface.co/timm/vit_small_patch16_224.dino/resolve/main/model.safetensors";
        assert_eq!(file.address(HUB), expected);
        let pinned = HubFile { revision: Some("0123abcd".into()), ..file };
        assert!(pinned.address("http://localhost:8000/").starts_with("http://localhost:8000/timm/"));
        assert!(pinned.address(HUB).contains("/resolve/0123abcd/"));
    }

    #[test]
    fn a_broken_catalogue_is_explained() {
        let error = Catalogue::parse(b"[{\"name\": 3}]").unwrap_err().to_string();
        assert!(error.contains("catalogue") && error.contains("line 1"), "{error}");
    }
}
