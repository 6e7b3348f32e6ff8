//! What the worker is asked for: the coordinates that a map lacks, and no others. Decisions only: no browser is needed.

use crate::gallery::Origin;
use crate::retrieval::{FeatureSet, MapMethod};

/// What coordinates are made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The feature set.
    pub set: FeatureSet,
    /// The way to two dimensions.
    pub method: MapMethod,
    /// Model and settings.
    pub origin: Option<Origin>,
    /// Counts changes of the gallery's features. t-SNE does not follow them, since it takes long; a person asks for it again.
    pub features: u32,
}

impl Key {
    /// What is wanted of a gallery whose features have changed so often.
    pub fn new(set: FeatureSet, method: MapMethod, origin: Option<Origin>, features: u32) -> Self {
        Self { set, method, origin, features: if method == MapMethod::Pca { features } else { 0 } }
    }
}

/// What there is of one map.
#[derive(Debug, Clone, Default)]
pub struct Have {
    /// What the worker is at.
    pub running: Option<Key>,
    /// What the map shows, or what failed or was stopped: not to be asked for again by itself.
    pub settled: Option<Key>,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// End the worker: it is in the middle of a t-SNE that nobody wants any more, and would not hear of it.
    pub end: bool,
    /// Ask for the coordinates of these maps.
    pub ask: [bool; 2],
}

/// Decides, given what is wanted of each map.
pub fn plan(wanted: &[Key; 2], have: [&Have; 2]) -> Plan {
    let outdated = |side: usize| have[side].running.as_ref().is_some_and(|running| *running != wanted[side]);
    let end = (0..2).any(|side| {
        outdated(side) && have[side].running.as_ref().is_some_and(|running| running.method == MapMethod::Tsne)
    });
    let ask = [0, 1].map(|side| match &have[side].running {
        // With the worker, what it was to do for the other map is lost, too.
        Some(_) => end || outdated(side),
        None => have[side].settled.as_ref() != Some(&wanted[side]),
    });
    Plan { end, ask }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Part;

    fn key(part: Part, method: MapMethod, features: u32) -> Key {
        Key::new(FeatureSet::of(&[part]), method, None, features)
    }

    fn settled(key: &Key) -> Have {
        Have { running: None, settled: Some(key.clone()) }
    }

    fn running(key: &Key) -> Have {
        Have { running: Some(key.clone()), settled: None }
    }

    #[test]
    fn principal_components_follow_the_gallery_and_tsne_does_not() {
        use MapMethod::{Pca, Tsne};
        let before = [key(Part::Embedding, Pca, 1), key(Part::Kl, Pca, 1)];
        let have = [settled(&before[0]), settled(&before[1])];
        let asked = |wanted: &[Key; 2]| plan(wanted, [&have[0], &have[1]]);
        assert_eq!(asked(&before), Plan { end: false, ask: [false, false] });
        let after = [key(Part::Embedding, Pca, 2), key(Part::Dino, Pca, 1)];
        assert_eq!(asked(&after), Plan { end: false, ask: [true, true] });
        assert_eq!(key(Part::Kl, Tsne, 1), key(Part::Kl, Tsne, 2));
    }

    #[test]
    fn a_tsne_that_nobody_wants_is_ended_and_the_other_begins_again() {
        use MapMethod::{Pca, Tsne};
        let tsne = [key(Part::Embedding, Tsne, 0), key(Part::Kl, Tsne, 0)];
        let (first, second) = (running(&tsne[0]), running(&tsne[1]));
        assert_eq!(plan(&tsne, [&first, &second]), Plan { end: false, ask: [false, false] });
        let other = [tsne[0].clone(), key(Part::Dino, Tsne, 0)];
        assert_eq!(plan(&other, [&first, &second]), Plan { end: true, ask: [true, true] });
        assert_eq!(plan(&other, [&settled(&tsne[0]), &second]), Plan { end: true, ask: [false, true] });
        // Components that are outdated end by themselves.
        let pca = running(&key(Part::Embedding, Pca, 1));
        let newer = [key(Part::Embedding, Pca, 2), tsne[1].clone()];
        assert_eq!(plan(&newer, [&pca, &settled(&tsne[1])]), Plan { end: false, ask: [true, false] });
    }
}
