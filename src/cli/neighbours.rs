//! `mycoscope neighbours`: what resembles an image, by embedding and by FUNGI.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::compute::{self, Computed, start};
use super::exact::Need;
use super::options::CommonOptions;
use super::output::{Failed, print_failed, print_table, row};
use super::streams::print_json;
use super::{CliError, folder};
use crate::fungi::{Factors, Features, Part};
use crate::gallery::{Entry, Gallery};
use crate::retrieval::{Centring, Comparison, Cosines, ExactMeans, Neighbour, Weights};

#[derive(Debug, Args)]
pub(super) struct Neighbours {
    /// Folder of images; sub-folders are read too, and their names are the labels
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The image whose neighbours are wanted
    query: PathBuf,
    /// How many neighbours
    #[arg(short, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// Subtract the folder's mean from every part and normalise again
    #[arg(long)]
    centred: bool,
    /// Compare gradients themselves, without projection; what that takes is said first
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    common: CommonOptions,
}

#[derive(Serialize)]
struct Near<'a> {
    rank: usize,
    name: &'a str,
    label: Option<&'a str>,
    score: f32,
    /// Cosine of each part.
    cosines: serde_json::Map<String, serde_json::Value>,
    /// Ranks gained against the embedding's order; absent in the embedding's own list.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<i64>,
}

#[derive(Serialize)]
struct Report<'a> {
    query: &'a PathBuf,
    model: &'a str,
    centred: bool,
    /// Whether gradients were compared without projection.
    exact: bool,
    images: usize,
    embedding: Vec<Near<'a>>,
    fungi: Vec<Near<'a>>,
    failed: &'a [Failed],
}

impl Neighbours {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        // Before the folder, which takes long.
        let refused = |reason| CliError::Query { path: self.query.clone(), reason };
        let query = folder::read(&self.query).map_err(refused)?;
        let engine = start(&self.common.model, self.common.method.settings()?)?;
        let (query, gradients, computed) = if self.exact {
            let (query, gradients) = pollster::block_on(engine.exact_features(&query.image))?;
            let need = |images| Need::of_query(&engine, images, self.centred)?.say();
            (query, Some(gradients), compute::exact(&engine, &self.folder, need)?)
        } else {
            (pollster::block_on(engine.features(&query.image))?, None, compute::folder(&engine, &self.folder)?)
        };
        let Computed { gallery, failed, files, .. } = &computed;
        let items = || gallery.computed().map(|(_, features)| &**features);
        let mut cosines = if self.centred {
            let centring = Centring::fit(items());
            let items: Vec<Features> = items().map(|features| centring.apply(features)).collect();
            Cosines::between(&centring.apply(&query), &items)
        } else {
            Cosines::between(&query, items())
        };
        if let Some(gradients) = &gradients {
            self.compare_exactly(&mut cosines, gradients, &computed.factors());
        }
        let comparison = cosines.compare(&Weights::fungi(), self.k as usize, None);
        let report = self.report(&engine.info()?.1.name, gallery, &cosines, &comparison, failed);
        if self.common.json {
            print_json(&report)?;
        } else {
            print_table(&report.table())?;
        }
        print_failed(failed, *files)?;
        Ok(ExitCode::SUCCESS)
    }

    /// Puts exact cosines in place of those of projected gradients.
    fn compare_exactly(&self, cosines: &mut Cosines, query: &Factors, items: &[&Factors]) {
        let mut means = ExactMeans::default();
        for part in query.parts() {
            cosines.replace(part, &means.cosines(part, query, items, self.centred));
        }
    }

    fn report<'a>(
        &'a self,
        model: &'a str,
        gallery: &'a Gallery,
        cosines: &Cosines,
        comparison: &Comparison,
        failed: &'a [Failed],
    ) -> Report<'a> {
        let near = |&Neighbour { index, score, rank }: &Neighbour, change| {
            let Entry { name, label, .. } = &gallery.entries()[index];
            let cosine = |part: Part| Some((part.key().to_owned(), f64::from(cosines.get(index, part)?).into()));
            let cosines = Part::ALL.into_iter().filter_map(cosine).collect();
            Near { rank, name, label: label.as_deref(), score, cosines, change }
        };
        let changes = comparison.changes.iter().copied();
        Report {
            query: &self.query,
            model,
            centred: self.centred,
            exact: self.exact,
            images: gallery.len(),
            embedding: comparison.embedding.iter().map(|item| near(item, None)).collect(),
            fungi: comparison.fungi.iter().zip(changes).map(|(item, change)| near(item, change)).collect(),
            failed,
        }
    }
}

impl Report<'_> {
    fn table(&self) -> Vec<Vec<String>> {
        let mut rows = vec![row(["rank", "Embedding", "cosine", "", "FUNGI", "score", "moved"])];
        for (embedding, fungi) in self.embedding.iter().zip(&self.fungi) {
            let moved = match fungi.change {
                Some(0) => "=".to_owned(),
                Some(change) => format!("{change:+}"),
                None => String::new(),
            };
            let [cosine, score] = [embedding.score, fungi.score].map(|score| format!("{score:.4}"));
            let rank = embedding.rank.to_string();
            rows.push(row([&rank, embedding.name, &cosine, "|", fungi.name, &score, &moved]));
        }
        rows
    }
}
