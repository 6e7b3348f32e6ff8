//! Galleries as safetensors files: a `[images, size]` matrix of f32 for each part, under the part's key. The header
//! says which model and settings made it, and from which files.
//!
//! | metadata | meaning |
//! |---|---|
//! | `format`, `version` | `mycoscope-gallery`, 2 |
//! | `program` | version of Mycoscope |
//! | `model`, `sha256` | name of the model, SHA-256 of its weights |
//! | `config` | shape of the model and normalisation of its input, JSON |
//! | `negatives` | SHA-256 of SimCLR's negatives |
//! | `settings`, `seed` | settings of the method, JSON; its seed again, as plain text |
//! | `files` | JSON: for each row the file's name, label, SHA-256 and size in pixels |

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::{Content, Entry};
use crate::fungi::{Features, Part, Settings};
use crate::vit::ViTConfig;

const FORMAT: &str = "mycoscope-gallery";
const VERSION: &str = "2";

/// What determined the features, besides the images.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its weights, in hexadecimal.
    pub sha256: String,
    /// Its shape, and the normalisation of its input.
    pub config: ViTConfig,
    /// SHA-256 of SimCLR's negatives, in hexadecimal; empty without SimCLR.
    pub negatives: String,
    /// Settings of the method.
    pub settings: Settings,
}

/// Why a gallery could not be saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// Some images have a part that others lack, or in another size.
    #[error("the part {0} differs in size between images or is missing from some; compute them with the same settings")]
    Uneven(&'static str),
    /// An image has not been read yet.
    #[error("{0} has not been read yet; save the gallery once it has")]
    Unread(String),
}

/// A row's description in the header.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    label: Option<&'a str>,
    sha256: String,
    size: (u32, u32),
}

/// Images and their features as the bytes of a file; equal galleries give equal files.
///
/// # Errors
///
/// If the images do not have the same parts in the same sizes, or the content of one is not known.
pub fn save<'a>(
    images: impl IntoIterator<Item = (&'a Entry, &'a Features)>,
    provenance: &Provenance,
) -> Result<Vec<u8>, GalleryError> {
    let (entries, features): (Vec<&Entry>, Vec<&Features>) = images.into_iter().unzip();
    let mut header = BTreeMap::from([("__metadata__", json!(metadata(&entries, provenance)?))]);
    let mut data: Vec<u8> = Vec::new();
    for part in Part::ALL {
        let rows: Vec<&[f32]> = features.iter().filter_map(|features| features.get(part)).collect();
        let Some(size) = rows.first().map(|row| row.len()) else { continue };
        if rows.len() != entries.len() || rows.iter().any(|row| row.len() != size) {
            return Err(GalleryError::Uneven(part.key()));
        }
        let start = data.len();
        data.extend(rows.iter().flat_map(|row| row.iter().flat_map(|x| x.to_le_bytes())));
        let tensor = json!({ "dtype": "F32", "shape": [rows.len(), size], "data_offsets": [start, data.len()] });
        header.insert(part.key(), tensor);
    }
    let mut header = text(&header).into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    Ok([&(header.len() as u64).to_le_bytes(), &header[..], &data].concat())
}

