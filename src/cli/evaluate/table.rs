//! What `mycoscope evaluate` prints for people.

use super::report::{Judged, Neighbourhood, Report, Set};
use super::seeds::Spread;
use crate::cli::CliError;
use crate::cli::output::{print_table, row};
use crate::cli::streams::print;
use crate::retrieval::Difference;

/// Prints everything but the files that failed.
pub(super) fn print_report(report: &Report<'_>) -> Result<(), CliError> {
    notes(report).iter().try_for_each(|note| print(note))?;
    let Neighbourhood { shown, main, .. } = &report.neighbourhood;
    for (centred, title) in [(false, "As they are"), (true, "Centred (mean subtracted, normalised again)")] {
        let sets: Vec<&Set> = report.results.iter().filter(|set| set.centred == centred).collect();
        let mut header = vec![title.to_owned()];
        header.extend(shown.iter().map(|k| format!("k = {k}")));
        header.extend(["mAP", "R-precision", "5-shot", "probe", "NMI", "ARI", "clusters"].map(String::from));
        let mut rows = vec![header];
        rows.extend(sets.iter().map(|set| values(set, shown)));
        print("")?;
        print_table(&rows)?;
        let mut header = vec!["... against the embedding as it is".to_owned()];
        header.extend([format!("k = {main}"), "mAP".into()]);
        if report.seeds > 1 {
            header.extend([format!("k = {main} over {} seeds", report.seeds), "mAP over them".into()]);
        }
        let mut rows = vec![header];
        rows.extend(sets.iter().filter_map(|set| differences(set, *main)));
        print("")?;
        print_table(&rows)?;
    }
    Ok(())
}

/// What to know before the tables.
fn notes(report: &Report<'_>) -> Vec<String> {
    let mut notes = vec![format!(
        "{} images, {} labels; always naming the most frequent label would be right in {:.1} %.",
        report.images,
        report.labels.len(),
        100.0 * report.chance
    )];
    if report.unlabelled > 0 {
        notes.push(format!("{} images have no label, and are left out.", report.unlabelled));
    }
    if report.repeated > 0 {
        notes.push(format!("{} files repeat an earlier one's content and are left out.", report.repeated));
    }
    if report.exact {
        notes.push("Gradients are compared exactly, without projection.".into());
    }
    let Neighbourhood { main, fair, too_small, .. } = report.neighbourhood;
    if too_small > 0 {
        notes.push(format!(
            "k = {main} misleads here: {too_small} of {} labels have {main} images or fewer, so that some neighbours must be of \
             another label. Use -k {fair}, or R-precision, which takes as many neighbours as the label has.",
            report.labels.len()
        ));
    } else if main < super::PAPERS && main == fair {
        notes.push(format!(
            "k = {main}, since the smallest label has {} images; R-precision takes as many neighbours as each label has.",
            main + 1
        ));
    }
    let samples = report.samples;
    if samples.queries < samples.images {
        notes.push(format!("Neighbours are those of {} images, drawn at random, among all.", samples.queries));
    }
    if samples.sampled < samples.images {
        notes.push(format!("Clusters and the probe are of {} images, drawn at random.", samples.sampled));
    }
    let features =
        report.seconds.features.map_or("The features were saved before".into(), |s| format!("Features took {s:.1} s"));
    notes.push(format!("{features}; the evaluation took {:.1} s.", report.seconds.evaluation));
    notes.push("In %. k: leave-one-out k-NN, majority; 5-shot and clusters (k-means) with their deviation. Intervals are of 95 %.".into());
    notes
}

fn percent(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{:.1}", 100.0 * value))
}

fn values(set: &Set, shown: &[usize]) -> Vec<String> {
    let with = |value: Option<f64>, name: &str| match set.deviations.get(name) {
        Some(deviation) => format!("{} ±{:.1}", percent(value), 100.0 * deviation),
        None => percent(value),
    };
    let mut cells = vec![set.features.clone()];
    cells.extend(shown.iter().map(|k| percent(set.accuracy.get(k).copied())));
    cells.extend([
        percent(set.map),
        percent(set.r_precision),
        with(set.few_shot, "few_shot"),
        percent(set.linear_probe),
    ]);
    cells.extend([with(set.nmi, "nmi"), with(set.ari, "ari"), with(set.cluster_accuracy, "cluster_accuracy")]);
    cells
}

fn differences(set: &Set, main: usize) -> Option<Vec<String>> {
    let interval = |judged: Option<&Judged>| match judged {
        Some(Judged { difference: Difference { mean, low, high }, verdict }) => {
            format!("{:+.1} ({:+.1} to {:+.1}) {verdict}", 100.0 * mean, 100.0 * low, 100.0 * high)
        }
        None => "-".into(),
    };
    let spread = |spread: Option<Spread>| match spread {
        Some(Spread { mean, deviation, lowest, highest }) => {
            format!("{:.1} ±{:.1} ({:.1} to {:.1})", 100.0 * mean, 100.0 * deviation, 100.0 * lowest, 100.0 * highest)
        }
        None => "-".into(),
    };
    if set.against_embedding.is_none() && set.over_seeds.is_none() {
        return None;
    }
    let against = set.against_embedding.as_ref();
    let mut cells = row([&set.features]);
    cells.push(interval(against.and_then(|against| against.accuracy.get(&main))));
    cells.push(interval(against.and_then(|against| against.others.get("map"))));
    cells.extend(set.over_seeds.iter().flat_map(|over| [spread(over.accuracy), spread(over.map)]));
    Some(cells)
}
