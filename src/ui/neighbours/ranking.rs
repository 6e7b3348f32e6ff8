//! The neighbours, given gallery, query, weights and centring; only what a change affects is computed again.

use std::sync::Arc;

use leptos::prelude::*;

use super::exact::Exact;
use super::made_of::MadeOf;
use crate::fungi::{Features, PartMap};
use crate::gallery::Id;
use crate::retrieval::{Centring, Comparison, Cosines, Weights};
use crate::ui::analysis::Analysis;
use crate::ui::gallery::GalleryState;
use crate::ui::why::moved::Moved;

/// What the tab's columns show.
#[derive(Clone, Copy)]
pub struct Ranking {
    /// Both columns.
    pub rows: Memo<Rows>,
    /// The parts that the settings compute; none before there is an engine.
    pub parts: Memo<Option<PartMap<bool>>>,
    /// What FUNGI's column is made of.
    pub made_of: Memo<String>,
    /// Computed images that the query is compared with.
    pub candidates: Memo<usize>,
    /// Every computed image.
    pub compared: Memo<Compared>,
    /// The cosines of gradients without projection, where they are wanted.
    pub exact: Exact,
    /// Cosines of the query with each of them.
    table: Memo<Table>,
    weights: RwSignal<Weights>,
}

/// Both columns, nearest first.
#[derive(Clone, PartialEq, Default)]
pub struct Rows {
    /// By the embedding alone.
    pub embedding: Vec<Row>,
    /// By the weighted parts.
    pub fungi: Vec<Row>,
    /// The query.
    query: Option<Id>,
    /// The model's name.
    model: String,
    /// Whether another model has been loaded since, which has embedded too little to rank by.
    former: bool,
}

impl Rows {
    /// The model that these neighbours are by, where that is no longer the one that is loaded.
    pub fn former_model(&self) -> Option<&str> {
        self.former.then_some(&self.model[..])
    }

    /// These neighbours, or the former ones as long as there are none by the model that is loaded now.
    fn or_former(self, before: Option<&Self>, exists: impl Fn(Id) -> bool) -> Self {
        match before {
            Some(before)
                if self.embedding.is_empty()
                    && before.query == self.query
                    && (before.former || before.model != self.model)
                    && before.embedding.iter().chain(&before.fungi).all(|row| exists(row.id)) =>
            {
                Self { former: !before.embedding.is_empty(), ..before.clone() }
            }
            _ => self,
        }
    }
}

/// One neighbour.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// The image.
    pub id: Id,
    /// Cosine, or weighted mean of the parts' cosines.
    pub score: f32,
    /// Rank, from 1.
    pub rank: usize,
    /// Ranks gained against the embedding's order; in FUNGI's column only.
    pub change: Option<i64>,
}

/// Cosines of the query with each computed image.
#[derive(Clone, Default)]
struct Table {
    query: Option<Id>,
    ids: Arc<Vec<Id>>,
    cosines: Arc<Cosines>,
    without: Option<usize>,
    made_of: MadeOf,
    /// Whether gradients are compared without projection.
    exact: bool,
}

/// The computed images and their features, with the gallery's mean subtracted if that is chosen.
#[derive(Clone, Default)]
pub struct Compared {
    /// The images.
    pub ids: Arc<Vec<Id>>,
    /// The features of each.
    pub features: Arc<Vec<Arc<Features>>>,
    centring: Option<Arc<Centring>>,
}

impl Compared {
    /// The weights of the parts that every image has.
    pub fn shared(&self, weights: &Weights) -> Weights {
        weights.only(&PartMap::from_fn(|part| self.features.iter().all(|of| of.get(part).is_some())))
    }
}

