//! What selections of objectives cost an image.

use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::output::{print_table, row};
use crate::arithmetic::median;
use crate::fungi::{Extractor, Limits, Settings, Views};
use crate::image::Rgb;

/// How often and how many images.
#[derive(Debug, Args)]
pub(super) struct Timing {
    /// Repetitions of each timing, of which the median counts
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u32).range(1..))]
    pub repeats: u32,
    /// Images computed together, of which times and rates are those of one
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub batch: u32,
}

/// What one selection of objectives costs an image.
#[derive(Debug, Serialize)]
pub(super) struct Cost {
    pub features: String,
    pub views: usize,
    /// Cutting views, milliseconds.
    pub views_ms: f64,
    /// Forward passes, gradients, projection, reading back, milliseconds.
    pub compute_ms: f64,
    pub images_per_second: f64,
}

impl Timing {
    /// What the features of these settings cost, beside those of `like`.
    pub(super) fn cost(
        &self,
        features: String,
        like: &Extractor,
        settings: Settings,
        image: &Rgb,
    ) -> Result<Cost, CliError> {
        let extractor = self.extractor(like, settings)?;
        compute(&extractor, self.together(&extractor.views(image)))?;
        let (mut cutting, mut computing) = (Vec::new(), Vec::new());
        for _ in 0..self.repeats {
            let start = Instant::now();
            let views = extractor.views(image);
            cutting.push(millis(start));
            computing.push(compute(&extractor, self.together(&views))? / f64::from(self.batch));
        }
        let (views_ms, compute_ms) = (median(cutting), median(computing));
        let count = extractor.settings().views(extractor.vit().config().image);
        let images_per_second = 1e3 / (views_ms + compute_ms);
        Ok(Cost { features, views: count, views_ms, compute_ms, images_per_second })
    }

    /// An extractor whose forward passes take whole batches of images.
    pub(super) fn extractor(&self, like: &Extractor, settings: Settings) -> Result<Extractor, CliError> {
        let views = self.batch as usize * like.settings().views(like.vit().config().image);
        let limits = Limits { views: views.max(like.limits().views), ..*like.limits() };
        Ok(like.with_settings(settings)?.with_limits(limits))
    }

    /// The views of a batch of images.
    pub(super) fn together(&self, views: &Views) -> Vec<Views> {
        vec![views.clone(); self.batch as usize]
    }
}

/// The embedding alone, each objective that is on, all of them.
pub(super) fn selections(all: &Settings) -> Vec<(String, Settings)> {
    let mut selections = vec![("embedding alone".to_owned(), all.with_objectives(Vec::new()))];
    selections.extend(all.objectives.iter().map(|objective| {
        let name = format!("with {}", objective.part().name());
        (name, all.with_objectives(vec![objective.clone()]))
    }));
    selections.push(("with all".to_owned(), all.clone()));
    selections
}

/// Computes the features of these views, and says how many milliseconds it took.
pub(super) fn compute(extractor: &Extractor, views: Vec<Views>) -> Result<f64, CliError> {
    let start = Instant::now();
    pollster::block_on(extractor.compute_all(views))?;
    Ok(millis(start))
}

fn millis(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e3
}

/// A table of them.
pub(super) fn print_costs(costs: &[Cost]) -> Result<(), CliError> {
    let mut rows = vec![row(["features", "views", "cutting, ms", "computing, ms", "images/s"])];
    rows.extend(costs.iter().map(|cost| {
        let [cutting, computing, rate] =
            [cost.views_ms, cost.compute_ms, cost.images_per_second].map(|x| format!("{x:.2}"));
        row([&cost.features, &cost.views.to_string(), &cutting, &computing, &rate])
    }));
    print_table(&rows)
}
