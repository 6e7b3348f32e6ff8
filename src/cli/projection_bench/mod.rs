//! `mycoscope bench --projections`: what a projection's kind and size cost, and how far its cosines are from the exact ones.

mod subject;

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde::Serialize;

use super::CliError;
use super::compute::start;
use super::cost::Timing;
use super::options::CommonOptions;
use super::output::{Bar, print_table, row};
use super::streams::{print, print_json};
use crate::fungi::{Part, Projection, ProjectionSize};
use subject::Subject;

/// What is compared.
const CHOICES: [Choice; 6] = [
    Choice::new(Projection::Rademacher, 1),
    Choice::new(Projection::Rademacher, 2),
    Choice::new(Projection::Rademacher, 4),
    Choice::new(Projection::KhatriRao, 1),
    Choice::new(Projection::KhatriRao, 2),
    Choice::new(Projection::KhatriRao, 4),
];
/// Draws of signs that errors and mAP are means over.
const SEEDS: u64 = 5;

/// A projection.
#[derive(Debug, Clone, Copy)]
struct Choice {
    kind: Projection,
    size: ProjectionSize,
}

impl Choice {
    const fn new(kind: Projection, times: usize) -> Self {
        Self { kind, size: ProjectionSize::Times(times) }
    }
}

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    device: &'a str,
    images: usize,
    seeds: u64,
    /// All features of an image from its views, milliseconds.
    feature_ms: f64,
    projections: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    /// `exact` for the gradients' own cosines, from what they are kept as.
    projection: &'static str,
    /// In embeddings; absent for the exact ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    #[serde(flatten)]
    found: Found,
    #[serde(flatten)]
    time: Time,
}

/// What is found of a projection, besides its time.
#[derive(Serialize)]
struct Found {
    parts: BTreeMap<&'static str, Errors>,
    /// Signs on the device, in MiB.
    signs_mib: f64,
    /// Bytes that an image's gradients take.
    bytes: u64,
}

/// Of one part.
#[derive(Serialize)]
struct Errors {
    /// Root mean squared difference of all pairs' cosines from the exact ones.
    rmse: f64,
    /// What it should be by [`crate::fungi::projection_noise`].
    predicted: f64,
    /// mAP of the labels by these cosines alone.
    map: Option<f64>,
}

#[derive(Serialize)]
struct Time {
    /// Projecting one image's gradients, or packing what they are kept as, milliseconds; median.
    ms: f64,
    /// The same over all features of the image; median of runs by turns.
    share: f64,
}

/// Measures all choices on the sample set.
pub(super) fn run(common: &CommonOptions, timing: &Timing) -> Result<ExitCode, CliError> {
    let engine = start(&common.model, common.method.settings()?)?;
    let (device, model) = engine.info()?;
    let subject = Subject::new(engine.extractor()?)?;
    let mut bar = Bar::new(CHOICES.len(), "Comparing");
    let mut found = vec![("exact", None, subject.exactly()?)];
    for choice in CHOICES {
        let kind = match choice.kind {
            Projection::Rademacher => "rademacher",
            Projection::KhatriRao => "khatri-rao",
        };
        found.push((kind, Some(choice.size.to_string()), subject.projected(choice)?));
        bar.advance()?;
    }
    bar.finish();
    let (feature_ms, times) = subject.times(timing)?;
    let row = |((projection, size, found), time)| Row { projection, size, found, time };
    let report = Report {
        model: &model.name,
        device: &device.name,
        images: subject.count(),
        seeds: SEEDS,
        feature_ms,
        projections: found.into_iter().zip(times).map(row).collect(),
    };
    if common.json {
        print_json(&report)?;
    } else {
        report.print()?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Report<'_> {
    fn print(&self) -> Result<(), CliError> {
        let Self { model, device, images, seeds, feature_ms, .. } = self;
        print(&format!("{model} on {device}: all pairs of {images} images, {seeds} draws of signs"))?;
        let mut errors = vec![row(["error of a cosine (predicted)"])];
        let mut precision = vec![row(["mAP of the part alone, %"])];
        let mut costs = vec![row(["cost", "ms an image", "of a feature's", "signs, MiB", "bytes an image"])];
        let parts = || Part::ALL.into_iter().filter(|part| self.projections[0].found.parts.contains_key(part.key()));
        errors[0].extend(parts().map(|part| part.name().to_owned()));
        precision[0].extend(parts().map(|part| part.name().to_owned()));
        for Row { projection, size, found, time } in &self.projections {
            let name = size.as_ref().map_or_else(|| (*projection).to_owned(), |size| format!("{projection}, {size}"));
            let of = || parts().filter_map(|part| found.parts.get(part.key()));
            let error = |errors: &Errors| format!("{:.4} ({:.4})", errors.rmse, errors.predicted);
            let map = |errors: &Errors| errors.map.map_or_else(|| "-".to_owned(), |map| format!("{:.1}", 100.0 * map));
            errors.push([name.clone()].into_iter().chain(of().map(error)).collect());
            precision.push([name.clone()].into_iter().chain(of().map(map)).collect());
            let [ms, signs] = [format!("{:.2}", time.ms), format!("{:.2}", found.signs_mib)];
            costs.push(row([&name, &ms, &format!("{:.1} %", 100.0 * time.share), &signs, &found.bytes.to_string()]));
        }
        for table in [errors, precision, costs] {
            print("")?;
            print_table(&table)?;
        }
        print(&format!("All features of an image take {feature_ms:.1} ms from its views on."))
    }
}
