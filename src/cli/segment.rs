//! `mycoscope segment`: maps of photos from a few labelled ones.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::CliError;
use super::compute::Session;
use super::folder::{self, Found};
use super::options::{MethodOptions, ModelOptions};
use super::output::{Failed, print, print_failed, print_json, progress, row, table, write};
use crate::engine::segment::{Segmenter, dense_side};
use crate::engine::{Map, Maps, SegmentEvent, SegmentRequest};
use crate::fungi::Settings;
use crate::image::{self, Rgb};
use crate::segmentation::{Iou, Mask, Propagation, Score, UNLABELLED, png};

/// Opacity of a map's colours over its photo.
const OPACITY: f32 = 0.6;

#[derive(Debug, Args)]
pub(super) struct Segment {
    /// Folder of labelled photos; each has a mask of the same name: a PNG in --masks, in the sub-folder "masks", or
    /// beside the photo
    #[arg(long, value_name = "DIR")]
    support: PathBuf,
    /// Folder of photos to map; where one has a mask too, its maps are scored
    #[arg(long, value_name = "DIR")]
    query: PathBuf,
    /// Folder of the masks: indexed or grey PNG (value = class) or one colour a class
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

#[derive(Serialize)]
struct Report<'a> {
    out: &'a Path,
    support: usize,
    queries: Vec<Query>,
    failed: Vec<Failed>,
    model: &'a str,
    sha256: &'a str,
    device: &'a str,
    settings: Settings,
    side: usize,
    propagation: Propagation,
    /// Over all pixels of all queries with a mask.
    scores: Option<Scores>,
    millis: Millis,
}

/// One query.
#[derive(Serialize)]
struct Query {
    name: String,
    embedding: Drawn,
    fungi: Drawn,
    bank: usize,
    neighbours: usize,
    temperature: f32,
}

/// One map of a query.
#[derive(Serialize)]
struct Drawn {
    map: PathBuf,
    overlay: PathBuf,
    shares: BTreeMap<u8, f32>,
    miou: Option<f32>,
}

/// Both features' scores, and what answering the most common class everywhere would score.
#[derive(Serialize)]
struct Scores {
    scored: usize,
    miou: Compared,
    accuracy: Compared,
    classes: Vec<Class>,
}

#[derive(Serialize)]
struct Compared {
    majority: f32,
    embedding: f32,
    fungi: f32,
}

#[derive(Serialize)]
struct Class {
    class: u8,
    name: String,
    embedding: f32,
    fungi: f32,
}

/// Means over photos.
#[derive(Default, Serialize)]
struct Millis {
    tokens: f64,
    gradients: f64,
    propagation: f64,
}

/// What is being counted while queries go by.
#[derive(Default)]
struct Counts {
    scored: usize,
    embedding: Iou,
    fungi: Iou,
}

impl Segment {
    pub(super) fn run(&self) -> Result<ExitCode, CliError> {
        let names = self.names()?;
        let (support, queries) = (photos(&self.support)?, photos(&self.query)?);
        std::fs::create_dir_all(&self.out)
            .map_err(|error| CliError::Write { path: self.out.clone(), reason: error.to_string() })?;
        let mut settings = self.method.settings()?;
        // Dense gradients are SimCLR's alone, and contrast with the support: the model's negatives are not needed.
        let simclr = settings.simclr.take().unwrap_or_default();
        (settings.kl, settings.dino) = (None, None);
        let session = Session::with(&self.model, settings)?;
        let side = dense_side(&session.extractor, self.side).map_err(|error| CliError::Options(error.to_string()))?;
        let mut work = Work { session: &session, segmenter: Segmenter::with_objective(simclr.clone()), side };
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
            model: &session.provenance.model,
            sha256: &session.provenance.sha256,
            device: &session.device.name,
            settings: Settings { simclr: Some(simclr), ..session.provenance.settings.clone() },
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
            "There is no mask of its name (a PNG in --masks, in its folder's \"masks\", or beside it).".to_owned()
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

/// The engine's segmentation, asked directly.
struct Work<'a> {
    session: &'a Session,
    segmenter: Segmenter,
    side: usize,
}

impl Work<'_> {
    /// Opens a photo; tells how long its tokens took.
    fn open(&mut self, id: u32, picture: &Rgb) -> Result<f64, String> {
        let opening = self.segmenter.open(&self.session.extractor, id, picture, Some(self.side), 0.0);
        match pollster::block_on(opening).map_err(|error| error.to_string())? {
            SegmentEvent::Opened { millis, .. } => Ok(millis.tokens),
            _ => Ok(0.0),
        }
    }

    fn forget(&mut self, id: u32) {
        // Forgetting is never refused.
        let _ = self.ask(SegmentRequest::Forget { id });
    }

    /// The answer that ends a request, or the sentence of its refusal.
    fn ask(&mut self, request: SegmentRequest) -> Result<SegmentEvent, String> {
        let mut last = None;
        let mut say = |event| last = Some(event);
        let asked = self.segmenter.handle(&self.session.extractor, request, &mut say);
        pollster::block_on(asked).map_err(|error| error.to_string())?;
        match last {
            Some(SegmentEvent::Refused { reason, .. }) => Err(reason),
            Some(event) => Ok(event),
            None => Err("The engine gave no answer.".into()),
        }
    }
}

