//! What exact cosines of the gallery's gradients come from, while they are wanted: by content. Bookkeeping only: `P` is how a
//! piece is kept, and no browser is needed.

use std::collections::HashMap;

use crate::fungi::{Part, PartMap};
use crate::gallery::Hash;

/// The most bytes that are kept. As many again are with the worker that compares.
pub const MOST: u64 = 256_000_000;

/// The factors (`fungi::Factors`) of images' gradients.
#[derive(Debug)]
pub struct FactorStore<P> {
    wanted: bool,
    /// Bytes of an image.
    each: u64,
    /// Counts up whenever all are dropped: those that come then are of other settings.
    generation: u32,
    kept: HashMap<Hash, Kept<P>>,
}

/// The factors of one content.
#[derive(Debug)]
struct Kept<P> {
    parts: PartMap<bool>,
    pieces: Vec<P>,
}

impl<P> Default for FactorStore<P> {
    fn default() -> Self {
        Self { wanted: false, each: 0, generation: 0, kept: HashMap::new() }
    }
}

impl<P> FactorStore<P> {
    /// From now on they are wanted or not, and take so many bytes an image; if that or something else about images' features is
    /// `fresh`, drops all, and says so.
    pub fn begin(&mut self, wanted: bool, each: u64, fresh: bool) -> bool {
        self.each = each;
        let fresh = fresh || self.wanted != wanted;
        if fresh {
            *self = Self { wanted, each, generation: self.generation + 1, kept: HashMap::new() };
        }
        fresh
    }

    /// Whether they are wanted.
    pub fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// See [`Self::begin`].
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The bytes that those of so many images take; 0 before an engine was ready.
    pub fn bytes(&self, images: usize) -> u64 {
        self.each * images as u64
    }

    /// Whether those of so many images may be kept.
    pub fn fits(&self, images: usize) -> bool {
        self.bytes(images) <= MOST
    }

    /// Whether a content's are wanted by some of `gradients`, and not there; `images`: how many the gallery has.
    pub fn lacks(&self, hash: &Hash, gradients: impl Iterator<Item = Part>, images: usize) -> bool {
        self.wanted && self.fits(images) && !self.has(hash, gradients)
    }

    /// Whether a content's are there by each of `gradients`.
    pub fn has(&self, hash: &Hash, mut gradients: impl Iterator<Item = Part>) -> bool {
        let kept = self.kept.get(hash);
        gradients.all(|part| kept.is_some_and(|kept| kept.parts[part]))
    }

    /// Keeps a piece, which holds a content's by these gradients; not if they are not wanted (any more).
    pub fn keep(&mut self, hash: Hash, gradients: impl Iterator<Item = Part>, piece: P) {
        if !self.wanted {
            return;
        }
        let kept = self.kept.entry(hash).or_insert(Kept { parts: PartMap::default(), pieces: Vec::new() });
        let mut fresh = false;
        gradients.for_each(|part| fresh |= !std::mem::replace(&mut kept.parts[part], true));
        if fresh {
            kept.pieces.push(piece);
        }
    }

    /// Whether more are kept than may be.
    pub fn is_full(&self) -> bool {
        !self.fits(self.kept.len())
    }

    /// The pieces of a content.
    pub fn pieces(&self, hash: &Hash) -> &[P] {
        self.kept.get(hash).map_or(&[], |kept| &kept.pieces)
    }

    /// Drops those of contents that are not among these.
    pub fn retain(&mut self, among: impl Fn(&Hash) -> bool) {
        self.kept.retain(|hash, _| among(hash));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: Hash = [7; 32];

    #[test]
    fn what_is_wanted_is_lacking_until_it_is_kept() {
        let gradients = || [Part::Dino, Part::Simclr].into_iter();
        let mut store = FactorStore::default();
        assert!(!store.begin(false, 1000, false));
        assert!(!store.lacks(&HASH, gradients(), 5));
        store.keep(HASH, gradients(), "of former settings");
        assert!(store.begin(true, 1000, false) && !store.begin(true, 1000, false));
        assert!(store.lacks(&HASH, gradients(), 5) && store.pieces(&HASH).is_empty());
        store.keep(HASH, gradients().take(1), "DINO");
        assert!(store.lacks(&HASH, gradients(), 5) && !store.lacks(&HASH, gradients().take(1), 5));
        store.keep(HASH, gradients().skip(1), "SimCLR");
        store.keep(HASH, gradients().skip(1), "SimCLR again");
        assert!(!store.lacks(&HASH, gradients(), 5));
        assert_eq!(store.pieces(&HASH), ["DINO", "SimCLR"]);
        store.retain(|hash| *hash != HASH);
        assert!(store.lacks(&HASH, gradients(), 5));
        store.keep(HASH, gradients(), "both");
        assert!(store.begin(true, 1000, true) && store.pieces(&HASH).is_empty());
    }

    #[test]
    fn more_than_fits_is_not_asked_for() {
        let mut store = FactorStore::<()>::default();
        store.begin(true, 48 << 10, true);
        assert_eq!(store.bytes(2000), 2000 * (48 << 10));
        let most = (MOST / (48 << 10)) as usize;
        assert!(store.lacks(&HASH, [Part::Kl].into_iter(), most));
        assert!(!store.lacks(&HASH, [Part::Kl].into_iter(), most + 1));
    }
}
