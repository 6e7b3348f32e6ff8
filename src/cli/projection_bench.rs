//! `mycoscope bench --projections`: what a projection of gradients costs, and how far its cosines are from the exact ones.

use std::process::ExitCode;
use std::time::Instant;

use burn::prelude::*;
use serde::Serialize;

use super::CliError;
use super::compute::start;
use super::cost::millis;
use super::options::CommonOptions;
use super::output::{print_table, progress, row};
use super::streams::{print, print_json};
use crate::arithmetic::{cosine, median};
use crate::drawings::sample_set;
use crate::fungi::projection::Projector;
use crate::fungi::{Dissection, Extractor, Limits, Part, Projection, Settings};
use crate::retrieval::{average_precision, mean};

/// Sizes, in multiples of the model's width.
const SIZES: [usize; 3] = [1, 2, 4];

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    images: usize,
    seed: u64,
    rows: Vec<Noise>,
}

#[derive(Serialize)]
struct Noise {
    projection: &'static str,
    /// Numbers of a projected gradient; absent for exact inner products.
    size: Option<usize>,
    /// Root of the mean squared difference from the exact cosine, over all pairs of images and objectives.
    rmse: f64,
    /// What Gaussian theory predicts of independent signs: the root mean square of [`crate::fungi::projection_noise`].
    predicted: Option<f64>,
    /// Projecting all gradients of an image, milliseconds; the median image.
    ms: Option<f64>,
    /// Signs in memory, MiB.
    signs_mib: f64,
    /// Bytes to keep of an image: f32 for a projection; f16 factors of all views for exact inner products.
    bytes_an_image: usize,
    /// Mean average precision of embedding and gradients together, on the sample set.
    map: Option<f64>,
}

/// The exact or approximate cosines of one objective: `[n, n]`.
type Cosines = Vec<f64>;

