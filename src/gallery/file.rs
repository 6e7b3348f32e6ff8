//! Galleries as safetensors files: a `[images, size]` matrix of f32 for each part, under the part's key, and in the
//! header who made it, of which files, and how.
//!
//! | metadata | what |
//! |---|---|
//! | `format`, `version` | `mycoscope-gallery`, 2 |
//! | `program` | version of Mycoscope |
//! | `model`, `sha256` | name of the model, SHA-256 of its weights |
//! | `config` | shape of the model and normalisation of its input, JSON |
//! | `negatives` | SHA-256 of SimCLR's negatives |
//! | `settings`, `seed` | settings of the method, JSON; its seed once more, plainly |
//! | `files` | JSON: for each row the file's name, label, SHA-256 and size in pixels |

use std::collections::HashMap;

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};

use super::{Entry, Hash};
use crate::fungi::{Features, Part, Settings};
use crate::vit::ViTConfig;

const FORMAT: &str = "mycoscope-gallery";
const VERSION: &str = "2";

/// What, beside the images, made the features what they are.
#[derive(Debug, Clone, PartialEq)]
pub struct Provenance {
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its weights, in hexadecimal.
    pub sha256: String,
    /// Its shape, and what its input is normalised by.
    pub config: ViTConfig,
    /// SHA-256 of SimCLR's negatives, in hexadecimal; empty without SimCLR.
    pub negatives: String,
    /// Settings of the method.
    pub settings: Settings,
}

/// Why a gallery could not be saved or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// Not a safetensors file, or cut short.
    #[error("the gallery is not a complete safetensors file ({0}); save it again")]
    Format(#[from] SafeTensorError),
    /// A safetensors file of something else, or of another version.
    #[error(
        "this safetensors file is not a gallery of version {VERSION}: its header {0}; open one that Mycoscope saved"
    )]
    NotAGallery(String),
    /// Some images have a part that others lack, or in another size.
    #[error("the part {0} differs in size between images or is missing from some; compute them with the same settings")]
    Uneven(&'static str),
}

/// A row's description in the header.
#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    label: Option<String>,
    sha256: String,
    size: (u32, u32),
}

/// The gallery as the bytes of a file.
///
/// # Errors
///
/// If the entries do not have the same parts in the same sizes.
pub fn save<'a>(
    entries: impl IntoIterator<Item = &'a Entry>,
    provenance: &Provenance,
) -> Result<Vec<u8>, GalleryError> {
    let entries: Vec<&Entry> = entries.into_iter().collect();
    let mut matrices = Vec::new();
    for part in Part::ALL {
        let rows: Vec<&[f32]> = entries.iter().filter_map(|entry| entry.features.get(part)).collect();
        let Some(size) = rows.first().map(|row| row.len()) else { continue };
        if rows.len() != entries.len() || rows.iter().any(|row| row.len() != size) {
            return Err(GalleryError::Uneven(part.key()));
        }
        let bytes: Vec<u8> = rows.iter().flat_map(|row| row.iter().flat_map(|x| x.to_le_bytes())).collect();
        matrices.push((part.key(), [rows.len(), size], bytes));
    }
    let views = matrices
        .iter()
        .map(|(key, shape, bytes)| Ok((*key, TensorView::new(Dtype::F32, shape.to_vec(), bytes)?)))
        .collect::<Result<Vec<_>, SafeTensorError>>()?;
    sorted(safetensors::serialize(views, Some(header(&entries, provenance)))?)
}

/// The same file with its header's keys in order, so that equal galleries are equal files.
fn sorted(file: Vec<u8>) -> Result<Vec<u8>, GalleryError> {
    let (length, _) = SafeTensors::read_metadata(&file)?;
    let Some((text, data)) = file.get(8..).and_then(|rest| rest.split_at_checked(length)) else { return Ok(file) };
    let header: serde_json::Value = parse("header", &String::from_utf8_lossy(text))?;
    let mut text = json(&header).into_bytes();
    text.resize(text.len().next_multiple_of(8), b' ');
    Ok([&(text.len() as u64).to_le_bytes(), &text[..], data].concat())
}

