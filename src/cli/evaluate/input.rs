//! What is evaluated: a folder's images, or features that were saved.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::compute::{Computed, folder, start};
use super::super::options::ModelOptions;
use super::super::output::Failed;
use super::labels::Table;
use crate::cli::CliError;
use crate::engine::Engine;
use crate::fungi::{Features, Settings};
use crate::gallery::file::{Provenance, open};
use crate::gallery::{Entry, Gallery};

/// Labelled images with different contents.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input {
    pub features: Vec<Features>,
    /// The place of each image's label in `names`.
    pub labels: Vec<usize>,
    /// The labels, in alphabetical order.
    pub names: Vec<String>,
    /// Images left out since they have no label.
    pub unlabelled: usize,
    /// Images left out since an earlier one has the same content.
    pub repeated: usize,
    pub model: String,
    pub sha256: String,
    pub settings: Settings,
    pub failed: Vec<Failed>,
    pub files: usize,
    /// What computing the features took; absent where they were saved before.
    pub seconds: Option<f64>,
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
    ) -> Result<(Self, Engine), CliError> {
        // Before the model, which takes a while.
        if !path.exists() {
            return Err(CliError::read(path, "there is no such folder or file"));
        }
        let engine = start(model, settings)?;
        let (input, gallery) = Self::of_gallery(&engine, path, table)?;
        let images: Vec<_> = gallery.computed().map(|(entry, features)| (entry, &**features)).collect();
        say_labels(table, &images)?;
        Ok((input, engine))
    }

    /// The same, by an engine that is there.
    pub(super) fn of_folder(engine: &Engine, path: &Path, table: Option<&Table>) -> Result<Self, CliError> {
        Ok(Self::of_gallery(engine, path, table)?.0)
    }

    fn of_gallery(engine: &Engine, path: &Path, table: Option<&Table>) -> Result<(Self, Gallery), CliError> {
        let Computed { gallery, failed, files, seconds, .. } = folder(engine, path)?;
        let images: Vec<_> = gallery.computed().map(|(entry, features)| (entry, &**features)).collect();
        let input = Self::new(&images, engine.provenance()?, table);
        Ok((Self { failed, files, seconds: Some(seconds), ..input }, gallery))
    }

    /// `table`: the labels, in place of the folders' names.
    fn new(images: &[(&Entry, &Features)], provenance: Provenance, table: Option<&Table>) -> Self {
        let entries: Vec<&Entry> = images.iter().map(|(entry, _)| *entry).collect();
        let given = match table {
            Some(table) => table.labels(&entries),
            None => entries.iter().map(|entry| entry.label.clone()).collect(),
        };
        let (mut seen, mut labelled) = (BTreeSet::new(), Vec::new());
        let (mut unlabelled, mut repeated) = (0, 0);
        for ((entry, features), label) in images.iter().zip(given) {
            if entry.content.as_ref().is_some_and(|content| !seen.insert(content.hash)) {
                repeated += 1;
            } else if let Some(label) = label {
                labelled.push((label, Features::clone(features)));
            } else {
                unlabelled += 1;
            }
        }
        let files = labelled.len() + unlabelled + repeated;
        let names: BTreeSet<String> = labelled.iter().map(|(label, _)| label.clone()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let labels = labelled.iter().filter_map(|(label, _)| names.binary_search(label).ok()).collect();
        let features = labelled.into_iter().map(|(_, features)| features).collect();
        let Provenance { model, sha256, settings, .. } = provenance;
        Self {
            features,
            labels,
            names,
            unlabelled,
            repeated,
            model,
            sha256,
            settings,
            failed: Vec::new(),
            files,
            seconds: None,
        }
    }

    /// Whether there is something to evaluate; the most frequent label's count.
    pub(super) fn check(&self) -> Result<usize, CliError> {
        match &self.names[..] {
            [] => return Err(CliError::Labels { found: "no label".into() }),
            [name] => return Err(CliError::Labels { found: format!("only the label \"{name}\"") }),
            _ => {}
        }
        let count = |class| self.labels.iter().filter(|label| **label == class).count();
        match (0..self.names.len()).map(count).max() {
            None | Some(0 | 1) => Err(CliError::Alone),
            Some(largest) => Ok(largest),
        }
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

    fn input(labels: &[usize], names: &[&str]) -> Input {
        Input {
            features: Vec::new(),
            labels: labels.to_vec(),
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            unlabelled: 0,
            repeated: 0,
            model: String::new(),
            sha256: String::new(),
            settings: Settings::default(),
            failed: Vec::new(),
            files: 0,
            seconds: None,
        }
    }

    #[test]
    fn what_cannot_be_evaluated_is_said() {
        let sentence = |labels: &[usize], names: &[&str]| input(labels, names).check().unwrap_err().to_string();
        assert!(sentence(&[], &[]).contains("no label"));
        assert!(sentence(&[0, 0], &["cats"]).contains("only the label \"cats\""));
        assert!(sentence(&[0, 1], &["cats", "dogs"]).contains("more than one image"));
        assert_eq!(input(&[0, 1, 1], &["cats", "dogs"]).check().unwrap(), 2);
    }
}
