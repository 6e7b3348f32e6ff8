//! `mycoscope bench`: what features cost, beside what they cannot cost less than.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::compute::start;
use super::cost::{Cost, Timing, compute, print_costs, selections};
use super::floor::{Product, flop};
use super::options::CommonOptions;
use super::output::progress;
use super::segment_bench::{self, SegmentCost};
use super::shape_bench::{self, Shape};
use super::streams::{print, print_json};
use super::{CliError, exact_bench, gallery_bench, memory, projection_bench};
use crate::arithmetic::median;
use crate::drawings::sample_set;
use crate::engine::Engine;
use crate::fungi::{Extractor, Views};
use crate::image::Rgb;

#[derive(Debug, Args)]
pub(super) struct Bench {
    /// Images of the memory measurement
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(2..))]
    images: u32,
    /// Random weights of these shapes instead of a model: ti, s, b or l, and the patch, such as ti16,s16,b16; with another
    /// side than 224 such as ti8-64
    #[arg(long, value_delimiter = ',', conflicts_with = "model")]
    shape: Vec<Shape>,
    /// Galleries of so many images, such as 1000,3000,10000, with features drawn at random, instead of a model: neighbours of
    /// one query, the evaluation of all feature sets, and memory, which is estimated first
    #[arg(long, value_name = "IMAGES,...", value_delimiter = ',', conflicts_with_all = ["model", "shape"],
          value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    gallery: Vec<u32>,
    /// Kinds and sizes of projections instead, on the sample set: how far their cosines are from the exact ones, and their cost
    #[arg(long, conflicts_with_all = ["shape", "gallery"])]
    projections: bool,
    /// Exact cosines instead, of one query with so many images, such as 500,2000, whose gradients are drawn at random
    #[arg(long, value_name = "IMAGES,...", value_delimiter = ',', conflicts_with_all = ["model", "shape", "gallery", "projections"],
          value_parser = clap::value_parser!(u32).range(2..=100_000))]
    exact: Vec<u32>,
    #[command(flatten)]
    timing: Timing,
    #[command(flatten)]
    common: CommonOptions,
}

#[derive(Serialize)]
struct Report<'a> {
    model: &'a str,
    device: &'a str,
    threads: usize,
    /// Images computed together.
    batch: u32,
    features: Vec<Cost>,
    /// Computing all features of an image over running its views through the backbone alone; median of paired runs.
    ratio: f64,
    /// Billions of floating-point operations of the forward passes of one image's views.
    forward_gflop: f64,
    /// Their time, milliseconds.
    forward_ms: f64,
    /// Billions of operations a second of a large matrix product.
    product_gflops: f64,
    /// Forward time over what the same operations would take at that rate; median of paired runs.
    forward_over_floor: f64,
    segmentation: SegmentCost,
    memory: Option<Memory>,
}

/// Medians of runs by turns, as [`Report`] names them.
struct Forward {
    ratio: f64,
    forward_ms: f64,
    product_gflops: f64,
    over_floor: f64,
}

/// Resident memory over a run, in MiB.
#[derive(Serialize)]
struct Memory {
    images: u32,
    /// After a tenth of the images.
    early_mib: f64,
    /// After all of them.
    late_mib: f64,
    /// The process's peak, from its start.
    peak_mib: f64,
}

