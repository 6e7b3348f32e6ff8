//! `mycoscope bench --gallery`: what galleries of many images cost, with features that are drawn at random.

use std::process::ExitCode;
use std::time::Instant;

use serde::Serialize;

use super::output::Bar;
use super::streams::{print, print_json, say};
use super::{CliError, memory};
use crate::arithmetic::median;
use crate::fungi::{Features, Part};
use crate::random::{Purpose, Stream};
use crate::retrieval::{Cosines, Effort, Evaluator, FeatureSet, FeatureTable, Question, Samples, Weights};

/// Numbers of each part: those of a ViT-Ti.
const WIDTH: usize = 192;
/// Labels, all with as many images.
const CLASSES: usize = 20;
/// Queries that are timed.
const QUERIES: usize = 9;

#[derive(Serialize)]
struct Cost {
    images: usize,
    /// Finding the 20 nearest images by the embedding and by FUNGI, milliseconds; median over queries.
    neighbours_ms: f64,
    /// Feature sets.
    sets: usize,
    /// The columns that come from neighbours, for all sets, with intervals, seconds.
    neighbours_s: f64,
    /// All columns.
    table_s: f64,
    samples: Samples,
    /// What was said beforehand.
    estimated_mib: f64,
    /// The largest resident memory meanwhile, without what the program had before.
    peak_mib: Option<f64>,
}

/// Measures one gallery after the other.
pub(super) fn run(sizes: &[u32], json: bool) -> Result<ExitCode, CliError> {
    let costs: Result<Vec<Cost>, CliError> = sizes.iter().map(|&size| cost(size as usize)).collect();
    let costs = costs?;
    if json {
        print_json(&costs)?;
    } else {
        costs.iter().try_for_each(Cost::print)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Features that tell their label a little.
fn draw(image: usize) -> Features {
    let mut stream = Stream::new(0, Purpose::Sample, image as u32);
    let mut features = Features::new();
    for part in Part::ALL {
        let number = |i: usize| stream.uniform() - 0.5 + if i % CLASSES == image % CLASSES { 0.2 } else { 0.0 };
        features.set(part, (0..WIDTH).map(number).collect());
    }
    features
}

/// What threads and allocator take whatever the number of images; measured.
const FIXED: usize = 64 << 20;

/// Bytes that evaluating so many images takes at most.
fn estimate(images: usize, sets: usize) -> usize {
    let (number, parts) = (size_of::<f32>(), Part::COUNT);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let queries = Effort::default().queries(images);
    // As they come, and as matrices.
    let features = 2 * images * parts * WIDTH * number;
    // Up to 64 queries a core with all images, by each part, as it is and centred.
    let similarities = cores * (500_000 / images).clamp(16, 64) * images * 2 * parts * number;
    // Inner products of a sample by each part, twice, and those of the sets at work.
    let sampled = Effort::default().sampled.min(images).pow(2) * (2 * parts + 4 * cores) * size_of::<f64>();
    // Each query's votes and precisions by each set, and the draws of the intervals.
    let outcomes = queries * (sets * 240 + 1_000 * number);
    FIXED + features + similarities.max(sampled) + outcomes
}

fn cost(images: usize) -> Result<Cost, CliError> {
    let (before, mib) = (memory::resident(), f64::from(1 << 20));
    let mut sets = FeatureSet::standard(|_| true);
    sets.extend(FeatureSet::alone(|_| true));
    let estimated_mib = estimate(images, sets.len()) as f64 / mib;
    say(&format!("{images} images: about {estimated_mib:.0} MiB."))?;
    memory::forget_peak();
    let items: Vec<Features> = (0..images).map(draw).collect();
    let query = |query: usize| {
        let begun = Instant::now();
        let found = Cosines::between(&items[query], &items).compare(&Weights::fungi(), 20, Some(query));
        let millis = 1e3 * begun.elapsed().as_secs_f64();
        std::hint::black_box(found);
        millis
    };
    let neighbours_ms = median((0..QUERIES.min(images)).map(query).collect());
    let table = FeatureTable::from_features(&items);
    let labels = (0..images).map(|image| image % CLASSES).collect();
    let count = sets.len();
    let begun = Instant::now();
    let mut evaluator = Evaluator::new(table, Question::new(sets, labels, CLASSES, 0));
    let mut bar = Bar::new(evaluator.progress().1, "Evaluating");
    let mut neighbours_s = None;
    while !evaluator.step() {
        bar.set(evaluator.progress().0)?;
        if neighbours_s.is_none() && evaluator.has_neighbours() {
            neighbours_s = Some(begun.elapsed().as_secs_f64());
        }
    }
    bar.finish();
    let table_s = begun.elapsed().as_secs_f64();
    let neighbours_s = neighbours_s.unwrap_or(table_s);
    let peak_mib = memory::peak().zip(before).map(|(peak, before)| peak - before);
    Ok(Cost {
        images,
        neighbours_ms,
        sets: count,
        neighbours_s,
        table_s,
        samples: evaluator.samples(),
        estimated_mib,
        peak_mib,
    })
}

impl Cost {
    fn print(&self) -> Result<(), CliError> {
        let Self { images, neighbours_ms, sets, neighbours_s, table_s, samples, estimated_mib, .. } = self;
        let peak =
            self.peak_mib.map_or_else(|| "not told by this system".to_owned(), |peak| format!("peak {peak:.0} MiB"));
        print(&format!(
            "{images} images: neighbours of one in {neighbours_ms:.1} ms; {sets} feature sets: neighbours' columns of {} queries \
             in {neighbours_s:.1} s, the whole table in {table_s:.1} s; memory estimated at {estimated_mib:.0} MiB, {peak}",
            samples.queries
        ))
    }
}
