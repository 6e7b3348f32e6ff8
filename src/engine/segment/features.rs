//! Dense features: which input they take, and the gradients that contrast with the support.

use std::collections::BTreeMap;

use burn::prelude::*;

use super::{SegmentError, SegmentEvent, photo::Photo};
use crate::{
    engine::{SegmentStep, largest_grid, photo_memory},
    fungi::{
        Extractor, SimclrSettings, extractor,
        objectives::{NegativeLatents, Simclr},
    },
    segmentation::{Rows, negatives},
    vit::ViTConfig,
};

/// Unless told otherwise, photos are resized to this many times the model's side.
pub const SIDE: usize = 4;

/// The side in pixels that photos are resized to: `wanted`, or [`SIDE`] times the model's own, as far as memory allows.
///
/// # Errors
///
/// A side that is no multiple of the patch, has fewer than two patches, or more than [`largest_grid`].
pub fn dense_side(extractor: &Extractor, wanted: Option<usize>) -> Result<usize, SegmentError> {
    let ViTConfig { patch, image, dim, .. } = *extractor.vit().config();
    let largest = largest_grid(dim) * patch;
    let side = wanted.unwrap_or((SIDE * image).min(largest));
    let grid = side / patch;
    if !side.is_multiple_of(patch) || grid < 2 {
        return Err(SegmentError::Side { side, patch });
    }
    if side > largest {
        let patches = grid.saturating_mul(grid);
        let megabytes = photo_memory(patches, dim) / 1_000_000;
        return Err(SegmentError::TooLarge { side, patches, megabytes, limit: largest });
    }
    Ok(side)
}

/// What a photo's gradients depend on beside photo, model and settings: the support's openings, in order, without its own.
pub(super) type Against = Vec<u64>;

/// Makes sure that every photo in `wanted` has gradients that fit the support and the settings.
pub(super) async fn gradients(
    extractor: &Extractor,
    simclr: &SimclrSettings,
    photos: &mut BTreeMap<u32, Photo>,
    support: &[u32],
    asked: u32,
    wanted: &[u32],
    say: &mut impl FnMut(SegmentEvent),
) -> Result<(), SegmentError> {
    let against = |id: u32| -> Against {
        support.iter().filter(|&&other| other != id).map(|other| photos[other].opening).collect()
    };
    let stale: Vec<(u32, Against)> = (wanted.iter())
        .map(|&id| (id, against(id)))
        .filter(|(id, against)| !photos[id].has_gradients(against, extractor.settings()))
        .collect();
    let total = stale.len();
    for (done, (id, against)) in stale.into_iter().enumerate() {
        say(SegmentEvent::Progress { id: asked, step: SegmentStep::Gradients, done, total });
        let others: Vec<&Photo> = support.iter().filter(|&&other| other != id).map(|other| &photos[other]).collect();
        let objective = objective(extractor, simclr, &photos[&id], &others);
        let rows = read(photos[&id].dense.features(&objective, extractor.projector())).await?;
        if let Some(photo) = photos.get_mut(&id) {
            photo.set_gradients(rows, against, extractor.settings().clone());
        }
    }
    if total > 0 {
        say(SegmentEvent::Progress { id: asked, step: SegmentStep::Gradients, done: total, total });
    }
    Ok(())
}

/// The dense SimCLR objective of a photo: negatives are patches of the other support photos, or, where there are none,
/// of its own.
fn objective(extractor: &Extractor, simclr: &SimclrSettings, photo: &Photo, others: &[&Photo]) -> Simclr {
    let seed = extractor.settings().seed;
    let own = [photo];
    let sources = if others.is_empty() { &own } else { others };
    let mut pool = Rows::empty(photo.tokens.dim());
    pool.reserve(sources.iter().map(|source| source.tokens.len()).sum());
    sources.iter().for_each(|source| pool.extend(&source.tokens));
    let chosen = negatives(&photo.with_class, &pool, others.is_empty(), seed);
    // Heads see tokens as they are, not normalised.
    let mut raw = Vec::with_capacity(chosen.len() * pool.dim());
    for index in &chosen {
        let mut index = *index as usize;
        for source in sources {
            if index < source.tokens.len() {
                raw.extend_from_slice(source.raw.row(index + 1));
                break;
            }
            index -= source.tokens.len();
        }
    }
    let head = extractor.simclr_head().clone();
    let device = extractor.vit().device();
    let raw = Tensor::<2>::from_data(TensorData::new(raw, [chosen.len(), pool.dim()]), device);
    let negatives = NegativeLatents::new(head.forward(raw));
    Simclr { head, negatives, temperature: simclr.temperature, library: simclr.library }
}

/// Rows from the device: asynchronously, since a browser cannot wait.
pub(super) async fn read(rows: Tensor<2>) -> Result<Rows, SegmentError> {
    let width = rows.dims()[1];
    Ok(Rows::new(width, extractor::read(rows).await?))
}
