//! A model on a device, and what it makes of folders.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use sha2::{Digest, Sha256};

use super::folder::{self, Picture};
use super::options::{MethodOptions, ModelOptions};
use super::output::{Failed, progress};
use super::{CliError, model, negatives};
use crate::engine::{DeviceInfo, device};
use crate::fungi::{Extractor, Features, Negatives, Settings};
use crate::gallery::file::{Provenance, hexadecimal};
use crate::gallery::{Entry, Hash};
use crate::image::Rgb;
use crate::vit::ViT;

/// A model on a device, with settings: ready for images.
pub(super) struct Session {
    pub extractor: Extractor,
    pub device: DeviceInfo,
    pub provenance: Provenance,
}

impl Session {
    /// Opens the device, loads the model, finds or makes its negatives.
    pub(super) fn open(model: &ModelOptions, method: &MethodOptions) -> Result<Self, CliError> {
        Self::with(model, method.settings()?)
    }

    /// The same, for given settings.
    pub(super) fn with(options: &ModelOptions, settings: Settings) -> Result<Self, CliError> {
        let weights = model::find(options)?;
        let (device, info) = pollster::block_on(device::open(options.device.into()))?;
        let vit = ViT::load(&weights.bytes, &weights.options, &device)?;
        let negatives = match (settings.simclr(), &weights.negatives) {
            (None, _) => Negatives::default(),
            (Some(_), Some(bytes)) => Negatives::load(bytes)?,
            (Some(simclr), None) => {
                eprintln!(
                    "The model has no negatives; making them from the sample set (--negatives FILE spares this)."
                );
                negatives::make(&vit, simclr, negatives::SEED)?
            }
        };
        let provenance = Provenance {
            model: weights.name,
            sha256: weights.sha256,
            config: vit.config().clone(),
            negatives: settings.simclr().map(|_| digest(&negatives)).unwrap_or_default(),
            settings: settings.clone(),
        };
        let extractor = Extractor::new(vit, settings, negatives)?;
        Ok(Self { extractor, device: info, provenance })
    }

    /// The features of one image.
    pub(super) fn features(&self, image: &Rgb) -> Result<Features, CliError> {
        Ok(pollster::block_on(self.extractor.compute(self.extractor.views(image)))?)
    }

    /// The features of every image in `folder`. What cannot be read is listed; equal files are computed once.
    pub(super) fn folder(&self, folder: &Path) -> Result<Computed, CliError> {
        let files = folder::find(folder)?;
        let start = Instant::now();
        let bar = progress(files.len(), "Computing");
        let mut known: HashMap<Hash, Features> = HashMap::new();
        let (mut entries, mut failed) = (Vec::new(), Vec::new());
        std::thread::scope(|scope| {
            for (file, picture) in files.iter().zip(folder::read_ahead(scope, &files)) {
                match picture {
                    Ok(Picture { hash, image }) => {
                        let features = match known.get(&hash) {
                            Some(features) => features.clone(),
                            None => self.features(&image)?,
                        };
                        known.insert(hash, features.clone());
                        let size = (image.width as u32, image.height as u32);
                        let (name, label) = (file.name.clone(), file.label.clone());
                        entries.push(Entry { name, label, hash, size, thumbnail: Vec::new(), features });
                    }
                    Err(reason) => failed.push(Failed { name: file.name.clone(), reason }),
                }
                bar.inc(1);
            }
            Ok::<(), CliError>(())
        })?;
        bar.finish_and_clear();
        match failed.first() {
            Some(Failed { reason, .. }) if entries.is_empty() => {
                Err(CliError::NoImage { path: folder.to_owned(), files: files.len(), reason: reason.clone() })
            }
            _ => Ok(Computed { entries, failed, files: files.len(), seconds: start.elapsed().as_secs_f64() }),
        }
    }
}

/// What came of a folder.
pub(super) struct Computed {
    /// Images, in the files' order.
    pub entries: Vec<Entry>,
    /// Files that could not be read.
    pub failed: Vec<Failed>,
    /// Files in all.
    pub files: usize,
    /// Time from the first file to the last, model already loaded.
    pub seconds: f64,
}

/// SHA-256 of the negatives' values, in hexadecimal: the same however they were stored.
fn digest(negatives: &Negatives) -> String {
    let bytes: Vec<u8> = negatives.values().iter().flat_map(|x| x.to_le_bytes()).collect();
    hexadecimal(&Sha256::digest(bytes))
}
