//! What is evaluated: a folder's images, or features that were saved.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::super::compute::{self, Computed, folder, start};
use super::super::exact::Need;
use super::super::options::ModelOptions;
use super::super::output::Failed;
use super::labels::Table;
use crate::cli::CliError;
use crate::engine::Engine;
use crate::fungi::{Factors, Features, Settings};
use crate::gallery::file::open;
use crate::gallery::{Entry, Gallery, Hash, Provenance};
use crate::retrieval::{FeatureTable, exact_features};

/// Labelled images with different contents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input {
    /// All images, those without a label too.
    pub images: Vec<(Entry, Features)>,
    /// The place of each labelled image's label in `names`.
    pub labels: Vec<usize>,
    /// The labels, in alphabetical order.
    pub names: Vec<String>,
    /// Images left out since they have no label.
    pub unlabelled: usize,
    /// Images left out since an earlier one has the same content.
    pub repeated: usize,
    /// How the features were made.
    pub provenance: Provenance,
    pub failed: Vec<Failed>,
    pub files: usize,
    /// What computing the features took; absent where they were saved before.
    pub seconds: Option<f64>,
    /// The contents' exact gradients, if gradients are to be compared without projection.
    pub factors: Option<HashMap<Hash, Factors>>,
}

impl Input {
    /// Features that `mycoscope embed` saved.
    pub(super) fn open(path: &Path, table: Option<&Table>) -> Result<Self, CliError> {
        let bytes = std::fs::read(path).map_err(|error| CliError::read(path, error))?;
        let saved = open(&bytes).map_err(|error| CliError::NotFeatures { path: path.to_owned(), error })?;
        let images: Vec<_> = saved.images.iter().map(|(entry, features)| (entry, features)).collect();
        say_labels(table, &images)?;
        Ok(Self::new(&images, saved.provenance, table))
    }

    /// Computes the features of a folder's images.
    pub(super) fn compute(
        model: &ModelOptions,
        settings: Settings,
        path: &Path,
        table: Option<&Table>,
        exact: bool,
    ) -> Result<(Self, Engine), CliError> {
        // Before the model, which takes a while.
        if !path.exists() {
            return Err(CliError::read(path, "there is no such folder or file"));
        }
        let engine = start(model, settings)?;
        let (input, gallery) = Self::of_gallery(&engine, path, table, exact)?;
        let images: Vec<_> = gallery.computed().map(|(entry, features)| (entry, &**features)).collect();
        say_labels(table, &images)?;
        Ok((input, engine))
    }

    /// The same, by an engine that is there.
    pub(super) fn of_folder(
        engine: &Engine,
        path: &Path,
        table: Option<&Table>,
        exact: bool,
    ) -> Result<Self, CliError> {
        Ok(Self::of_gallery(engine, path, table, exact)?.0)
    }

    fn of_gallery(
        engine: &Engine,
        path: &Path,
        table: Option<&Table>,
        exact: bool,
    ) -> Result<(Self, Gallery), CliError> {
        let computed = if exact {
            compute::exact(engine, path, |images| Need::of_pairs(engine, images)?.say())?
        } else {
            folder(engine, path)?
        };
        let Computed { gallery, failed, files, seconds, factors, .. } = computed;
        let images: Vec<_> = gallery.computed().map(|(entry, features)| (entry, &**features)).collect();
        let input = Self::new(&images, engine.provenance()?, table);
        Ok((Self { failed, files, seconds: Some(seconds), factors: exact.then_some(factors), ..input }, gallery))
    }

    /// `table`: the labels, in place of the folders' names.
    fn new(images: &[(&Entry, &Features)], provenance: Provenance, table: Option<&Table>) -> Self {
        let entries: Vec<&Entry> = images.iter().map(|(entry, _)| *entry).collect();
        let given = match table {
            Some(table) => table.labels(&entries),
            None => entries.iter().map(|entry| entry.label.clone()).collect(),
        };
        let (mut seen, mut kept) = (BTreeSet::new(), Vec::new());
        let (mut unlabelled, mut repeated) = (0, 0);
        for ((entry, features), label) in images.iter().zip(given) {
            if entry.content.as_ref().is_some_and(|content| !seen.insert(content.hash)) {
                repeated += 1;
            } else {
                unlabelled += usize::from(label.is_none());
                kept.push((Entry { label, ..Entry::clone(entry) }, Features::clone(features)));
            }
        }
        let files = kept.len() + repeated;
        let label = |(entry, _): &(Entry, Features)| entry.label.clone();
        let names: BTreeSet<String> = kept.iter().filter_map(label).collect();
        let names: Vec<String> = names.into_iter().collect();
        let labels = kept.iter().filter_map(label).filter_map(|label| names.binary_search(&label).ok()).collect();
        Self {
            images: kept,
            labels,
            names,
            unlabelled,
            repeated,
            provenance,
            failed: Vec::new(),
            files,
            seconds: None,
            factors: None,
        }
    }

    /// The labelled images' features; with vectors that have the exact cosines in place of projected gradients, if that was
    /// asked for.
    pub(super) fn table(&self) -> Result<FeatureTable, CliError> {
        let labelled = || self.images.iter().filter(|(entry, _)| entry.label.is_some());
        let features = labelled().map(|(_, features)| features);
        let Some(factors) = &self.factors else { return Ok(FeatureTable::from_features(features)) };
        let features: Vec<&Features> = features.collect();
        let of = |(entry, _): &(Entry, Features)| factors.get(&entry.content.as_ref()?.hash);
        let factors: Vec<&Factors> = labelled().filter_map(of).collect();
        let exact = exact_features(&features, &factors).ok_or(CliError::NotFiniteGradients)?;
        Ok(FeatureTable::from_features(&exact))
    }

    /// Whether there is something to evaluate; the most frequent label's count.
    pub(super) fn check(&self) -> Result<usize, CliError> {
        check(&self.labels, &self.names)
    }
}

fn check(labels: &[usize], names: &[String]) -> Result<usize, CliError> {
    match names {
        [] => return Err(CliError::Labels { found: "no label".into() }),
        [name] => return Err(CliError::Labels { found: format!("only the label \"{name}\"") }),
        _ => {}
    }
    let count = |class| labels.iter().filter(|label| **label == class).count();
    match (0..names.len()).map(count).max() {
        None | Some(0 | 1) => Err(CliError::Alone),
        Some(largest) => Ok(largest),
    }
}

fn say_labels(table: Option<&Table>, images: &[(&Entry, &Features)]) -> Result<(), CliError> {
    match table {
        Some(table) => table.report(&images.iter().map(|(entry, _)| *entry).collect::<Vec<_>>()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_evaluated_is_said() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let sentence = |labels: &[usize], of: &[&str]| check(labels, &names(of)).unwrap_err().to_string();
        assert!(sentence(&[], &[]).contains("no label"));
        assert!(sentence(&[0, 0], &["cats"]).contains("only the label \"cats\""));
        assert!(sentence(&[0, 1], &["cats", "dogs"]).contains("more than one image"));
        assert_eq!(check(&[0, 1, 1], &names(&["cats", "dogs"])).unwrap(), 2);
    }
}
