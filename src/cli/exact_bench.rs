//! `mycoscope bench --exact`: what exact cosines of one query with many images take, with gradients that are drawn at random.

use std::process::ExitCode;
use std::time::Instant;

use serde::Serialize;

use super::options::CommonOptions;
use super::streams::{print, print_json, say};
use super::{CliError, memory};
use crate::arithmetic::median;
use crate::fungi::{Factors, Settings, ViewRows};
use crate::random::{Purpose, Stream};
use crate::retrieval::{ExactCentring, exact_cosines};

/// Width and input side of a ViT-Ti/8 at 64 px.
const DIM: usize = 192;
const SIDE: usize = 64;
/// Queries that are timed.
const QUERIES: usize = 9;

#[derive(Serialize)]
struct Cost {
    images: usize,
    /// What the gradients are kept as.
    mib: f64,
    /// Exact cosines of one query with all images by every gradient, milliseconds: the fastest of several.
    query_least_ms: f64,
    /// Their median.
    query_ms: f64,
    /// The means of all gradients, once for a gallery, milliseconds.
    centring_ms: f64,
    /// The same query's cosines after centring, milliseconds: median.
    centred_query_ms: f64,
}

/// Measures one number of images after the other.
pub(super) fn run(sizes: &[u32], common: &CommonOptions) -> Result<ExitCode, CliError> {
    let settings = common.method.settings()?;
    let costs: Result<Vec<Cost>, CliError> = sizes.iter().map(|&size| cost(size as usize, &settings)).collect();
    let costs = costs?;
    if common.json {
        print_json(&costs)?;
    } else {
        costs.iter().try_for_each(Cost::print)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn draw(image: usize, settings: &Settings) -> Factors {
    let mut stream = Stream::new(0, Purpose::Sample, image as u32);
    let mut draw = |views: usize| (0..views * DIM).map(|_| stream.uniform() - 0.4).collect::<Vec<f32>>();
    let rows = |objective: &crate::fungi::Objective| {
        let views = objective.views().count(SIDE);
        (objective.part(), draw(views), draw(views))
    };
    let rows: Vec<_> = settings.objectives.iter().map(rows).collect();
    rows.iter().map(|(part, u, d)| (*part, ViewRows { u, d, dim: DIM })).collect()
}

fn cost(images: usize, settings: &Settings) -> Result<Cost, CliError> {
    let bytes = images as u64 * settings.factor_bytes(SIDE, DIM);
    let mib = bytes as f64 / f64::from(1 << 20);
    if memory::available().is_some_and(|free| free < bytes) {
        return Err(CliError::Options(format!("{images} images take {mib:.0} MiB, more than is free; name fewer")));
    }
    say(&format!("{images} images: {mib:.0} MiB."))?;
    let all: Vec<Factors> = (0..images).map(|image| draw(image, settings)).collect();
    let items: Vec<&Factors> = all.iter().collect();
    let parts = || settings.objectives.iter().map(|objective| objective.part());
    let plain = |query: usize| {
        parts().for_each(|part| drop(std::hint::black_box(exact_cosines(part, items[query], &items))));
    };
    let queries: Vec<f64> = (0..QUERIES.min(images)).map(|query| millis(|| plain(query))).collect();
    let mut centrings = Vec::new();
    let centring_ms = millis(|| centrings.extend(parts().filter_map(|part| ExactCentring::fit(part, &items))));
    let centred = |query: usize| {
        centrings.iter().for_each(|centring| drop(std::hint::black_box(centring.cosines(items[query], &items))));
    };
    Ok(Cost {
        images,
        mib,
        query_least_ms: queries.iter().copied().fold(f64::INFINITY, f64::min),
        query_ms: median(queries),
        centring_ms,
        centred_query_ms: median((0..QUERIES.min(images)).map(|query| millis(|| centred(query))).collect()),
    })
}

fn millis(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    1e3 * begun.elapsed().as_secs_f64()
}

impl Cost {
    fn print(&self) -> Result<(), CliError> {
        let Self { images, mib, query_least_ms, query_ms, centring_ms, centred_query_ms } = self;
        print(&format!(
            "{images} images, {mib:.0} MiB: exact cosines of one in {query_ms:.0} ms (at least {query_least_ms:.0}); centred in \
             {centred_query_ms:.0} ms, after {centring_ms:.0} ms for the means"
        ))
    }
}