/// Measures every projection on the same gradients.
pub(super) fn run(common: &CommonOptions) -> Result<ExitCode, CliError> {
    let engine = start(&common.model, common.method.settings()?)?;
    let extractor = engine.extractor()?;
    let settings = extractor.settings().clone();
    let samples = sample_set(settings.seed);
    let bar = progress(samples.len(), "Computing");
    let mut images = Vec::new();
    for sample in &samples {
        images.push(pollster::block_on(extractor.dissect(&sample.rgb)).map_err(|error| engine.fault(error))?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let labels: Vec<&str> = samples.iter().map(|sample| sample.label).collect();
    let parts: Vec<Part> = settings.objectives.iter().map(|objective| objective.part()).collect();
    let exact: Vec<Cosines> = parts.iter().map(|&part| exact_cosines(&images, part)).collect();
    let embedding = pairwise(images.len(), |i, j| match [i, j].map(|i| images[i].features.get(Part::Embedding)) {
        [Some(a), Some(b)] => cosine(a, b),
        _ => 0.0,
    });
    let map = |cosines: &[Cosines]| map(&embedding, cosines, &labels);
    let dim = extractor.vit().config().dim;
    let views: usize =
        settings.objectives.iter().map(|objective| objective.views().count(extractor.vit().config().image)).sum();
    let mut rows = vec![Noise {
        projection: "exact",
        size: None,
        rmse: 0.0,
        predicted: None,
        ms: None,
        signs_mib: 0.0,
        bytes_an_image: views * 2 * dim * 2,
        map: map(&exact),
    }];
    for kind in [Projection::Rademacher, Projection::KhatriRao] {
        for times in SIZES {
            let settings = Settings { projection: kind, ..settings.clone() };
            rows.push(measure(extractor, &settings, times * dim, &images, &parts, &exact, &map)?);
        }
    }
    let report = Report { model: &engine.info()?.1.name, images: images.len(), seed: settings.seed, rows };
    if common.json {
        print_json(&report)?
    } else {
        report.print()?
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(
    extractor: &Extractor,
    settings: &Settings,
    size: usize,
    images: &[Dissection],
    parts: &[Part],
    exact: &[Cosines],
    map: &dyn Fn(&[Cosines]) -> Option<f64>,
) -> Result<Noise, CliError> {
    let (dim, device) = (extractor.vit().config().dim, extractor.vit().device());
    let projector = Projector::draw(settings, size, dim, &Limits::default(), device);
    let (mut times, mut projected) = (Vec::new(), vec![Vec::new(); parts.len()]);
    for image in images {
        let begun = Instant::now();
        for (part, all) in parts.iter().zip(&mut projected) {
            let Some(trace) = image.trace(*part) else { continue };
            let rows = |values: &[f32]| {
                let shape = [1, values.len() / dim, dim];
                Tensor::<3>::from_data(TensorData::new(values.to_vec(), shape), device)
            };
            let data = projector.project(rows(&trace.d), rows(&trace.u)).into_data();
            all.push(data.try_to_vec::<f32>().map_err(|error| CliError::Options(format!("{error:?}")))?);
        }
        times.push(millis(begun));
    }
    let cosines: Vec<Cosines> =
        projected.iter().map(|all| pairwise(images.len(), |i, j| cosine(&all[i], &all[j]))).collect();
    let (mut squares, mut variances, mut count) = (0.0, 0.0, 0.0);
    for (approximate, exact) in cosines.iter().flatten().zip(exact.iter().flatten()) {
        squares += (approximate - exact).powi(2);
        variances += crate::fungi::projection_noise(*exact, size).powi(2);
        count += 1.0;
    }
    // An image's cosine with itself is 1 by any projection.
    count -= (images.len() * parts.len()) as f64;
    let (name, bits) = match settings.projection {
        Projection::Rademacher => ("dense signs", size * dim * (dim + 1)),
        // As floats: they are factors of matrix products.
        Projection::KhatriRao => ("Khatri-Rao", 32 * size * (2 * dim + 1)),
    };
    Ok(Noise {
        projection: name,
        size: Some(size),
        rmse: (squares / count).sqrt(),
        predicted: (settings.projection == Projection::Rademacher).then(|| (variances / count).sqrt()),
        ms: Some(median(times)),
        signs_mib: bits as f64 / 8.0 / f64::from(1 << 20),
        bytes_an_image: 4 * size * parts.len(),
        map: map(&cosines),
    })
}

fn exact_cosines(images: &[Dissection], part: Part) -> Cosines {
    pairwise(images.len(), |i, j| images[i].contributions(&images[j], part).map_or(0.0, |pairs| pairs.cosine))
}

/// A symmetric matrix.
fn pairwise(count: usize, of: impl Fn(usize, usize) -> f64) -> Cosines {
    let mut all = vec![0.0; count * count];
    for i in 0..count {
        for j in i..count {
            let value = of(i, j);
            (all[i * count + j], all[j * count + i]) = (value, value);
        }
    }
    all
}

/// Mean average precision by the sum of all cosines, each image being the query once.
fn map(embedding: &Cosines, parts: &[Cosines], labels: &[&str]) -> Option<f64> {
    let count = labels.len();
    mean((0..count).map(|query| {
        let score = |item: usize| {
            let at = query * count + item;
            embedding[at] + parts.iter().map(|cosines| cosines[at]).sum::<f64>()
        };
        let mut order: Vec<usize> = (0..count).filter(|&item| item != query).collect();
        order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
        average_precision(order.into_iter().map(|item| labels[item] == labels[query]))
    }))
}

impl Report<'_> {
    fn print(&self) -> Result<(), CliError> {
        print(&format!("{}, {} drawn images, seed {}", self.model, self.images, self.seed))?;
        let head = [
            "projection",
            "numbers",
            "RMSE of a cosine",
            "predicted",
            "ms an image",
            "signs MiB",
            "bytes an image",
            "mAP %",
        ];
        let mut rows = vec![row(head)];
        let some = |value: Option<String>| value.unwrap_or_default();
        for noise in &self.rows {
            rows.push(row([
                noise.projection,
                &some(noise.size.map(|size| size.to_string())),
                &format!("{:.4}", noise.rmse),
                &some(noise.predicted.map(|predicted| format!("{predicted:.4}"))),
                &some(noise.ms.map(|ms| format!("{ms:.1}"))),
                &format!("{:.1}", noise.signs_mib),
                &noise.bytes_an_image.to_string(),
                &some(noise.map.map(|map| format!("{:.1}", 100.0 * map))),
            ]));
        }
        print_table(&rows)
    }
}
