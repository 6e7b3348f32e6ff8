//! `mycoscope segment`: maps of photos from a few labelled ones.

mod files;
mod report;
mod work;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::CliError;
use super::compute::start;
use super::folder::{self, Found};
use super::options::{MethodOptions, ModelOptions};
use super::output::{Failed, make_folder, print_failed, print_json, progress, write};
use crate::engine::segment::{Segmenter, dense_side};
use crate::engine::{Map, Maps, SegmentEvent, SegmentRequest};
use crate::fungi::Objective;
use crate::image;
use crate::segmentation::{Mask, Propagation, UNLABELLED, png};
use files::{file_name, mask_of, photos};
use report::{Counts, Drawn, Millis, Query, Report, scores};
use work::Work;

/// Opacity of a map's colours over its photo.
const OPACITY: f32 = 0.6;

#[derive(Debug, Args)]
pub(super) struct Segment {
    /// Folder of labelled photos; the mask of cup.jpg is cup.mask.png beside it, or masks/cup.png in or beside its
    /// folder
    #[arg(long, value_name = "DIR")]
    support: PathBuf,
    /// Folder of photos to map; where one has a mask too, its maps are scored
    #[arg(long, value_name = "DIR")]
    query: PathBuf,
    /// Folder of the masks, if they lie elsewhere: cup.png for cup.jpg. Indexed or grey (value = class), or one
    /// colour a class
    #[arg(long, value_name = "DIR")]
    masks: Option<PathBuf>,
    /// Folder to write to: for each query and feature an indexed PNG and an overlay
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Text file with the classes' names, one a line, the first for class 0
    #[arg(long, value_name = "FILE")]
    names: Option<PathBuf>,
    /// Class of the masks that neither teaches nor counts, such as "unknown"; 255 never does
    #[arg(long, value_name = "CLASS")]
    ignore: Vec<u8>,
    /// Side in pixels that photos are resized to, a multiple of the patch; four times the model's, if not given
    #[arg(long, value_name = "PIXELS")]
    side: Option<usize>,
    /// Nearest patches asked; 30, or 90 with few support photos
    #[arg(long, value_name = "K")]
    neighbours: Option<usize>,
    /// Temperature of the vote; 0.02, or 0.1 with few support photos
    #[arg(long, value_name = "T")]
    temperature: Option<f32>,
    /// Most patches in the memory bank
    #[arg(long, value_name = "PATCHES", default_value_t = Propagation::default().memory)]
    memory: usize,
    #[command(flatten)]
    model: ModelOptions,
    #[command(flatten)]
    method: MethodOptions,
    /// Print one JSON document instead of tables
    #[arg(long)]
    json: bool,
}

impl Segment {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let names = self.names()?;
        let (support, queries) = (photos(&self.support)?, photos(&self.query)?);
        make_folder(&self.out)?;
        let mut settings = self.method.settings()?;
        // Dense gradients are SimCLR's alone, and contrast with the support: the model's negatives are not needed.
        let simclr = settings.simclr().cloned().unwrap_or_default();
        settings.objectives.clear();
        let engine = start(&self.model, settings)?;
        let (extractor, (device, model)) = (engine.extractor()?, engine.info()?);
        let side = dense_side(extractor, self.side).map_err(|error| CliError::Options(error.to_string()))?;
        let mut work = Work { extractor, segmenter: Segmenter::with_objective(simclr.clone()), side };
        let mut failed = Vec::new();
        let mut millis = Millis::default();

        let bar = progress(support.len() + queries.len(), "Segmenting");
        let mut ids = Vec::new();
        for (id, photo) in (0..).zip(&support) {
            match self.teach(&mut work, id, photo) {
                Ok(tokens) => {
                    millis.tokens += tokens;
                    ids.push(id);
                }
                Err(reason) => failed.push(Failed { name: photo.name.clone(), reason }),
            }
            bar.inc(1);
        }
        if ids.is_empty() {
            let reason = failed.first().map(|failed| failed.reason.clone()).unwrap_or_default();
            return Err(CliError::Options(format!(
                "none of the {} support photos in {} can be used; the first failed so: {reason}",
                support.len(),
                self.support.display()
            )));
        }
        let taught = ids.len();
        work.ask(SegmentRequest::Support { ids }).map_err(CliError::Options)?;

