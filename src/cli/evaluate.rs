//! `mycoscope evaluate`: how well labels are found again, by every feature set worth comparing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::compute::{Computed, folder, start};
use super::options::CommonOptions;
use super::output::{Failed, print_failed, print_table, progress, row};
use super::streams::{print, print_json};
use crate::fungi::{Features, Part, Settings};
use crate::gallery::{Content, Entry, Hash};
use crate::retrieval::{Centring, Difference, Evaluation, FeatureSet, evaluate, mean, paired_difference, per_class};

/// Neighbourhood sizes: a small one, and the paper's.
const KS: [usize; 2] = [5, 20];
/// The paper's, in [`KS`].
const PAPERS: usize = 1;

#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// Folder whose sub-folders are the labels
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    common: CommonOptions,
}

#[derive(Serialize)]
struct Report<'a> {
    images: usize,
    labels: &'a [&'a str],
    /// Share of the most frequent label: what always naming it would reach.
    chance: f64,
    /// Images left out since they lie in no folder.
    unlabelled: usize,
    /// Files left out since an earlier one has the same content.
    repeated: usize,
    model: &'a str,
    sha256: &'a str,
    settings: &'a Settings,
    results: Vec<Row>,
    failed: &'a [Failed],
}

/// One feature set, with or without centring.
#[derive(Serialize)]
struct Row {
    features: String,
    centred: bool,
    /// By k: accuracy of the majority vote.
    accuracy: BTreeMap<usize, f64>,
    /// By k: accuracy of the softmax-weighted vote.
    weighted_accuracy: BTreeMap<usize, f64>,
    map: Option<f64>,
    /// Accuracy at k = 20 less that of the embedding, as it is, with a 95 % interval.
    against_embedding: Option<Difference>,
    /// Accuracy at k = 20 by label, in the labels' order.
    per_label: Vec<Option<f64>>,
}

