//! Some images with thumbnails and features in one compact file, which the page opens before any engine is there.
//!
//! It is a number for the format, then [`Snapshot`], in postcard; features are in half precision.

use half::f16;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::ByteBuf;

use super::{Content, Origin};
use crate::fungi::{Features, Part};

const FORMAT: u32 = 1;

/// Images with the features that one model and one choice of settings gave them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// What made the features.
    pub origin: Origin,
    /// The images, in order.
    pub images: Vec<Image>,
}

/// An image of a [`Snapshot`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// The file's name.
    pub name: String,
    /// Its class.
    pub label: Option<String>,
    /// What the file holds, with a thumbnail.
    pub content: Content,
    /// Its features; unit vectors up to what half precision loses, 1e-3 of a number at most.
    #[serde(serialize_with = "halve", deserialize_with = "widen")]
    pub features: Features,
}

/// A snapshot could not be written or read: it is damaged, of another version, or has features that are not finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no snapshot of a gallery that this version of Mycoscope knows")]
pub struct NoSnapshot;

impl Snapshot {
    /// The bytes of its file.
    ///
    /// # Errors
    ///
    /// [`NoSnapshot`] if postcard can't write it; it has no such case.
    pub fn to_bytes(&self) -> Result<Vec<u8>, NoSnapshot> {
        postcard::to_allocvec(&(FORMAT, self)).map_err(|_| NoSnapshot)
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    ///
    /// [`NoSnapshot`] for anything else than what [`Self::to_bytes`] gives.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NoSnapshot> {
        match postcard::take_from_bytes::<u32>(bytes) {
            Ok((FORMAT, rest)) => postcard::from_bytes(rest).map_err(|_| NoSnapshot),
            _ => Err(NoSnapshot),
        }
    }
}

fn halve<S: Serializer>(features: &Features, serializer: S) -> Result<S::Ok, S::Error> {
    let bytes = |values: &[f32]| values.iter().flat_map(|x| f16::from_f32(*x).to_le_bytes()).collect::<Vec<u8>>();
    let parts: Vec<(Part, ByteBuf)> = features.parts().map(|(part, unit)| (part, bytes(unit).into())).collect();
    parts.serialize(serializer)
}

fn widen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Features, D::Error> {
    let mut features = Features::new();
    for (part, bytes) in Vec::<(Part, ByteBuf)>::deserialize(deserializer)? {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let unit: Vec<f32> = pairs.iter().map(|pair| f16::from_le_bytes(*pair).to_f32()).collect();
        if !rest.is_empty() || unit.is_empty() || unit.iter().any(|x| !x.is_finite()) {
            return Err(serde::de::Error::custom("not a row of finite numbers"));
        }
        features.restore(part, unit);
    }
    Ok(features)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Settings;

    fn snapshot() -> Snapshot {
        let mut features = Features::new();
        features.set(Part::Embedding, vec![0.3, -0.4, 0.001]);
        features.set(Part::MeanSimclr, vec![1.0, 2.0, -3.0]);
        let content = Content { hash: [7; 32], size: (128, 96), thumbnail: vec![1, 2, 3] };
        let image = Image { name: "cup/1.png".into(), label: Some("cup".into()), content, features };
        let origin = Origin { model: "ab".into(), settings: Settings::default() };
        Snapshot { origin, images: vec![image.clone(), Image { label: None, ..image }] }
    }

    #[test]
    fn what_is_written_is_read_to_half_precision() {
        let snapshot = snapshot();
        let read = Snapshot::from_bytes(&snapshot.to_bytes().unwrap()).unwrap();
        assert_eq!((&read.origin, read.images.len()), (&snapshot.origin, 2));
        for (read, written) in read.images.iter().zip(&snapshot.images) {
            assert_eq!((&read.name, &read.label, &read.content), (&written.name, &written.label, &written.content));
            assert_eq!(read.features.parts().count(), 2);
            for (part, unit) in written.features.parts() {
                let near = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-3 * b.abs();
                assert!(read.features.get(part).unwrap().iter().zip(unit).all(near), "{part:?}");
            }
        }
    }

    #[test]
    fn damage_is_an_error() {
        let mut bytes = snapshot().to_bytes().unwrap();
        assert_eq!(Snapshot::from_bytes(&bytes[..bytes.len() - 1]), Err(NoSnapshot));
        assert_eq!(Snapshot::from_bytes(&[]), Err(NoSnapshot));
        // The last number becomes infinite.
        let last = bytes.len() - 2..;
        bytes[last].copy_from_slice(&f16::INFINITY.to_le_bytes());
        assert_eq!(Snapshot::from_bytes(&bytes), Err(NoSnapshot));
        let mut other = snapshot().to_bytes().unwrap();
        other[0] = 2;
        assert_eq!(Snapshot::from_bytes(&other), Err(NoSnapshot));
    }
}
