//! Dense gradients, which contrast a photo's tokens with patches of the support.

use std::collections::BTreeMap;

use burn::prelude::*;

use super::{
    SegmentError,
    photo::{Against, OpenPhoto, read_rows},
};
use crate::{
    fungi::{
        Extractor, SimclrSettings,
        objectives::{NegativeLatents, Simclr},
    },
    segmentation::{Place, negatives},
};

/// Makes sure that every photo in `wanted` has gradients that fit the support and the settings. Each photo that has to be
/// computed is announced by `progress`: how many are done, and how many there are.
pub(super) async fn update(
    extractor: &Extractor,
    simclr: &SimclrSettings,
    photos: &mut BTreeMap<u32, OpenPhoto>,
    support: &[u32],
    wanted: &[u32],
    progress: &mut impl FnMut(usize, usize),
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
        progress(done, total);
        let others: Vec<&OpenPhoto> =
            support.iter().filter(|&&other| other != id).map(|other| &photos[other]).collect();
        let objective = objective(extractor, simclr, &photos[&id], &others);
        let rows = read_rows(photos[&id].dense.features(&objective, extractor.projector())).await?;
        if let Some(photo) = photos.get_mut(&id) {
            photo.set_gradients(rows, against, extractor.settings().clone());
        }
    }
    if total > 0 {
        progress(total, total);
    }
    Ok(())
}

/// The dense SimCLR objective of a photo: its negatives are patches of the other support photos, or, if there are none, of
/// its own.
fn objective(extractor: &Extractor, simclr: &SimclrSettings, photo: &OpenPhoto, others: &[&OpenPhoto]) -> Simclr {
    let own = [photo];
    let sources = if others.is_empty() { &own } else { others };
    let patches: Vec<_> = sources.iter().map(|source| source.patch_tokens()).collect();
    let chosen = negatives(photo.tokens(), &patches, others.is_empty(), extractor.settings().seed);
    let head = extractor.simclr_head().clone();
    let negatives = NegativeLatents::new(head.forward(gather(&chosen, sources)));
    Simclr { head, negatives, temperature: simclr.temperature, library: simclr.library }
}

/// The tokens at `places` among the patches of `sources`, in that order, as the backbone gives them: heads take them so,
/// not normalised. There is at least one.
fn gather(places: &[Place], sources: &[&OpenPhoto]) -> Tensor<2> {
    // One selection for each photo, then all of them back into order.
    let mut order = vec![0; places.len()];
    let (mut parts, mut next) = (Vec::new(), 0);
    for (picture, source) in sources.iter().enumerate() {
        let embeddings = source.dense.embeddings();
        let mut rows = Vec::new();
        for (order, place) in order.iter_mut().zip(places).filter(|(_, place)| place.picture == picture) {
            *order = next;
            next += 1;
            // The class token is row 0.
            rows.push(place.patch as i32 + 1);
        }
        if !rows.is_empty() {
            parts.push(select(embeddings, rows));
        }
    }
    select(Tensor::cat(parts, 0), order)
}

fn select(from: Tensor<2>, rows: Vec<i32>) -> Tensor<2> {
    let rows = Tensor::<1, Int>::from_data(TensorData::from(rows.as_slice()), &from.device());
    from.select(0, rows)
}
