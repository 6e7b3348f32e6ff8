//! `mycoscope segment`: maps of query photos from the masks of a few support photos.

mod draw;
mod files;
mod mapper;
mod report;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::compute::start;
use super::options::CommonOptions;
use super::output::{Failed, print_failed, progress};
use super::streams::print_json;
use super::target::make_folder;
use crate::engine::segment::{Segmenter, dense_side};
use crate::fungi::Objective;
use crate::segmentation::Propagation;
use files::{file_name, palette, photos};
use mapper::{Mapper, Unmapped};
use report::{Report, classes, scores};

#[derive(Debug, Args)]
pub(super) struct Segment {
    /// Folder of labelled photos; the mask of cup.jpg is cup.mask.png beside it, or masks/cup.png in or beside its
    /// folder
    #[arg(long, value_name = "DIR")]
    support: PathBuf,
    /// Folder of photos to map; where one has a mask too, its maps are scored
    #[arg(long, value_name = "DIR")]
    query: PathBuf,
    /// Folder of the masks, if they are elsewhere: cup.png for cup.jpg. Indexed or grey (value = class; 0 and 255 for
    /// a single object), or one colour for each class, numbered over all masks in the order of red, green and blue
    #[arg(long, value_name = "DIR")]
    masks: Option<PathBuf>,
    /// Folder to write to: for each query and feature an indexed PNG and an overlay
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Text file with the classes' names, one on each line, the first for class 0
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// Class of the masks to treat as unlabelled, such as "unknown"; 255 is, unless the masks hold only
    /// 0 and 255
    #[arg(long, value_name = "CLASS")]
    ignore: Vec<u8>,
    /// Side in pixels that photos are resized to, a multiple of the patch; by default four times the model's
    #[arg(long, value_name = "PIXELS")]
    side: Option<usize>,
    /// Nearest patches that vote on each patch's class; by default 30, or 90 with few support photos
    #[arg(long, value_name = "K")]
    neighbours: Option<usize>,
    /// Temperature of the vote; by default 0.02, or 0.1 with few support photos
    #[arg(long, value_name = "T")]
    temperature: Option<f32>,
    /// Most patches in the memory bank
    #[arg(long, value_name = "PATCHES", default_value_t = Propagation::default().memory)]
    memory: usize,
    #[command(flatten)]
    common: CommonOptions,
}

impl Segment {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let names = self.names()?;
        let (support, queries) = (photos(&self.support)?, photos(&self.query)?);
        if let Some(masks) = &self.masks {
            let reason = match std::fs::metadata(masks) {
                Ok(metadata) if metadata.is_dir() => None,
                Ok(_) => Some("it is no folder".to_owned()),
                Err(error) => Some(error.to_string()),
            };
            if let Some(reason) = reason {
                return Err(CliError::Masks { path: masks.clone(), reason });
            }
        }
        let palette = palette(support.iter().chain(&queries), self.masks.as_deref())?;
        make_folder(&self.out)?;
        let settings = self.common.method.settings()?;
        // Dense gradients are SimCLR's alone, and contrast with the support: the model's negatives are not needed.
        let simclr = settings.simclr().cloned().unwrap_or_default();
        let engine = start(&self.common.model, settings.with_objectives(Vec::new()))?;
        let (extractor, (device, model)) = (engine.extractor()?, engine.info()?);
        let side = dense_side(extractor, self.side)?;
        let segmenter = Segmenter::with_objective(simclr.clone());
        let mut mapper = Mapper::new(self, extractor, segmenter, &palette, side);
        let mut failed = Vec::new();

        let bar = progress(support.len() + queries.len(), "Segmenting");
        for photo in &support {
            if let Err(reason) = mapper.add_support(photo) {
                failed.push(Failed { name: photo.name.clone(), reason });
            }
            bar.inc(1);
        }
        if mapper.support() == 0 {
            let reason = failed.first().map(|failed| failed.reason.clone()).unwrap_or_default();
            return Err(CliError::Options(format!(
                "none of the {} support photos in {} can be used; the first failed because: {reason}",
                support.len(),
                self.support.display()
            )));
        }

        let (mut done, mut taken) = (Vec::new(), HashSet::new());
        let mut unwritten = None;
        let unsupported = failed.len();
        for photo in &queries {
            let file = file_name(&photo.name, &mut taken);
            match mapper.map(photo, &file) {
                Ok(query) => done.push(query),
                Err(Unmapped::Photo(reason)) => failed.push(Failed { name: photo.name.clone(), reason }),
                Err(Unmapped::Write(error)) => {
                    unwritten = Some(error);
                    break;
                }
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        if done.is_empty()
            && let Some(error) = unwritten
        {
            return Err(error);
        }
        if let (true, Some(Failed { reason, .. })) = (done.is_empty(), failed.get(unsupported)) {
            let (path, files) = (self.query.clone(), queries.len());
            return Err(CliError::NoImage { path, files, reason: reason.clone() });
        }
        let report = Report {
            out: &self.out,
            support: mapper.support(),
            millis: mapper.millis(done.len()),
            queries: done,
            palette: classes(&palette, &names),
            masks: palette.describe(),
            notes: mapper.notes(),
            failed,
            model: &model.name,
            sha256: &model.sha256,
            device: &device.name,
            settings: settings.with_objectives(vec![Objective::Simclr(simclr)]),
            side,
            propagation: self.propagation(),
            scores: scores(mapper.counts(), &names),
        };
        if self.common.json {
            print_json(&report)?;
        } else {
            report.print()?;
        }
        print_failed(&report.failed, support.len() + queries.len())?;
        // Of what could be written there is a report; that there is more comes last, and decides the exit code.
        unwritten.map_or(Ok(ExitCode::SUCCESS), Err)
    }

    fn propagation(&self) -> Propagation {
        Propagation {
            neighbours: self.neighbours,
            temperature: self.temperature,
            memory: self.memory,
            ..Propagation::default()
        }
    }

    fn names(&self) -> Result<Vec<String>, CliError> {
        let Some(path) = &self.names else { return Ok(Vec::new()) };
        let text = std::fs::read_to_string(path).map_err(|error| CliError::read(path, error))?;
        Ok(text.lines().map(|line| line.trim().to_owned()).collect())
    }
}