/// The photos of a folder: every file but masks, which lie in a folder "masks" or beside a photo that is no PNG.
fn photos(folder: &Path) -> Result<Vec<Found>, CliError> {
    let files = folder::find(folder)?;
    let png = |file: &Found| file.path.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
    let with_mask: HashSet<PathBuf> =
        files.iter().filter(|file| !png(file)).map(|file| file.path.with_extension("")).collect();
    let is_mask = |file: &Found| {
        file.name.split('/').rev().skip(1).any(|folder| folder == "masks")
            || png(file) && with_mask.contains(&file.path.with_extension(""))
    };
    let photos: Vec<Found> = files.into_iter().filter(|file| !is_mask(file)).collect();
    if photos.is_empty() { Err(CliError::Empty(folder.to_owned())) } else { Ok(photos) }
}

/// A photo's mask: `masks/NAME.png` (in `folder`, or in a folder "masks" beside the photo), or `NAME.png` beside it.
fn mask_of(photo: &Found, folder: Option<&Path>) -> Option<PathBuf> {
    let name = format!("{}.png", photo.path.file_stem()?.to_string_lossy());
    let beside = photo.path.parent().unwrap_or(Path::new(""));
    let places = match folder {
        Some(folder) => vec![folder.join(name)],
        None => vec![beside.join("masks").join(&name), beside.join(name)],
    };
    places.into_iter().find(|path| *path != photo.path && path.is_file())
}

/// What a photo's maps are called: its name without the ending, unless that is taken.
fn file_name(name: &str, taken: &mut HashSet<String>) -> String {
    let flat = name.replace('/', "-");
    let stem = flat.rsplit_once('.').map_or(flat.as_str(), |(stem, _)| stem).to_owned();
    if taken.insert(stem.clone()) {
        return stem;
    }
    taken.insert(flat.clone());
    flat
}

fn scores(counts: &Counts, names: &[String]) -> Option<Scores> {
    let (embedding, fungi) = (counts.embedding.score()?, counts.fungi.score()?);
    let majority = counts.embedding.majority()?;
    let find = |score: &Score, class: u8| score.classes.iter().find(|c| c.0 == class).map_or(0.0, |c| c.1);
    let name = |class: u8| names.get(class as usize).cloned().unwrap_or_else(|| class.to_string());
    let all: std::collections::BTreeSet<u8> = embedding.classes.iter().chain(&fungi.classes).map(|c| c.0).collect();
    let class =
        |class| Class { class, name: name(class), embedding: find(&embedding, class), fungi: find(&fungi, class) };
    Some(Scores {
        scored: counts.scored,
        classes: all.into_iter().map(class).collect(),
        accuracy: Compared {
            majority: counts.embedding.majority_accuracy()?,
            embedding: counts.embedding.accuracy()?,
            fungi: counts.fungi.accuracy()?,
        },
        miou: Compared { majority: majority.mean, embedding: embedding.mean, fungi: fungi.mean },
    })
}

impl Report<'_> {
    fn print(&self) {
        let percent = |share: f32| format!("{:.1}", 100.0 * share);
        if let Some(scores) = &self.scores {
            let line =
                |name: &str, c: &Compared| row([name, &percent(c.majority), &percent(c.embedding), &percent(c.fungi)]);
            let mut rows = vec![
                row(["in %", "most common class", "embedding", "FUNGI"]),
                line("mIoU", &scores.miou),
                line("pixels right", &scores.accuracy),
            ];
            let class = |c: &Class| row([&format!("IoU of {}", c.name), "", &percent(c.embedding), &percent(c.fungi)]);
            rows.extend(scores.classes.iter().map(class));
            print(&table(&rows));
        }
        if let Some(query) = self.queries.first() {
            print(&format!(
                "{} photos mapped from {}: {} patches in the bank, {} neighbours, temperature {}.",
                self.queries.len(),
                self.support,
                query.bank,
                query.neighbours,
                query.temperature
            ));
        }
        let Millis { tokens, gradients, propagation } = self.millis;
        print(&format!(
            "On {}, each photo: tokens {tokens:.0} ms, dense gradients {gradients:.0} ms; each map's search and vote {propagation:.0} ms.",
            self.device
        ));
        print(&format!("Saved in {}.", self.out.display()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_found_and_are_no_photos() {
        let folder = std::env::temp_dir().join(format!("mycoscope-segment-{}", std::process::id()));
        for path in ["a.jpg", "a.png", "b.png", "masks/b.png", "deep/c.webp", "deep/masks/c.png"] {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"").unwrap();
        }
        let found = photos(&folder).unwrap();
        let mask = |photo: &Found| mask_of(photo, None).map(|path| path.strip_prefix(&folder).unwrap().to_owned());
        let pairs: Vec<_> = found.iter().map(|photo| (photo.name.as_str(), mask(photo))).collect();
        let some = |path: &str| Some(PathBuf::from(path));
        let expected =
            [("a.jpg", some("a.png")), ("b.png", some("masks/b.png")), ("deep/c.webp", some("deep/masks/c.png"))];
        assert_eq!(pairs, expected);
        // A folder of masks that is given is the only one asked.
        assert_eq!(mask_of(&found[0], Some(&folder.join("masks"))), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn equal_stems_keep_their_endings() {
        let mut taken = HashSet::new();
        let names = ["a/x.png", "a/x.jpg", "y"].map(|name| file_name(name, &mut taken));
        assert_eq!(names, ["a-x", "a-x.jpg", "y"]);
    }
}
