//! Features by origin, so that returning to an earlier model or to earlier settings computes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use super::Hash;
use crate::fungi::{Features, Settings};

/// What features depend on besides the image.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// The model: SHA-256 of its weights, in hexadecimal.
    pub model: String,
    /// Settings of the method.
    pub settings: Settings,
}

/// How many origins' features are kept; beyond that, the least recently used ones are dropped.
const ORIGINS: usize = 4;

/// Features of contents, by origin.
#[derive(Debug, Clone, Default)]
pub struct FeatureStore {
    /// The current origin last.
    origins: Vec<(Origin, HashMap<Hash, Arc<Features>>)>,
}

impl FeatureStore {
    /// Makes this the current origin; false if it is already.
    pub(super) fn set_origin(&mut self, origin: Origin) -> bool {
        match self.origins.iter().position(|(known, _)| *known == origin) {
            Some(place) if place + 1 == self.origins.len() => return false,
            Some(place) => {
                let known = self.origins.remove(place);
                self.origins.push(known);
            }
            None => {
                self.origins.push((origin, HashMap::new()));
                if self.origins.len() > ORIGINS {
                    self.origins.remove(0);
                }
            }
        }
        true
    }

    /// The current origin.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.origins.last().map(|(origin, _)| origin)
    }

    /// Stores features of the current origin; nothing is stored before there is one.
    pub(super) fn insert(&mut self, hash: Hash, features: Features) {
        if let Some((_, known)) = self.origins.last_mut() {
            known.insert(hash, Arc::new(features));
        }
    }

    /// Features of the current origin.
    pub(super) fn get(&self, hash: &Hash) -> Option<&Arc<Features>> {
        self.origins.last()?.1.get(hash)
    }

    /// Contents that have features of the current origin.
    pub(super) fn hashes(&self) -> impl Iterator<Item = &Hash> {
        self.origins.last().into_iter().flat_map(|(_, known)| known.keys())
    }
}
