//! How many numbers a gradient is projected to.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Size of a projected gradient. As text: `E` is the embedding's size, `2E` twice that, `384` just so many numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectionSize {
    /// So many times the embedding's size; once is the paper's choice (section 3.2).
    Times(usize),
    /// So many numbers, whatever the model.
    Numbers(usize),
}

impl ProjectionSize {
    /// How many numbers that is, where an embedding has `embedding`.
    pub fn of(self, embedding: usize) -> usize {
        match self {
            Self::Times(times) => embedding.saturating_mul(times),
            Self::Numbers(numbers) => numbers,
        }
    }
}

impl Default for ProjectionSize {
    fn default() -> Self {
        Self::Times(1)
    }
}

impl Display for ProjectionSize {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Times(1) => f.write_str("E"),
            Self::Times(times) => write!(f, "{times}E"),
            Self::Numbers(numbers) => write!(f, "{numbers}"),
        }
    }
}

impl FromStr for ProjectionSize {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (digits, of) = match text.strip_suffix(['E', 'e']) {
            Some("") => return Ok(Self::Times(1)),
            Some(digits) => (digits, Self::Times as fn(usize) -> Self),
            None => (text, Self::Numbers as fn(usize) -> Self),
        };
        let number = digits.parse().ok().filter(|number| *number > 0);
        number.map(of).ok_or("expected E, 2E, 4E (so many times the embedding's size), or a number from 1 on")
    }
}

/// As bytes: what an `Option` of the number of numbers was, with a third case, so that what was kept before is still read.
#[derive(Serialize, Deserialize)]
enum Packed {
    Embedding,
    Numbers(usize),
    Times(usize),
}

/// In text: null for the embedding's size, a number, or `2E`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(usize),
    Text(String),
}

impl Serialize for ProjectionSize {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (*self, serializer.is_human_readable()) {
            (Self::Times(1), true) => serializer.serialize_none(),
            (Self::Times(_), true) => serializer.collect_str(self),
            (Self::Numbers(numbers), true) => numbers.serialize(serializer),
            (Self::Times(1), false) => Packed::Embedding.serialize(serializer),
            (Self::Times(times), false) => Packed::Times(times).serialize(serializer),
            (Self::Numbers(numbers), false) => Packed::Numbers(numbers).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for ProjectionSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Ok(match Packed::deserialize(deserializer)? {
                Packed::Embedding => Self::default(),
                Packed::Numbers(numbers) => Self::Numbers(numbers),
                Packed::Times(times) => Self::Times(times),
            });
        }
        match Option::deserialize(deserializer)? {
            None => Ok(Self::default()),
            Some(Written::Number(numbers)) => Ok(Self::Numbers(numbers)),
            Some(Written::Text(text)) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_they_are_written() {
        for (text, size, of_192) in [
            ("E", ProjectionSize::Times(1), 192),
            ("4E", ProjectionSize::Times(4), 768),
            ("77", ProjectionSize::Numbers(77), 77),
        ] {
            assert_eq!((text.parse(), size.to_string(), size.of(192)), (Ok(size), text.to_owned(), of_192));
        }
        assert_eq!("2e".parse(), Ok(ProjectionSize::Times(2)));
        for wrong in ["", "0", "0E", "-1", "1.5E", "EE", "E2", "99999999999999999999999"] {
            assert!(wrong.parse::<ProjectionSize>().is_err(), "{wrong}");
        }
    }

    /// Files and galleries from before there was `2E` have an optional number there.
    #[test]
    fn what_was_an_optional_number_is_still_read() {
        for (before, now) in [(None::<usize>, ProjectionSize::default()), (Some(384), ProjectionSize::Numbers(384))] {
            let json = serde_json::to_string(&before).unwrap();
            assert_eq!(serde_json::to_string(&now).unwrap(), json);
            assert_eq!(serde_json::from_str::<ProjectionSize>(&json).unwrap(), now);
            let bytes = postcard::to_allocvec(&before).unwrap();
            assert_eq!(postcard::to_allocvec(&now).unwrap(), bytes);
            assert_eq!(postcard::from_bytes::<ProjectionSize>(&bytes).unwrap(), now);
        }
        let twice = ProjectionSize::Times(2);
        assert_eq!(serde_json::to_string(&twice).unwrap(), r#""2E""#);
        assert_eq!(serde_json::from_str::<ProjectionSize>(r#""2E""#).unwrap(), twice);
        assert_eq!(postcard::from_bytes::<ProjectionSize>(&postcard::to_allocvec(&twice).unwrap()).unwrap(), twice);
        assert!(serde_json::from_str::<ProjectionSize>(r#""E2""#).is_err());
    }
}
