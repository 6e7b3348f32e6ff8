//! The neighbours that follow from gallery, query, weights and centring; computed anew only as far as something changed.

use std::sync::Arc;

use leptos::prelude::*;

use super::photo::{Photo, Shot};
use crate::fungi::{Features, Part};
use crate::retrieval::{Centring, Comparison, Cosines, Weights};

/// What the Neighbours tab shows.
#[derive(Clone, Copy)]
pub struct Ranking {
    /// Both columns.
    pub rows: Memo<Rows>,
    /// The parts that the query has.
    pub parts: Memo<[bool; Part::COUNT]>,
    /// Computed images that the query is held against.
    pub candidates: Memo<usize>,
}

/// Both columns, nearest first.
#[derive(Clone, PartialEq, Default)]
pub struct Rows {
    /// By the embedding alone.
    pub embedding: Vec<Row>,
    /// By the weighted parts.
    pub fungi: Vec<Row>,
}

/// One neighbour.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The image's number.
    pub key: u32,
    /// Cosine, or weighted mean of the parts' cosines.
    pub score: f32,
    /// Rank, from 1.
    pub rank: usize,
    /// Ranks gained against the embedding's order; in FUNGI's column only.
    pub change: Option<i64>,
}

/// Similarities of the query with each computed image.
#[derive(Clone, Default)]
struct Table {
    keys: Arc<Vec<u32>>,
    cosines: Arc<Cosines>,
    without: Option<usize>,
    parts: [bool; Part::COUNT],
}

/// The computed images, with the gallery's mean taken away if wanted.
#[derive(Clone, Default)]
struct Shelf {
    keys: Arc<Vec<u32>>,
    shots: Arc<Vec<Arc<Shot>>>,
    centred: Option<Arc<(Centring, Vec<Features>)>>,
}

impl Ranking {
    /// Follows these signals.
    pub fn new(
        photos: RwSignal<Vec<Photo>>,
        revision: RwSignal<u32>,
        generation: RwSignal<u32>,
        query: RwSignal<Option<Photo>>,
        weights: RwSignal<Weights>,
        k: RwSignal<usize>,
        centred: RwSignal<bool>,
    ) -> Self {
        // The images' own signals are read unwatched: `revision` speaks for them all.
        let shelf = Memo::new_with_compare(
            move |_| {
                revision.track();
                let generation = generation.get();
                let (keys, shots): (Vec<u32>, Vec<Arc<Shot>>) = photos.with_untracked(|photos| {
                    let done = photos.iter().filter_map(|photo| Some((photo.key, photo.shot_now()?)));
                    done.filter(|(_, shot)| shot.generation == generation).unzip()
                });
                let centred = centred.get().then(|| {
                    let centring = Centring::fit(shots.iter().map(|shot| &shot.features));
                    let features = shots.iter().map(|shot| centring.apply(&shot.features)).collect();
                    Arc::new((centring, features))
                });
                Shelf { keys: Arc::new(keys), shots: Arc::new(shots), centred }
            },
            |_, _| true,
        );
        let table = Memo::new_with_compare(
            move |_| {
                let Some((query, shot)) = query.get().and_then(|query| Some((query.key, query.shot.get()?))) else {
                    return Table::default();
                };
                if shot.generation != generation.get() {
                    return Table::default();
                }
                shelf.with(|shelf| {
                    let cosines = match shelf.centred.as_deref() {
                        Some((centring, features)) => Cosines::between(&centring.apply(&shot.features), features),
                        None => Cosines::between(&shot.features, shelf.shots.iter().map(|shot| &shot.features)),
                    };
                    Table {
                        keys: shelf.keys.clone(),
                        cosines: Arc::new(cosines),
                        without: shelf.keys.iter().position(|&key| key == query),
                        parts: Part::ALL.map(|part| shot.features.get(part).is_some()),
                    }
                })
            },
            |_, _| true,
        );
        let rows = Memo::new(move |_| {
            table.with(|table| {
                let comparison: Comparison = table.cosines.compare(&weights.get(), k.get(), table.without);
                let row = |index: usize, score, rank, change| Row { key: table.keys[index], score, rank, change };
                let embedding = comparison.embedding.iter().map(|near| row(near.index, near.score, near.rank, None));
                let fungi = comparison.fungi.iter().zip(&comparison.changes);
                Rows {
                    embedding: embedding.collect(),
                    fungi: fungi.map(|(near, &change)| row(near.index, near.score, near.rank, change)).collect(),
                }
            })
        });
        let parts = Memo::new(move |_| table.with(|table| table.parts));
        let candidates =
            Memo::new(move |_| table.with(|table| table.keys.len() - usize::from(table.without.is_some())));
        Self { rows, parts, candidates }
    }
}
