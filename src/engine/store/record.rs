//! What is remembered of a model that a browser keeps: a small JSON file beside the weights.

use serde::{Deserialize, Serialize};

use crate::engine::protocol::{Kept, Listed, Place};
use crate::vit::ViTConfig;
use crate::vit::catalogue::{Catalogue, Checkpoint, HUB, Weights};

/// What is remembered of a kept model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The checkpoint as it was when the file came.
    pub checkpoint: Checkpoint,
    /// Where it was downloaded from; empty for a person's file.
    pub address: String,
    /// What tells this version of the file from others: the server's ETag, or else its date.
    pub validator: Option<String>,
    /// Bytes of the whole file; 0 while that is not known.
    pub total: u64,
    /// SHA-256 of the whole file in hexadecimal, once all of it is there.
    pub sha256: Option<String>,
    /// When it was last used, in milliseconds since 1970.
    pub used: f64,
}

impl Record {
    /// Nothing of this checkpoint is there yet.
    pub fn new(checkpoint: Checkpoint, address: String) -> Self {
        Self { checkpoint, address, validator: None, total: 0, sha256: None, used: 0.0 }
    }

    /// Where to go on, when `there` bytes are: at the start, where nothing tells whether the server still has that version.
    pub fn resume_at(&self, there: u64) -> u64 {
        if self.validator.is_some() && there <= self.total { there } else { 0 }
    }

    /// Whether an answer with the rest is a rest of this version.
    pub fn continues(&self, validator: Option<&str>, total: u64) -> bool {
        validator.is_some() && validator == self.validator.as_deref() && total == self.total
    }

    fn kept(&self, bytes: u64) -> Kept {
        let published = &self.checkpoint.sha256;
        Kept {
            bytes,
            complete: self.sha256.is_some(),
            verified: !self.address.is_empty() && published.is_some() && *published == self.sha256,
            used: self.used,
        }
    }
}

/// What a person chooses from: the catalogue's, then their own. `kept`: what is remembered, with the bytes that are there.
pub(super) fn list(catalogue: &Catalogue, kept: &[(Record, u64)]) -> Vec<Listed> {
    let of_catalogue = catalogue.checkpoints.iter().map(|checkpoint| {
        let found = kept.iter().find(|(record, _)| record.checkpoint.name == checkpoint.name);
        match &checkpoint.weights {
            Weights::File(_) => listed(checkpoint, Place::Included, None),
            Weights::Elsewhere(address) => listed(checkpoint, Place::Elsewhere(address.clone()), None),
            Weights::Hub(file) => {
                let address = file.address(HUB);
                // What came from elsewhere is another file.
                let found = found.filter(|(record, _)| record.address == address);
                listed(checkpoint, Place::Hub(address), found.map(|(record, bytes)| record.kept(*bytes)))
            }
        }
    });
    let own = kept.iter().filter(|(record, _)| record.address.is_empty() && record.sha256.is_some());
    let own = own.map(|(record, bytes)| listed(&record.checkpoint, Place::Dropped, Some(record.kept(*bytes))));
    of_catalogue.chain(own).collect()
}

fn listed(checkpoint: &Checkpoint, place: Place, kept: Option<Kept>) -> Listed {
    Listed {
        name: checkpoint.name.clone(),
        description: checkpoint.description.clone(),
        bytes: checkpoint.size(),
        licence: checkpoint.licence.clone(),
        config: checkpoint.config.clone(),
        place,
        kept,
    }
}

/// The name of a person's file as a model: letters, digits, dots and dashes of its own, with the start of its SHA-256.
pub(super) fn name_of(file: &str, sha256: &str) -> String {
    let stem = file.strip_suffix(".safetensors").unwrap_or(file);
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '.' { c } else { '-' };
    let stem: String = stem.chars().take(40).map(plain).collect();
    format!("{}-{}", stem.trim_matches(['-', '.']), &sha256[..sha256.len().min(8)])
}

/// What tells a person's answers about a file from other answers about the same file: features belong to them.
pub(super) fn variant(ViTConfig { image, heads, mean, std, activation, .. }: &ViTConfig) -> String {
    format!("{image} px {heads} heads {mean:?} {std:?} {activation}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vit::Activation;

    #[test]
    fn every_answer_about_a_file_makes_features_of_its_own() {
        let plain = record("").checkpoint.config;
        let others = [
            plain.clone(),
            ViTConfig { image: 96, ..plain.clone() },
            ViTConfig { heads: 6, ..plain.clone() },
            ViTConfig { mean: [0.4; 3], ..plain.clone() },
            ViTConfig { std: [0.3; 3], ..plain.clone() },
            ViTConfig { activation: Activation::QuickGelu, ..plain },
        ];
        let variants: std::collections::BTreeSet<String> = others.iter().map(variant).collect();
        assert_eq!(variants.len(), others.len(), "{variants:?}");
        assert!(variants.iter().all(|variant| !variant.contains(['/', '\\'])), "part of a file's name: {variants:?}");
    }

    fn record(address: &str) -> Record {
        Record::new(Catalogue::built_in().unwrap().checkpoints.remove(0), address.into())
    }

    #[test]
    fn a_download_goes_on_only_with_the_version_that_it_began_with() {
        let mut record = record("https://huggingface.co/x");
        assert_eq!(record.resume_at(500), 0, "nothing tells the version");
        (record.validator, record.total) = (Some("\"a\"".into()), 1000);
        assert_eq!([0, 500, 1000, 2000].map(|there| record.resume_at(there)), [0, 500, 1000, 0]);
        assert!(record.continues(Some("\"a\""), 1000));
        assert!(!record.continues(Some("\"b\""), 1000) && !record.continues(None, 1000));
        assert!(!record.continues(Some("\"a\""), 1001));
    }

    #[test]
    fn own_files_are_listed_after_the_catalogues() {
        let catalogue = Catalogue::built_in().unwrap();
        let mut own = record("");
        own.checkpoint.name = name_of("My ViT (best).safetensors", "0123456789abcdef");
        own.sha256 = Some("0123456789abcdef".into());
        let half = Record { sha256: None, ..own.clone() };
        let listed = list(&catalogue, &[(own, 7), (half, 3)]);
        assert_eq!(listed.len(), catalogue.checkpoints.len() + 1);
        let last = listed.last().unwrap();
        assert_eq!((last.name.as_str(), &last.place), ("My-ViT--best-01234567", &Place::Dropped));
        let kept = last.kept.unwrap();
        assert!(kept.complete && !kept.verified && kept.bytes == 7);
        assert!(listed[0].place == Place::Included && listed[0].kept.is_none());
    }
}
