//! What is kept, record by record: a number for the version, then the record, in postcard. Files lie beside the records, as
//! the browser's own.
//!
//! Records name each other by keys that stay the same from visit to visit, unlike the numbers of a gallery's images.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_bytes::ByteBuf;

use super::runs::Runs;
use crate::fungi::{Features, Part};
use crate::gallery::{Content, Origin};
use crate::ui::segmentation::paint::{Class, LoadedMasks};
use crate::ui::segmentation::state::MapSettings;

/// The version of every record that is written.
pub const VERSION: u32 = 1;

/// A record's key.
pub type Key = u32;

/// Why a record can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Its bytes are no record.
    #[error("the record is damaged")]
    Damaged,
    /// A later version of the page has written it.
    #[error("the record is of version {0}, which this page does not know yet")]
    Newer(u32),
}

/// An image of the gallery; its file lies beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRecord {
    /// The file's name.
    pub name: String,
    /// Its class.
    pub label: Option<String>,
    /// What the file holds, once it has been read.
    pub content: Option<Content>,
    /// Whether the browser decoded it, since the engine does not know its format.
    pub by_browser: bool,
}

/// An image's features of one origin, to the bit; parts are told apart by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureRecord(
    /// The features.
    #[serde(serialize_with = "by_name", deserialize_with = "from_names")]
    pub Features,
);

/// Where features come from, each origin with its number: the one in use last.
pub type OriginRecord = Vec<(u32, Origin)>;

/// The gallery as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GalleryRecord {
    /// The images, in order.
    pub images: Vec<Key>,
    /// The query from outside the gallery.
    pub outside: Option<Key>,
    /// The query.
    pub query: Option<Key>,
    /// The image that arrow keys start from.
    pub active: Option<Key>,
    /// The selected images.
    pub selected: Vec<Key>,
    /// The sample set's images, as far as they stand there until a person's own take their place.
    pub standing: Vec<Key>,
}

/// A photo of the Segmentation tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRecord {
    /// The file's name.
    pub name: String,
    /// What is painted on it.
    pub labels: Runs,
    /// Its true labels, if they are known.
    pub truth: Option<Runs>,
}

/// The Segmentation tab as a whole.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TabRecord {
    /// The classes.
    pub classes: Vec<Class>,
    /// The class that is painted with.
    pub class: u8,
    /// The masks that were loaded, by photo.
    pub masks: LoadedMasks,
    /// Photos to paint on.
    pub support: Vec<Key>,
    /// The photo to be mapped.
    pub query: Option<Key>,
    /// Photos that were the query before.
    pub former: Vec<Key>,
    /// Drawn scenes that can be the query.
    pub scenes: Vec<Key>,
    /// How maps are made.
    pub settings: MapSettings,
}

/// A record's bytes.
pub fn encode<T: Serialize>(record: &T) -> Vec<u8> {
    // Postcard fails only for types without a known length, of which records have none; an empty record reads as damaged.
    postcard::to_allocvec(&(VERSION, record)).unwrap_or_default()
}

/// Reads a record's bytes.
///
/// # Errors
///
/// They are damaged, or of a later version.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RecordError> {
    match postcard::take_from_bytes::<u32>(bytes) {
        Ok((VERSION, rest)) => match postcard::take_from_bytes(rest) {
            Ok((record, [])) => Ok(record),
            _ => Err(RecordError::Damaged),
        },
        Ok((version, _)) if version > VERSION => Err(RecordError::Newer(version)),
        _ => Err(RecordError::Damaged),
    }
}

fn by_name<S: Serializer>(features: &Features, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = |unit: &[f32]| ByteBuf::from(unit.iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<u8>>());
    let parts: Vec<(&str, ByteBuf)> = features.parts().map(|(part, unit)| (part.key(), bytes(unit))).collect();
    parts.serialize(serializer)
}

/// Parts that this version does not know are left out.
fn from_names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Features, D::Error> {
    let mut features = Features::new();
    for (name, bytes) in Vec::<(String, ByteBuf)>::deserialize(deserializer)? {
        let (numbers, rest) = bytes.as_chunks::<4>();
        let unit: Vec<f32> = numbers.iter().map(|number| f32::from_le_bytes(*number)).collect();
        if !rest.is_empty() || unit.is_empty() || unit.iter().any(|x| !x.is_finite()) {
            return Err(serde::de::Error::custom("not a row of finite numbers"));
        }
        if let Some(part) = Part::of_key(&name) {
            features.restore(part, unit);
        }
    }
    Ok(features)
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