impl Bench {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        if !self.gallery.is_empty() {
            return gallery_bench::run(&self.gallery, self.common.json);
        }
        if !self.shape.is_empty() {
            return shape_bench::run(&self.shape, &self.common, &self.timing);
        }
        if self.projections {
            return projection_bench::run(&self.common, &self.timing);
        }
        if !self.exact.is_empty() {
            return exact_bench::run(&self.exact, &self.common);
        }
        let engine = start(&self.common.model, self.common.method.settings()?)?;
        let (extractor, (device, model)) = (engine.extractor()?, engine.info()?);
        let all = extractor.settings().clone();
        let images: Vec<Rgb> = sample_set(all.seed).into_iter().map(|image| image.rgb).collect();
        let Some(first) = images.first() else { return Err(CliError::Options("the sample set is empty".into())) };
        let mut features = Vec::new();
        for (name, settings) in selections(&all) {
            features.push(self.timing.cost(name, extractor, settings, first)?);
        }
        let config = extractor.vit().config();
        let forward_gflop = all.views(config.image) as f64 * flop(config) / 1e9;
        let Forward { ratio, forward_ms, product_gflops, over_floor } =
            self.against_forward(extractor, first, forward_gflop)?;
        let report = Report {
            model: &model.name,
            device: &device.name,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            batch: self.timing.batch,
            features,
            ratio,
            forward_gflop,
            forward_ms,
            product_gflops,
            forward_over_floor: over_floor,
            segmentation: segment_bench::measure(extractor, self.timing.repeats.div_ceil(3))?,
            memory: self.memory(&engine, &images)?,
        };
        if self.common.json {
            print_json(&report)?;
        } else {
            report.print()?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// All features, the forward passes they need, and a large matrix product, by turns: what else the machine does then
    /// slows all three alike.
    fn against_forward(&self, extractor: &Extractor, image: &Rgb, gflop: f64) -> Result<Forward, CliError> {
        let off = extractor.settings().with_objectives(Vec::new());
        let forward = self.timing.extractor(extractor, off)?;
        let extractor = self.timing.extractor(extractor, extractor.settings().clone())?;
        let views = extractor.views(image);
        let view = 3 * extractor.vit().config().image.pow(2);
        let one: Vec<Views> = views.values().chunks_exact(view).map(|view| Views::given(&[view])).collect();
        let each: Vec<Views> = one.iter().cycle().take(one.len() * self.timing.batch as usize).cloned().collect();
        let together = self.timing.together(&views);
        let images = f64::from(self.timing.batch);
        let product = Product::new(extractor.vit().device());
        compute(&forward, each.clone())?;
        compute(&extractor, together.clone())?;
        product.rate()?;
        let [mut ratios, mut times, mut rates, mut floors] = [(); 4].map(|()| Vec::new());
        for _ in 0..self.timing.repeats {
            let (time, rate) = (compute(&forward, each.clone())? / images, product.rate()?);
            ratios.push(compute(&extractor, together.clone())? / images / time);
            floors.push(time / (1e3 * gflop / rate));
            times.push(time);
            rates.push(rate);
        }
        Ok(Forward {
            ratio: median(ratios),
            forward_ms: median(times),
            product_gflops: median(rates),
            over_floor: median(floors),
        })
    }

    fn memory(&self, engine: &Engine, images: &[Rgb]) -> Result<Option<Memory>, CliError> {
        if memory::resident().is_none() {
            return Ok(None);
        }
        let bar = progress(self.images as usize, "Measuring memory");
        let mut early = None;
        for (i, image) in (1..=self.images).zip(images.iter().cycle()) {
            pollster::block_on(engine.features(image))?;
            bar.inc(1);
            if i == self.images.div_ceil(10) {
                early = memory::resident();
            }
        }
        bar.finish_and_clear();
        let figures = early.zip(memory::resident()).zip(memory::peak());
        Ok(figures.map(|((early_mib, late_mib), peak_mib)| Memory {
            images: self.images,
            early_mib,
            late_mib,
            peak_mib,
        }))
    }
}

impl Report<'_> {
    fn print(&self) -> Result<(), CliError> {
        print(&format!("{} on {}, {} threads, {} images together", self.model, self.device, self.threads, self.batch))?;
        print_costs(&self.features)?;
        print(&format!("All features over the forward passes they need: {:.3}", self.ratio))?;
        print(&format!(
            "Forward passes: {:.2} GFLOP in {:.1} ms; {:.2} times what they take at the {:.0} GFLOP/s of a large matrix product",
            self.forward_gflop, self.forward_ms, self.forward_over_floor, self.product_gflops
        ))?;
        self.segmentation.print()?;
        match &self.memory {
            Some(Memory { images, early_mib, late_mib, peak_mib }) => print(&format!(
                "Memory over {images} images: {early_mib:.0} MiB after a tenth of them, {late_mib:.0} MiB after all, peak {peak_mib:.0} MiB"
            )),
            None => print("Memory: this system does not tell."),
        }
    }
}