impl Evaluate {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let engine = start(&self.common.model, self.common.method.settings()?)?;
        let Computed { gallery, failed, files, .. } = folder(&engine, &self.folder)?;
        let mut seen: BTreeSet<Hash> = BTreeSet::new();
        let mut first = |content: &Content| seen.insert(content.hash);
        let unique: Vec<(&Entry, &Features)> = gallery
            .computed()
            .filter(|(entry, _)| entry.content.as_deref().is_some_and(&mut first))
            .map(|(entry, features)| (entry, &**features))
            .collect();
        let labelled: Vec<(&Features, &str)> =
            unique.iter().filter_map(|(entry, features)| Some((*features, entry.label.as_deref()?))).collect();
        let names: Vec<&str> = labelled.iter().map(|(_, label)| *label).collect::<BTreeSet<_>>().into_iter().collect();
        let labels: Vec<usize> = labelled.iter().filter_map(|(_, label)| names.binary_search(label).ok()).collect();
        let largest = check(&labels, &names)?;
        let items: Vec<&Features> = labelled.iter().map(|(features, _)| *features).collect();
        let (settings, (_, model)) = (engine.extractor()?.settings(), engine.info()?);
        let report = Report {
            images: items.len(),
            labels: &names,
            chance: largest as f64 / items.len() as f64,
            unlabelled: unique.len() - labelled.len(),
            repeated: gallery.len() - unique.len(),
            model: &model.name,
            sha256: &model.sha256,
            settings,
            results: rows(&items, &labels, names.len(), settings.seed),
            failed: &failed,
        };
        if self.common.json {
            print_json(&report)?;
        } else {
            report.print()?;
        }
        print_failed(&failed, files)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Whether there is something to evaluate; the most frequent label's count.
fn check(labels: &[usize], names: &[&str]) -> Result<usize, CliError> {
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

/// Every feature set as it is, then centred.
fn rows(items: &[&Features], labels: &[usize], classes: usize, seed: u64) -> Vec<Row> {
    let has = |part: Part| items.iter().all(|features| features.get(part).is_some());
    let sets = FeatureSet::standard(has);
    let bar = progress(2 * items.len(), "Evaluating");
    let plain = evaluate(items, labels, &sets, &KS, || bar.inc(1));
    let centring = Centring::fit(items.iter().copied());
    let centred: Vec<Features> = items.iter().map(|features| centring.apply(features)).collect();
    let centred = evaluate(&centred.iter().collect::<Vec<_>>(), labels, &sets, &KS, || bar.inc(1));
    bar.finish_and_clear();
    let embedding = plain.first().map(|evaluation| evaluation.correct(PAPERS)).unwrap_or_default();
    let row = |evaluation: &Evaluation, centred: bool, baseline: bool| {
        let correct = evaluation.correct(PAPERS);
        let by_k = |accuracy: &dyn Fn(usize) -> Vec<f64>| {
            let share = |which: usize| mean(accuracy(which).into_iter().map(Some)).unwrap_or(0.0);
            KS.iter().enumerate().map(|(which, &k)| (k, share(which))).collect()
        };
        let values: Vec<Option<f64>> = correct.iter().copied().map(Some).collect();
        Row {
            features: evaluation.set.name.clone(),
            centred,
            accuracy: by_k(&|which| evaluation.correct(which)),
            weighted_accuracy: by_k(&|which| evaluation.correct_weighted(which)),
            map: evaluation.mean_average_precision(),
            against_embedding: if baseline { None } else { paired_difference(&embedding, &correct, seed) },
            per_label: per_class(&values, labels, classes),
        }
    };
    let plain = plain.iter().enumerate().map(|(i, evaluation)| row(evaluation, false, i == 0));
    plain.chain(centred.iter().map(|evaluation| row(evaluation, true, false))).collect()
}

impl Report<'_> {
    fn print(&self) -> Result<(), CliError> {
        print(&format!(
            "{} images, {} labels; always naming the most frequent label would be right in {:.1} %.",
            self.images,
            self.labels.len(),
            100.0 * self.chance
        ))?;
        if self.unlabelled > 0 {
            print(&format!("{} images lie in no sub-folder, hence have no label, and are left out.", self.unlabelled))?;
        }
        if self.repeated > 0 {
            print(&format!("{} files repeat an earlier one's content and are left out.", self.repeated))?;
        }
        if let Some(k) = KS.iter().find(|k| **k >= self.images) {
            print(&format!("With so few images, all others vote where k = {k} is asked for."))?;
        }
        print("Leave-one-out k-NN (majority) and retrieval, in %; the interval is of 95 % (paired bootstrap).")?;
        for (centred, title) in [(false, "As they are"), (true, "Centred (mean subtracted, normalised again)")] {
            print("")?;
            let mut rows = vec![row([title, "k = 5", "k = 20", "mAP", "k = 20 against the embedding"])];
            rows.extend(self.results.iter().filter(|row| row.centred == centred).map(Row::cells));
            print_table(&rows)?;
        }
        Ok(())
    }
}

impl Row {
    fn cells(&self) -> Vec<String> {
        let percent =
            |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{:.1}", 100.0 * value));
        let mut cells = vec![self.features.clone()];
        cells.extend(KS.iter().map(|k| percent(self.accuracy.get(k).copied())));
        cells.push(percent(self.map));
        cells.extend(self.against_embedding.map(|Difference { mean, low, high }| {
            format!("{:+.1} ({:+.1} to {:+.1})", 100.0 * mean, 100.0 * low, 100.0 * high)
        }));
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_evaluated_is_said() {
        let sentence = |labels: &[usize], names: &[&str]| check(labels, names).unwrap_err().to_string();
        assert!(sentence(&[], &[]).contains("no label"));
        assert!(sentence(&[0, 0], &["cats"]).contains("only the label \"cats\""));
        assert!(sentence(&[0, 1], &["cats", "dogs"]).contains("more than one image"));
        assert_eq!(check(&[0, 1, 1], &["cats", "dogs"]).unwrap(), 2);
    }

    #[test]
    fn separable_classes_are_found_again_in_every_row() {
        let item = |class: usize, i: usize| {
            let mut features = Features::new();
            let angle = class as f32 * 2.0 + i as f32 * 0.01;
            for part in [Part::Embedding, Part::Kl] {
                features.set(part, vec![angle.cos(), angle.sin()]);
            }
            features
        };
        let labels: Vec<usize> = (0..30).map(|i| i / 15).collect();
        let items: Vec<Features> = labels.iter().enumerate().map(|(i, &class)| item(class, i)).collect();
        let rows = rows(&items.iter().collect::<Vec<_>>(), &labels, 2, 0);
        assert_eq!(rows.len(), 6, "embedding, KL, their sum; each centred too");
        for row in &rows {
            assert_eq!((row.accuracy[&5], row.map), (1.0, Some(1.0)), "{}", row.features);
            assert_eq!(row.per_label, [Some(1.0), Some(1.0)]);
        }
        assert!(rows[0].against_embedding.is_none() && rows[3].against_embedding.is_some());
    }
}