fn header(entries: &[&Entry], provenance: &Provenance) -> HashMap<String, String> {
    let file = |entry: &&Entry| File {
        name: entry.name.clone(),
        label: entry.label.clone(),
        sha256: hexadecimal(&entry.hash),
        size: entry.size,
    };
    let files: Vec<File> = entries.iter().map(file).collect();
    let Provenance { model, sha256, config, negatives, settings } = provenance;
    [
        ("format", FORMAT.to_owned()),
        ("version", VERSION.to_owned()),
        ("program", env!("CARGO_PKG_VERSION").to_owned()),
        ("model", model.clone()),
        ("sha256", sha256.clone()),
        ("config", json(config)),
        ("negatives", negatives.clone()),
        ("settings", json(settings)),
        ("seed", settings.seed.to_string()),
        ("files", json(&files)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// The entries of a saved gallery (without thumbnails), and what made them.
///
/// # Errors
///
/// If the bytes are no gallery, or a damaged one.
pub fn open(bytes: &[u8]) -> Result<(Vec<Entry>, Provenance), GalleryError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let header = metadata.metadata().clone().unwrap_or_default();
    let text = |key: &str| header.get(key).ok_or_else(|| GalleryError::NotAGallery(format!("lacks \"{key}\"")));
    if text("format")? != FORMAT || text("version")? != VERSION {
        return Err(GalleryError::NotAGallery("names another format or version".into()));
    }
    let provenance = Provenance {
        model: text("model")?.clone(),
        sha256: text("sha256")?.clone(),
        config: parse("config", text("config")?)?,
        negatives: text("negatives")?.clone(),
        settings: parse("settings", text("settings")?)?,
    };
    let files: Vec<File> = parse("files", text("files")?)?;
    let mut features = vec![Features::new(); files.len()];
    let tensors = SafeTensors::deserialize(bytes)?;
    for part in Part::ALL {
        let Ok(matrix) = tensors.tensor(part.key()) else { continue };
        let &[rows, size] = matrix.shape() else { return Err(GalleryError::Uneven(part.key())) };
        if rows != files.len() || matrix.dtype() != Dtype::F32 {
            return Err(GalleryError::Uneven(part.key()));
        }
        let values: Vec<f32> =
            matrix.data().chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        for (features, row) in features.iter_mut().zip(values.chunks_exact(size.max(1))) {
            features.set(part, row.to_vec());
        }
    }
    let entry = |(file, features): (File, Features)| {
        let hash = hash(&file.sha256).ok_or_else(|| GalleryError::NotAGallery("holds a malformed SHA-256".into()))?;
        let File { name, label, size, .. } = file;
        Ok(Entry { name, label, hash, size, thumbnail: Vec::new(), features })
    };
    let entries = files.into_iter().zip(features).map(entry).collect::<Result<_, GalleryError>>()?;
    Ok((entries, provenance))
}

/// Bytes as lower-case hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(digits: &str) -> Option<Hash> {
    let digits = (digits.len() == 64 && digits.is_ascii()).then_some(digits)?;
    let mut hash = Hash::default();
    for (i, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(hash)
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text for keys is always JSON")
}

fn parse<T: for<'a> Deserialize<'a>>(key: &str, text: &str) -> Result<T, GalleryError> {
    serde_json::from_str(text).map_err(|error| GalleryError::NotAGallery(format!("has a damaged \"{key}\": {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vit::Activation;

    fn entry(n: u8, parts: &[Part]) -> Entry {
        let mut features = Features::new();
        parts.iter().for_each(|&part| features.set(part, vec![f32::from(n), 2.0, 3.0]));
        let label = n.is_multiple_of(2).then(|| "a \"label\"".to_owned());
        Entry { name: format!("{n}.png"), label, hash: [n; 32], size: (7, 9), thumbnail: Vec::new(), features }
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
        let settings = Settings { seed: u64::MAX, ..Settings::default() }.with_objectives(Vec::new());
        let [model, sha256, negatives] = ["tiny", "00", "11"].map(String::from);
        Provenance { model, sha256, config, negatives, settings }
    }

    #[test]
    fn a_gallery_comes_back_as_it_was_saved() {
        let entries = [0, 1, 200].map(|n| entry(n, &[Part::Embedding, Part::Dino]));
        let bytes = save(&entries, &provenance()).unwrap();
        let (opened, how) = open(&bytes).unwrap();
        assert_eq!(how, provenance());
        for (a, b) in opened.iter().zip(&entries) {
            assert_eq!((&a.name, &a.label, a.hash, a.size), (&b.name, &b.label, b.hash, b.size));
            for ((p, x), (q, y)) in a.features.parts().zip(b.features.parts()) {
                assert!(p == q && x.iter().zip(y).all(|(x, y)| (x - y).abs() < 1e-6));
            }
            assert_eq!(a.features.parts().count(), 2);
        }
    }

    #[test]
    fn an_empty_gallery_is_a_gallery() {
        let (opened, _) = open(&save([], &provenance()).unwrap()).unwrap();
        assert!(opened.is_empty());
    }

    #[test]
    fn uneven_parts_are_refused() {
        let entries = [entry(0, &[Part::Embedding, Part::Kl]), entry(1, &[Part::Embedding])];
        assert!(matches!(save(&entries, &provenance()), Err(GalleryError::Uneven("kl"))));
    }

    #[test]
    fn what_is_no_gallery_is_an_error_with_a_sentence() {
        assert!(matches!(open(b"no"), Err(GalleryError::Format(_))));
        let other = safetensors::serialize(Vec::<(&str, TensorView)>::new(), None).unwrap();
        assert!(open(&other).unwrap_err().to_string().contains("lacks \"format\""));
        let mut cut = save(&[entry(0, &[Part::Embedding])], &provenance()).unwrap();
        cut.pop();
        assert!(open(&cut).is_err());
    }
}
