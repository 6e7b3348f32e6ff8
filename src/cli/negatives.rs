//! `mycoscope negatives`: the embeddings that SimCLR contrasts an image's windows with. They depend on the model alone, so
//! they are made once and shipped with it.

use std::path::PathBuf;
use std::process::ExitCode;

use burn::prelude::*;
use clap::Args;
use half::f16;
use serde::Serialize;

use super::options::ModelOptions;
use super::output::{print, print_json, progress, write};
use super::{CliError, model};
use crate::drawings::sample_set;
use crate::engine::device;
use crate::fungi::extractor::read;
use crate::fungi::{self, SimclrSettings, views};
use crate::gallery::file::GalleryError;
use crate::vit::ViT;

/// Seed of the sample set whose images are the negatives. Not the page's, so that no image is contrasted with itself.
pub(super) const SEED: u64 = 0x6e65_6761;

#[derive(Debug, Args)]
pub(super) struct Negatives {
    /// File to write
    #[arg(long, value_name = "F.safetensors")]
    out: PathBuf,
    /// Seed of the sample set that the images are from
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    #[command(flatten)]
    model: ModelOptions,
    /// Print one JSON document instead of a sentence
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    out: &'a PathBuf,
    model: &'a str,
    seed: u64,
    count: usize,
    bytes: usize,
}

impl Negatives {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let weights = model::find(&self.model)?;
        let (device, _) = pollster::block_on(device::open(self.model.device.into()))?;
        let vit = ViT::load(&weights.bytes, &weights.options, &device)?;
        let negatives = make(&vit, &SimclrSettings::default(), self.seed)?;
        let about = [
            ("model", weights.name.clone()),
            ("sha256", weights.sha256.clone()),
            ("images", format!("the sample set of seed {}", self.seed)),
        ];
        let bytes = negatives.save(&about).map_err(GalleryError::from)?;
        write(&self.out, &bytes)?;
        let (count, bytes) = (negatives.count(), bytes.len());
        let report = Report { out: &self.out, model: &weights.name, seed: self.seed, count, bytes };
        if self.json {
            print_json(&report);
        } else {
            print(&format!("{count} embeddings saved as {} ({bytes} bytes).", self.out.display()));
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The embeddings of every window of every image of the sample set of `seed`.
pub(super) fn make(vit: &ViT, settings: &SimclrSettings, seed: u64) -> Result<fungi::Negatives, CliError> {
    let (side, dim) = (vit.config().image, vit.config().dim);
    let windows = settings.views(side);
    let images = sample_set(seed);
    let bar = progress(images.len(), "Making negatives");
    let mut embeddings = Vec::with_capacity(images.len() * windows * dim);
    for image in &images {
        let views = views::simclr(&image.rgb, settings, side);
        let views = Tensor::<4>::from_data(TensorData::new(views, [windows, 3, side, side]), vit.device());
        let state = vit.class(views);
        // Rounded as the file rounds them, so that saving them changes no feature.
        let rows = pollster::block_on(read(vit.tail().forward(state.u, state.x).0))?;
        embeddings.extend(rows.iter().map(|x| f16::from_f32(*x).to_f32()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(fungi::Negatives::new(embeddings, dim))
}