/// All values are strings, as safetensors requires.
fn metadata<'a>(
    entries: &[&'a Entry],
    provenance: &Provenance,
) -> Result<BTreeMap<&'static str, String>, GalleryError> {
    let row = |entry: &&'a Entry| match entry.content.as_deref() {
        Some(Content { hash, size, .. }) => {
            Ok(Row { name: &entry.name, label: entry.label.as_deref(), sha256: hexadecimal(hash), size: *size })
        }
        None => Err(GalleryError::Unread(entry.name.clone())),
    };
    let files: Vec<Row<'_>> = entries.iter().map(row).collect::<Result<_, _>>()?;
    let Provenance { model, sha256, config, negatives, settings } = provenance;
    Ok(BTreeMap::from([
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("program", env!("CARGO_PKG_VERSION").to_owned()),
        ("model", model.clone()),
        ("sha256", sha256.clone()),
        ("config", text(config)),
        ("negatives", negatives.clone()),
        ("settings", text(settings)),
        ("seed", settings.seed.to_string()),
        ("files", text(&files)),
    ]))
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text for keys is always JSON")
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use safetensors::SafeTensors;
    use serde_json::Value;

    use super::*;
    use crate::vit::Activation;

    fn entry(n: u8) -> Entry {
        let label = n.is_multiple_of(2).then(|| "a \"label\"".to_owned());
        let content = Content { hash: [n; 32], size: (7, 9), thumbnail: Vec::new() };
        Entry { id: n.into(), name: format!("{n}.png"), label, content: Some(Arc::new(content)) }
    }

    fn features(n: u8, parts: &[Part]) -> Features {
        let mut features = Features::new();
        parts.iter().for_each(|&part| features.set(part, vec![f32::from(n), 2.0, 3.0]));
        features
    }

    fn provenance() -> Provenance {
        let config = ViTConfig {
            image: 64,
            patch: 8,
            dim: 192,
            depth: 12,
            heads: 3,
            hidden: 768,
            prefix: 1,
            activation: Activation::Gelu,
            pre_norm: false,
            layer_scale: false,
            eps: 1e-6,
            mean: [0.5; 3],
            std: [0.25; 3],
        };
        let settings = Settings { seed: u64::MAX, ..Settings::default() };
        let [model, sha256, negatives] = ["tiny", "00", "11"].map(String::from);
        Provenance { model, sha256, config, negatives, settings }
    }

    #[test]
    fn a_saved_gallery_is_a_safetensors_file_with_its_provenance() {
        let parts = [Part::Embedding, Part::Dino];
        let images = [0, 1, 200].map(|n| (entry(n), features(n, &parts)));
        let bytes = save(images.iter().map(|(entry, features)| (entry, features)), &provenance()).unwrap();
        let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
        let metadata = metadata.metadata().clone().unwrap();
        assert_eq!((metadata["format"].as_str(), metadata["version"].as_str()), (FORMAT, VERSION));
        assert_eq!(metadata["seed"], u64::MAX.to_string());
        assert_eq!(serde_json::from_str::<Settings>(&metadata["settings"]).unwrap(), provenance().settings);
        assert_eq!(serde_json::from_str::<ViTConfig>(&metadata["config"]).unwrap(), provenance().config);
        let files: Value = serde_json::from_str(&metadata["files"]).unwrap();
        let expected = json!({ "name": "0.png", "label": "a \"label\"", "sha256": "00".repeat(32), "size": [7, 9] });
        assert_eq!(
            (&files[0], &files[1]["label"], files[2]["name"].as_str()),
            (&expected, &Value::Null, Some("200.png"))
        );
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        assert_eq!(tensors.len(), parts.len());
        for part in parts {
            let matrix = tensors.tensor(part.key()).unwrap();
            assert_eq!(matrix.shape(), [3, 3]);
            let values = matrix.data().as_chunks().0.iter().map(|&x| f32::from_le_bytes(x));
            let expected = images.iter().flat_map(|(_, features)| features.get(part).unwrap().to_vec());
            assert!(values.eq(expected));
        }
    }

    #[test]
    fn an_empty_gallery_is_a_file_too() {
        let bytes = save([], &provenance()).unwrap();
        assert!(SafeTensors::deserialize(&bytes).unwrap().is_empty());
    }

    #[test]
    fn uneven_parts_and_unread_images_are_refused() {
        let [first, second] = [entry(0), entry(1)];
        let (both, one) = (features(0, &[Part::Embedding, Part::Kl]), features(1, &[Part::Embedding]));
        let saved = save([(&first, &both), (&second, &one)], &provenance());
        assert!(matches!(saved, Err(GalleryError::Uneven("kl"))));
        let unread = Entry { content: None, ..entry(3) };
        assert!(matches!(save([(&unread, &one)], &provenance()), Err(GalleryError::Unread(name)) if name == "3.png"));
    }
}
