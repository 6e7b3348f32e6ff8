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

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use safetensors::{Dtype, SafeTensorError, SafeTensors};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entry::{hexadecimal, parse_hash};
use super::{Content, Entry, Id, Provenance};
use crate::fungi::{Features, Part};

const FORMAT: &str = "mycoscope-gallery";
const VERSION: &str = "2";

/// A gallery that was read from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The rows, numbered in order, without thumbnails; features to the bit as they were saved.
    pub images: Vec<(Entry, Features)>,
    /// What made their features.
    pub provenance: Provenance,
    /// Version of the program that did.
    pub program: String,
}

/// Why a gallery could not be saved or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// Some images have a part that others lack, or in another size.
    #[error("the part {0} differs in size between images or is missing from some; compute them with the same settings")]
    Uneven(&'static str),
    /// Not a safetensors file, or cut short.
    #[error("it is not a complete safetensors file ({0})")]
    Format(#[from] SafeTensorError),
    /// A safetensors file of something else, or of another version.
    #[error("it is not a gallery of version {VERSION} as Mycoscope saves it: its header {0}")]
    NotAGallery(String),
    /// A part's matrix that the header contradicts, or with values that no feature has.
    #[error("its part {0} is damaged: it is missing, or not a finite f32 row for each image")]
    Part(&'static str),
    /// An image has not been read yet.
    #[error("{0} has not been read yet; save the gallery once it has")]
    Unread(String),
}

/// A row's description in the header.
#[derive(Serialize, Deserialize)]
struct Row<'a> {
    name: Cow<'a, str>,
    label: Option<Cow<'a, str>>,
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
        Some(Content { hash, size, .. }) => Ok(Row {
            name: entry.name.as_str().into(),
            label: entry.label.as_deref().map(Cow::from),
            sha256: hexadecimal(hash),
            size: *size,
        }),
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

/// Reads what [`save`] writes.
///
/// # Errors
///
/// If the bytes are no gallery, one of another version, or a damaged one.
pub fn open(bytes: &[u8]) -> Result<Saved, GalleryError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let header = metadata.metadata().clone().unwrap_or_default();
    let text = |key: &str| header.get(key).ok_or_else(|| GalleryError::NotAGallery(format!("lacks \"{key}\"")));
    for (key, expected) in [("format", FORMAT), ("version", VERSION)] {
        let found = text(key)?;
        if found != expected {
            return Err(GalleryError::NotAGallery(format!("says {key} \"{found}\", not \"{expected}\"")));
        }
    }
    let provenance = Provenance {
        model: text("model")?.clone(),
        sha256: text("sha256")?.clone(),
        config: parse("config", text("config")?)?,
        negatives: text("negatives")?.clone(),
        settings: parse("settings", text("settings")?)?,
    };
    check(&provenance)?;
    let rows: Vec<Row<'_>> = parse("files", text("files")?)?;
    let mut features = vec![Features::new(); rows.len()];
    let tensors = SafeTensors::deserialize(bytes)?;
    let parts = if rows.is_empty() { Vec::new() } else { provenance.settings.parts() };
    for part in parts {
        let damaged = || GalleryError::Part(part.key());
        let matrix = tensors.tensor(part.key()).map_err(|_| damaged())?;
        let values: Vec<f32> = matrix.data().as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect();
        let size = match *matrix.shape() {
            [count, size] if count == rows.len() && size > 0 && matrix.dtype() == Dtype::F32 => size,
            _ => return Err(damaged()),
        };
        if !values.iter().all(|x| x.is_finite()) {
            return Err(damaged());
        }
        for (features, row) in features.iter_mut().zip(values.chunks_exact(size)) {
            features.restore(part, row.to_vec());
        }
    }
    let image = |((id, Row { name, label, sha256, size }), features): ((Id, Row<'_>), Features)| {
        let hash = parse_hash(&sha256).ok_or_else(|| GalleryError::NotAGallery("holds a malformed SHA-256".into()))?;
        let content = Some(Arc::new(Content { hash, size, thumbnail: Vec::new() }));
        Ok((Entry { id, name: name.into_owned(), label: label.map(Cow::into_owned), content }, features))
    };
    let images = (0..).zip(rows).zip(features).map(image).collect::<Result<_, GalleryError>>()?;
    Ok(Saved { images, provenance, program: text("program")?.clone() })
}

fn parse<T: for<'a> Deserialize<'a>>(key: &str, text: &str) -> Result<T, GalleryError> {
    serde_json::from_str(text).map_err(|error| GalleryError::NotAGallery(format!("has a damaged \"{key}\": {error}")))
}

/// Refuses numbers that no model and no settings have: one too large for an f32 is read as infinite, which JSON cannot hold.
fn check(Provenance { config, settings, .. }: &Provenance) -> Result<(), GalleryError> {
    let damaged = |key, what: &str| GalleryError::NotAGallery(format!("has a damaged \"{key}\": {what}"));
    if !config.mean.iter().chain(&config.std).chain([&config.eps]).all(|x| x.is_finite()) {
        return Err(damaged("config", "a number is too large"));
    }
    settings.check(config.image).map_err(|error| damaged("settings", &error.to_string()))
}

fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data with text for keys is always JSON")
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::TensorView;
    use serde_json::Value;

    use super::*;
    use crate::fungi::Settings;
    use crate::vit::ViTConfig;

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
        let config = ViTConfig::small(64);
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
        assert_eq!(open(&bytes).unwrap().images, []);
    }

    #[test]
    fn a_gallery_comes_back_to_the_bit() {
        let provenance = Provenance { settings: Settings::default().with_objectives(Vec::new()), ..provenance() };
        let images = [0, 1, 200].map(|n| (entry(n), features(n, &[Part::Embedding])));
        let bytes = save(images.iter().map(|(entry, features)| (entry, features)), &provenance).unwrap();
        let Saved { images: opened, provenance: how, program } = open(&bytes).unwrap();
        assert_eq!((how, program.as_str()), (provenance, env!("CARGO_PKG_VERSION")));
        assert_eq!(opened.len(), images.len());
        for (id, ((opened, restored), (entry, features))) in (0..).zip(opened.iter().zip(&images)) {
            assert_eq!((opened, restored), (&Entry { id, ..entry.clone() }, features));
        }
    }

    #[test]
    fn what_is_no_gallery_is_an_error_with_a_sentence() {
        let sentence = |bytes: &[u8]| open(bytes).unwrap_err().to_string();
        assert!(sentence(b"no").contains("not a complete safetensors file"));
        let other = safetensors::serialize(Vec::<(&str, TensorView<'_>)>::new(), None).unwrap();
        assert!(sentence(&other).contains("lacks \"format\""));
        // The parts that the settings name are not there.
        let one = (entry(0), features(0, &[Part::Embedding]));
        let mut bytes = save([(&one.0, &one.1)], &provenance()).unwrap();
        assert!(sentence(&bytes).contains("its part kl is damaged"), "{}", sentence(&bytes));
        let version = bytes.windows(13).position(|part| part == br#""version":"2""#).unwrap();
        bytes[version + 11] = b'1';
        assert!(sentence(&bytes).contains("says version \"1\", not \"2\""), "{}", sentence(&bytes));
        bytes.pop();
        assert!(sentence(&bytes).contains("not a complete safetensors file"));
        for digits in ["0", "0g", "\u{e9}\u{e9}"] {
            assert_eq!(parse_hash(digits), None);
        }
        assert_eq!(parse_hash(&hexadecimal(&[0xa7; 32])), Some([0xa7; 32]));
    }

    /// Found by `tests/mutations`: they were opened as infinite, and what was saved again could not be opened.
    #[test]
    fn numbers_that_are_too_large_are_refused() {
        let one = (entry(0), features(0, &[Part::Embedding]));
        let saved = save([(&one.0, &one.1)], &provenance()).unwrap();
        // Escaped, since the JSON is itself a text of the header's JSON; of the same length each.
        for (from, to, key) in [("[0.25,", "[9e99,", "config"), (r#"re\":15.0"#, r#"re\":9e99"#, "settings")] {
            let at = saved.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
            let mut bytes = saved.clone();
            bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
            let sentence = open(&bytes).unwrap_err().to_string();
            assert!(sentence.contains(&format!("has a damaged \"{key}\"")), "{sentence}");
        }
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
