//! What exact cosines of the gallery's gradients come from: kept as the engine gives it, outside the page's own memory.

use std::collections::HashSet;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use web_sys::Blob;

use super::GalleryState;
use super::state::Store;
use crate::analysis::protocol::Piece;
use crate::engine::protocol::Item;
use crate::gallery::{Hash, Id, Origin};

/// How far the gallery's factors are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FactorsHeld {
    /// Whether they are wanted.
    pub wanted: bool,
    /// See [`FactorStore::generation`].
    pub generation: u32,
    /// Images in the gallery.
    pub images: usize,
    /// Those whose factors are all there; not counted unless they are wanted.
    pub complete: usize,
    /// Bytes that those of all images take; 0 before an engine was ready.
    pub bytes: u64,
    /// Whether they may be kept.
    pub fits: bool,
}

impl GalleryState {
    /// How far they are, and again whenever features are added or removed, or an engine is ready.
    pub fn factors_held(&self) -> FactorsHeld {
        self.with_features(|_| ());
        self.link.session.track();
        self.with_store(|store| {
            let (images, factors) = (store.gallery.len(), &store.factors);
            let (wanted, generation) = (factors.is_wanted(), factors.generation());
            let complete = store.gallery.ids().filter(|&id| wanted && is_complete(store, id)).count().min(images);
            FactorsHeld {
                wanted,
                generation,
                images,
                complete,
                bytes: factors.bytes(images),
                fits: factors.fits(images),
            }
        })
    }

    /// The contents of these images, if the factors of each are all there (untracked).
    pub fn with_all_factors(&self, ids: &[Id]) -> Option<Vec<Hash>> {
        self.with_store(|store| {
            let hash = |id: &Id| Some(store.gallery.get(*id)?.content.as_ref()?.hash);
            ids.iter().map(|id| hash(id).filter(|_| is_complete(store, *id))).collect()
        })
    }

    /// The pieces of some contents, and all of them as one blob (untracked).
    pub fn factor_pieces(&self, hashes: &[Hash]) -> (Vec<Piece>, Option<Blob>) {
        self.with_store(|store| {
            let pieces =
                || hashes.iter().flat_map(|hash| store.factors.pieces(hash).iter().map(move |blob| (*hash, blob)));
            let all: Array = pieces().map(|(_, blob)| blob.clone()).collect();
            let pieces = pieces().map(|(hash, blob)| Piece { hash, bytes: blob.size() as u32 }).collect();
            (pieces, Blob::new_with_blob_sequence(&all).ok())
        })
    }

    /// Computes those that are wanted and lacking.
    pub fn compute_factors(&self) {
        let all: Vec<Id> = self.with_store(|store| store.gallery.ids().collect());
        self.link.enqueue(all);
    }
}

fn is_complete(store: &Store, id: Id) -> bool {
    let Some(Origin { settings, .. }) = store.gallery.origin() else { return false };
    let content = store.gallery.get(id).and_then(|entry| entry.content.as_ref());
    let gradients = || settings.objectives.iter().map(|objective| objective.part());
    content.is_some_and(|content| store.factors.has(&content.hash, gradients()))
}

/// Keeps the factors that came with an image's parts, if some did.
pub(super) fn keep_factors(Store { gallery, factors, .. }: &mut Store, item: &Item) {
    if item.factors.is_empty() {
        return;
    }
    let bytes = Array::of1(&Uint8Array::from(&item.factors[..]));
    // A browser without room for it leaves the image lacking.
    if let Ok(blob) = Blob::new_with_u8_array_sequence(&bytes) {
        factors.keep(item.hash, item.features.parts().map(|(part, _)| part), blob);
    }
    // Those of removed images stay for undo, as long as there is room.
    if factors.is_full() {
        let hash = |id| Some(gallery.get(id)?.content.as_ref()?.hash);
        let here: HashSet<Hash> = gallery.ids().filter_map(hash).collect();
        factors.retain(|hash| here.contains(hash));
    }
}
