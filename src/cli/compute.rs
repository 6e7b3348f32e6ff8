//! An engine with a model, and what it makes of folders.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::cache::{Cache, keep_negatives};
use super::folder::{self, Found, Picture};
use super::options::ModelOptions;
use super::output::{Bar, Failed, Steps};
use super::streams::say;
use super::{CliError, memory, model};
use crate::engine::memory::{Memory, Program, Room};
use crate::engine::protocol::Progress;
use crate::engine::{Backend, Engine, EngineError, ModelFiles};
use crate::fungi::{Factors, Features, Settings};
use crate::gallery::{Content, Entry, Gallery, Hash, Origin};
use crate::image::Rgb;
use crate::vit::recognise;

/// An engine with the device, model and settings that are asked for: ready for images.
pub(super) fn start(options: &ModelOptions, settings: Settings) -> Result<Engine, CliError> {
    let mut files = model::find(options)?;
    warn_of_memory(&files, &settings, options.device)?;
    // Of a model that brings none, they are computed once.
    let kept = match &files.negatives {
        None if settings.simclr().is_some() => Some(Cache::find()?.negatives(&files.sha256, &files.options)),
        _ => None,
    };
    files.negatives = files.negatives.or_else(|| Some(std::fs::read(kept.as_ref()?).ok()?.into()));
    let mut engine = Engine::new();
    let mut steps = Steps::new();
    let mut said = Ok(());
    let mut show = |step| {
        if let Progress::Negatives { done: 0, .. } = step {
            said = say("The model has no negatives; they are computed once, from the sample set.");
        }
        steps.show(step);
    };
    pollster::block_on(async {
        engine.open_device(options.device, &mut show).await?;
        engine.load(&files, settings, &mut show).await
    })?;
    said?;
    if let (None, Some(path), Some(negatives)) = (&files.negatives, kept, engine.negatives()) {
        drop(steps);
        keep_negatives(&path, &negatives.save(&[("model", files.name.clone()), ("sha256", files.sha256.clone())])?)?;
    }
    Ok(engine)
}

/// Says so where the system has less memory free than the model is likely to take.
fn warn_of_memory(files: &ModelFiles, settings: &Settings, device: Backend) -> Result<(), CliError> {
    let (file, program) = (files.bytes.len() as u64, Program::CommandLine);
    let Ok(config) = recognise(&files.bytes, file, &files.options) else { return Ok(()) };
    let memory = Memory::estimate(&config, settings, file, program, device);
    // The file is in memory already.
    let room = memory::available().map(|free| free + file);
    match memory.fits(&Room { program: room, tensor: None }) {
        Err(error) => say(&format!("{error} Going on: it may be slow, or be ended by the system.")),
        Ok(()) => Ok(()),
    }
}

/// What came of a folder.
pub(super) struct Computed {
    /// Images with their features, in the files' order: a row for each, even where contents are equal.
    pub gallery: Gallery,
    /// Files that could not be read.
    pub failed: Vec<Failed>,
    /// Images among them whose features were known before.
    pub reused: usize,
    /// Files in all.
    pub files: usize,
    /// Time from the first file to the last, model already loaded.
    pub seconds: f64,
    /// The contents' exact gradients, if they were asked for.
    pub factors: HashMap<Hash, Factors>,
}

impl Computed {
    /// The exact gradients of each of the gallery's images, in their order.
    pub(super) fn factors(&self) -> Vec<&Factors> {
        let content = |entry: &Entry| Some(entry.content.as_ref()?.hash);
        self.gallery.computed().filter_map(|(entry, _)| self.factors.get(&content(entry)?)).collect()
    }
}

/// The features of every image in `folder`. What cannot be read is listed; equal files are computed once.
pub(super) fn folder(engine: &Engine, folder: &Path) -> Result<Computed, CliError> {
    resumed(engine, folder, Vec::new(), &mut |_, _| Ok(()))
}

/// The same with the images' exact gradients. `need` is called with the number of files, before anything is computed: it says
/// what that takes, or refuses.
pub(super) fn exact(
    engine: &Engine,
    folder: &Path,
    need: impl FnOnce(usize) -> Result<(), CliError>,
) -> Result<Computed, CliError> {
    let files = folder::find(folder)?;
    need(files.len())?;
    let mut factors = HashMap::new();
    let features = &mut |hash, image: &Rgb| {
        let (features, rows) = pollster::block_on(engine.exact_features(image))?;
        factors.insert(hash, rows);
        Ok(features)
    };
    let computed = computed(engine, &files, folder, features, Vec::new(), &mut |_, _| Ok(()))?;
    Ok(Computed { factors, ..computed })
}

/// As [`folder`], but contents in `known` are not computed again, and `keep` is called with what there is so far: after
/// each image, and where the engine failed (`true`), before its error is returned.
pub(super) fn resumed(
    engine: &Engine,
    folder: &Path,
    known: Vec<(Hash, Features)>,
    keep: &mut impl FnMut(&Gallery, bool) -> Result<(), CliError>,
) -> Result<Computed, CliError> {
    let features = &mut |_, image: &Rgb| pollster::block_on(engine.features(image));
    computed(engine, &folder::find(folder)?, folder, features, known, keep)
}

/// `features`: those of a content and its picture.
fn computed(
    engine: &Engine,
    files: &[Found],
    folder: &Path,
    features: &mut impl FnMut(Hash, &Rgb) -> Result<Features, EngineError>,
    known: Vec<(Hash, Features)>,
    keep: &mut impl FnMut(&Gallery, bool) -> Result<(), CliError>,
) -> Result<Computed, CliError> {
    let start = Instant::now();
    let mut bar = Bar::new(files.len(), "Computing");
    let (mut gallery, mut failed, mut reused) = (Gallery::new(), Vec::new(), 0);
    let (_, model) = engine.info()?;
    gallery.set_origin(Origin { model: model.sha256.clone(), settings: engine.extractor()?.settings().clone() });
    let mut from_before = HashSet::new();
    for (hash, features) in known {
        from_before.insert(hash);
        gallery.keep(hash, features);
    }
    std::thread::scope(|scope| {
        for (file, picture) in files.iter().zip(folder::read_ahead(scope, files)) {
            match picture {
                Ok(Picture { hash, image }) => {
                    let id = gallery.add(file.name.clone(), file.label.clone());
                    let size = (image.width as u32, image.height as u32);
                    gallery.set_content(id, Arc::new(Content { hash, size, thumbnail: Vec::new() }));
                    if gallery.features(id).is_none() {
                        match features(hash, &image) {
                            Ok(features) => gallery.keep(hash, features),
                            Err(error) => return keep(&gallery, true).and(Err(error.into())),
                        }
                        keep(&gallery, false)?;
                    } else if from_before.contains(&hash) {
                        reused += 1;
                    }
                }
                Err(reason) => failed.push(Failed { name: file.name.clone(), reason }),
            }
            bar.advance()?;
        }
        Ok::<(), CliError>(())
    })?;
    bar.finish();
    match failed.first() {
        Some(Failed { reason, .. }) if gallery.is_empty() => {
            Err(CliError::NoImage { path: folder.to_owned(), files: files.len(), reason: reason.clone() })
        }
        _ => Ok(Computed {
            gallery,
            failed,
            reused,
            files: files.len(),
            seconds: start.elapsed().as_secs_f64(),
            factors: HashMap::new(),
        }),
    }
}
