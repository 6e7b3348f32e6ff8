//! An engine with a model, and what it makes of folders.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::folder::{self, Picture};
use super::options::ModelOptions;
use super::output::{Failed, Steps, progress};
use super::{CliError, model};
use crate::engine::Engine;
use crate::engine::protocol::Progress;
use crate::fungi::Settings;
use crate::gallery::{Content, Gallery, Origin};

/// An engine with the device, model and settings that are asked for: ready for images.
pub(super) fn start(options: &ModelOptions, settings: Settings) -> Result<Engine, CliError> {
    let files = model::find(options)?;
    let mut engine = Engine::new();
    let mut steps = Steps::new();
    let mut show = |step| {
        if let Progress::Negatives { done: 0, .. } = step {
            eprintln!("The model has no negatives; making them from the sample set (--negatives FILE spares this).");
        }
        steps.show(step);
    };
    pollster::block_on(async {
        engine.open_device(options.device, &mut show).await?;
        engine.load(files, settings, &mut show).await
    })?;
    Ok(engine)
}

/// What came of a folder.
pub(super) struct Computed {
    /// Images with their features, in the files' order: a row for each, even where contents are equal.
    pub gallery: Gallery,
    /// Files that could not be read.
    pub failed: Vec<Failed>,
    /// Files in all.
    pub files: usize,
    /// Time from the first file to the last, model already loaded.
    pub seconds: f64,
}

/// The features of every image in `folder`. What cannot be read is listed; equal files are computed once.
pub(super) fn folder(engine: &Engine, folder: &Path) -> Result<Computed, CliError> {
    let files = folder::find(folder)?;
    let start = Instant::now();
    let bar = progress(files.len(), "Computing");
    let (mut gallery, mut failed) = (Gallery::new(), Vec::new());
    let (_, model) = engine.info()?;
    gallery.set_origin(Origin { model: model.sha256.clone(), settings: engine.extractor()?.settings().clone() });
    std::thread::scope(|scope| {
        for (file, picture) in files.iter().zip(folder::read_ahead(scope, &files)) {
            match picture {
                Ok(Picture { hash, image }) => {
                    let id = gallery.add(file.name.clone(), file.label.clone());
                    let size = (image.width as u32, image.height as u32);
                    gallery.set_content(id, Arc::new(Content { hash, size, thumbnail: Vec::new() }));
                    if gallery.features(id).is_none() {
                        gallery.keep(hash, pollster::block_on(engine.features(&image))?);
                    }
                }
                Err(reason) => failed.push(Failed { name: file.name.clone(), reason }),
            }
            bar.inc(1);
        }
        Ok::<(), CliError>(())
    })?;
    bar.finish_and_clear();
    match failed.first() {
        Some(Failed { reason, .. }) if gallery.is_empty() => {
            Err(CliError::NoImage { path: folder.to_owned(), files: files.len(), reason: reason.clone() })
        }
        _ => Ok(Computed { gallery, failed, files: files.len(), seconds: start.elapsed().as_secs_f64() }),
    }
}