impl Ranking {
    /// Follows these signals.
    pub fn new(
        gallery: GalleryState,
        weights: RwSignal<Weights>,
        k: RwSignal<usize>,
        centred: RwSignal<PartMap<bool>>,
        analysis: Analysis,
        exact: RwSignal<bool>,
    ) -> Self {
        let compared = Memo::new_with_compare(
            move |_| {
                let (ids, mut features): (Vec<Id>, Vec<Arc<Features>>) = gallery
                    .with_features(|gallery| gallery.computed().map(|(entry, of)| (entry.id, of.clone())).unzip());
                let wanted = centred.get();
                let centring = wanted.iter().any(|(_, wanted)| *wanted).then(|| {
                    let centring = Centring::fit(features.iter().map(Arc::as_ref)).only(&wanted);
                    features.iter_mut().for_each(|of| *of = Arc::new(centring.apply(of)));
                    Arc::new(centring)
                });
                Compared { ids: Arc::new(ids), features: Arc::new(features), centring }
            },
            |_, _| true,
        );
        let projected = Memo::new_with_compare(
            move |_| {
                let query = gallery.query.get();
                let found = gallery.with_features(|gallery| Some((query?, gallery.features(query?)?.clone())));
                let Some((query, of)) = found else { return Table::default() };
                compared.with(|compared| {
                    let of = compared.centring.as_ref().map_or(of.clone(), |centring| Arc::new(centring.apply(&of)));
                    Table {
                        query: Some(query),
                        ids: compared.ids.clone(),
                        cosines: Arc::new(Cosines::between(&of, compared.features.iter().map(Arc::as_ref))),
                        without: compared.ids.iter().position(|&id| id == query),
                        made_of: MadeOf::count(&of, compared.features.iter().map(Arc::as_ref)),
                        exact: false,
                    }
                })
            },
            |_, _| true,
        );
        let asked = Signal::derive(move || projected.with(|table| (table.query, table.ids.clone())));
        let exact = Exact::new(gallery, analysis, exact, asked, centred);
        let table = Memo::new_with_compare(
            move |_| {
                let mut table = projected.get();
                if let Some(found) = exact.found.get() {
                    let cosines = Arc::make_mut(&mut table.cosines);
                    found.cosines.iter().for_each(|(part, values)| cosines.replace(*part, values));
                    table.exact = true;
                }
                table
            },
            |_, _| true,
        );
        let rows = Memo::new(move |before: Option<&Rows>| {
            let query = gallery.query.get();
            let model = gallery.link.model.with_untracked(|model| model.as_ref().map(|model| model.name.clone()));
            let rows = table.with(|table| {
                let weights = weights.get().only(&table.made_of.shared());
                let comparison: Comparison = table.cosines.compare(&weights, k.get(), table.without);
                let row = |index: usize, score, rank, change| Row { id: table.ids[index], score, rank, change };
                let embedding = comparison.embedding.iter().map(|near| row(near.index, near.score, near.rank, None));
                let fungi = comparison.fungi.iter().zip(&comparison.changes);
                Rows {
                    embedding: embedding.collect(),
                    fungi: fungi.map(|(near, &change)| row(near.index, near.score, near.rank, change)).collect(),
                    query,
                    model: model.unwrap_or_default(),
                    former: false,
                }
            });
            rows.or_former(before, |id| gallery.shown(id).is_some())
        });
        let wanted =
            Memo::new(move |_| gallery.with_features(|gallery| gallery.origin().map(|origin| origin.settings.parts())));
        let parts = Memo::new(move |_| wanted.get().map(|parts| PartMap::from_fn(|part| parts.contains(&part))));
        let made_of = Memo::new(move |_| {
            table.with(|table| match table.ids.is_empty() {
                true => "with the gradients".to_owned(),
                false => {
                    let words = table.made_of.words(&weights.get(), &wanted.get().unwrap_or_default());
                    if table.exact { format!("{words}; gradients exact") } else { words }
                }
            })
        });
        let candidates = Memo::new(move |_| table.with(|table| table.ids.len() - usize::from(table.without.is_some())));
        Self { rows, parts, made_of, candidates, compared, exact, table, weights }
    }

    /// Why FUNGI ranks an image elsewhere than the embedding does; none if it does not, or does not rank it.
    pub fn moved(&self, id: Id) -> Option<Moved> {
        self.table.with(|table| {
            let item = table.ids.iter().position(|&of| of == id)?;
            let weights = self.weights.get().only(&table.made_of.shared());
            Moved::of(&table.cosines, &weights, &table.ids, item, table.without)
        })
    }
}