        let mut counts = Counts::default();
        let (mut done, mut taken) = (Vec::new(), HashSet::new());
        for photo in &queries {
            let file = file_name(&photo.name, &mut taken);
            match self.map(&mut work, photo, &file, &mut counts, &mut millis) {
                Ok(query) => done.push(query),
                Err(reason) => failed.push(Failed { name: photo.name.clone(), reason }),
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        if let (true, Some(Failed { reason, .. })) = (done.is_empty(), failed.last()) {
            let (path, files) = (self.query.clone(), queries.len());
            return Err(CliError::NoImage { path, files, reason: reason.clone() });
        }
        // Gradients were counted for the support too: it has its own.
        let photos = (taught + done.len()) as f64;
        millis.tokens /= photos;
        millis.gradients /= photos;
        millis.propagation /= done.len() as f64;
        let report = Report {
            out: &self.out,
            support: taught,
            queries: done,
            failed,
            model: &model.name,
            sha256: &model.sha256,
            device: &device.name,
            settings: extractor.settings().with_objectives(vec![Objective::Simclr(simclr)]),
            side,
            propagation: self.propagation(),
            scores: scores(&counts, &names),
            millis,
        };
        if self.json {
            print_json(&report);
        } else {
            report.print();
        }
        print_failed(&report.failed, support.len() + queries.len());
        Ok(ExitCode::SUCCESS)
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

    /// Opens a support photo and gives it its labels; tells how long its tokens took.
    fn teach(&self, work: &mut Work<'_>, id: u32, photo: &Found) -> Result<f64, String> {
        let path = mask_of(photo, self.masks.as_deref()).ok_or_else(|| {
            "It has no mask: NAME.mask.png beside it, NAME.png in a folder \"masks\" in or beside its own, or in --masks.".to_owned()
        })?;
        let mask = self.read_mask(&path)?;
        let picture = folder::read(&photo.path)?.image;
        let tokens = work.open(id, &picture)?;
        let painted = work.ask(SegmentRequest::Paint { id, mask });
        if painted.is_err() {
            work.forget(id);
        }
        painted?;
        Ok(tokens)
    }

    /// Maps a query, writes its files, and counts its score.
    fn map(
        &self,
        work: &mut Work<'_>,
        photo: &Found,
        file: &str,
        counts: &mut Counts,
        millis: &mut Millis,
    ) -> Result<Query, String> {
        const ID: u32 = u32::MAX;
        let truth = mask_of(photo, self.masks.as_deref()).map(|path| self.read_mask(&path)).transpose()?;
        let picture = folder::read(&photo.path)?.image;
        millis.tokens += work.open(ID, &picture)?;
        let request =
            SegmentRequest::Propagate { id: ID, ticket: 0, settings: self.propagation(), truth: truth.clone() };
        let answer = work.ask(request);
        work.forget(ID);
        let SegmentEvent::Maps(maps) = answer? else { return Err("The engine gave no map.".into()) };
        millis.gradients += maps.gradients_millis;
        millis.propagation += maps.propagation_millis;
        let Maps { size, embedding, fungi, bank, neighbours, temperature, .. } = *maps;
        let mask = |map: &Map| Mask { width: size.0, height: size.1, labels: map.labels.clone() };
        let (by_embedding, by_fungi) = (mask(&embedding), mask(&fungi));
        if let Some(truth) = &truth {
            counts.scored += 1;
            counts.embedding.add(&by_embedding, truth);
            counts.fungi.add(&by_fungi, truth);
        }
        let draw = |feature: &str, map: Map, mask: &Mask| -> Result<Drawn, String> {
            let [index, overlay] = ["png", "overlay.png"].map(|end| self.out.join(format!("{file}.{feature}.{end}")));
            let bytes = png::write(mask, &[]).map_err(|error| error.to_string())?;
            write(&index, &bytes).map_err(|error| error.to_string())?;
            let over = image::encode_png(&png::overlay(&picture, mask, &[], OPACITY));
            write(&overlay, &over).map_err(|error| error.to_string())?;
            let miou = map.score.map(|score| score.mean);
            Ok(Drawn { map: index, overlay, shares: map.shares.into_iter().collect(), miou })
        };
        Ok(Query {
            name: photo.name.clone(),
            embedding: draw("embedding", embedding, &by_embedding)?,
            fungi: draw("fungi", fungi, &by_fungi)?,
            bank,
            neighbours,
            temperature,
        })
    }

    fn read_mask(&self, path: &Path) -> Result<Mask, String> {
        let named = |reason: String| format!("Its mask {} cannot be used: {reason}", path.display());
        let bytes = std::fs::read(path).map_err(|error| named(error.to_string()))?;
        let image::Mask { width, height, mut classes, .. } =
            image::decode_mask(&bytes).map_err(|error| named(error.to_string()))?;
        classes.iter_mut().filter(|class| self.ignore.contains(class)).for_each(|class| *class = UNLABELLED);
        Mask::new(width as u32, height as u32, classes).map_err(|error| named(error.to_string()))
    }
}
