//! Features by origin, so that returning to an earlier model or to earlier settings computes nothing.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Hash;
use crate::fungi::{Features, Part, Settings};

/// What features depend on besides the image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
        self.adopt();
        true
    }

    /// Takes over what other origins have and the current one would compute to the same numbers.
    fn adopt(&mut self) {
        let Some(((current, known), others)) = self.origins.split_last_mut() else { return };
        for (other, theirs) in others.iter().filter(|(other, _)| other.model == current.model) {
            let agree = |part: &Part| current.settings.agree_on(&other.settings, *part);
            let parts: Vec<Part> = current.settings.parts().into_iter().filter(agree).collect();
            for (hash, features) in theirs {
                let mine = known.entry(*hash).or_default();
                let lacking = |part: &&Part| mine.get(**part).is_none();
                let found: Vec<Part> = parts.iter().filter(lacking).copied().collect();
                let mine = Arc::make_mut(mine);
                found.into_iter().for_each(|part| {
                    if let Some(unit) = features.get(part) {
                        mine.restore(part, unit.to_vec());
                    }
                });
            }
        }
        known.retain(|_, features| features.parts().next().is_some());
    }

    /// The current origin.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.origins.last().map(|(origin, _)| origin)
    }

    /// Stores parts of features of the current origin beside those that are there; nothing is stored before there is an
    /// origin.
    pub(super) fn insert(&mut self, hash: Hash, features: Features) {
        if let Some((_, known)) = self.origins.last_mut() {
            Arc::make_mut(known.entry(hash).or_default()).merge(features);
        }
    }

    /// Features of the current origin.
    pub(super) fn get(&self, hash: &Hash) -> Option<&Arc<Features>> {
        self.origins.last()?.1.get(hash)
    }

    /// Contents that have features of the current origin, with them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Hash, &Arc<Features>)> {
        self.origins.last().into_iter().flat_map(|(_, known)| known)
    }

    /// Every origin that is kept, the current one last.
    pub(super) fn origins(&self) -> impl Iterator<Item = &Origin> {
        self.origins.iter().map(|(origin, _)| origin)
    }

    /// A content's features of each origin that has some.
    pub(super) fn by_origin(&self, hash: &Hash) -> impl Iterator<Item = (&Origin, &Arc<Features>)> {
        self.origins.iter().filter_map(move |(origin, known)| Some((origin, known.get(hash)?)))
    }

    /// Stores features that were computed earlier, beside those that are there. An origin that is not known is the least
    /// recently used one, and is left out where there is no room for it.
    pub(super) fn restore(&mut self, origin: &Origin, hash: Hash, features: Features) {
        if self.origins.iter().all(|(known, _)| known != origin) {
            if self.origins.len() >= ORIGINS {
                return;
            }
            self.origins.insert(0, (origin.clone(), HashMap::new()));
        }
        if let Some((_, known)) = self.origins.iter_mut().find(|(known, _)| known == origin) {
            let kept = known.entry(hash).or_default();
            let mut all = features;
            // What was computed since counts.
            all.merge(Features::clone(kept));
            *kept = Arc::new(all);
        }
    }
}
