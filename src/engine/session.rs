//! The engine itself: one device, one model, the settings, and which contents it has computed.

use std::{collections::HashSet, sync::Arc};

use burn::tensor::Device;
use web_time::Instant;

use super::{
    Backend, EngineError, ModelFiles, device,
    protocol::{DeviceInfo, ModelInfo, Progress, Ready},
    sample,
    segment::Segmenter,
};
use crate::{
    fungi::{ExtractError, Extractor, Negatives, Settings, self_test},
    gallery::Hash,
    image::Rgb,
    vit::ViT,
};

/// Owns the device and the model, and computes with them.
#[derive(Default)]
pub struct Engine {
    pub(super) device: Option<(Device, DeviceInfo)>,
    pub(super) model: Option<Model>,
    /// Contents that need not be computed again.
    pub(super) known: HashSet<Hash>,
}

/// A model that is ready to compute.
pub(super) struct Model {
    pub info: ModelInfo,
    pub extractor: Extractor,
    /// SimCLR's negatives, once they have been read or made.
    pub negatives: Option<Negatives>,
    pub segmenter: Segmenter,
}

impl Engine {
    /// An engine without device or model.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens a device, unless one of that kind is open; a GPU has to pass a self-test. The model that was loaded is
    /// dropped.
    ///
    /// # Errors
    ///
    /// [`EngineError::Device`] if there is no such device, [`EngineError::SelfTest`] if it computes wrongly.
    pub async fn open_device(
        &mut self,
        backend: Backend,
        progress: &mut impl FnMut(Progress),
    ) -> Result<(), EngineError> {
        self.model = None;
        self.known.clear();
        if self.device.as_ref().is_some_and(|(_, info)| info.backend == backend) {
            return Ok(());
        }
        progress(Progress::Device);
        let (device, info) = device::open(backend).await?;
        if backend == Backend::Gpu {
            progress(Progress::SelfTest);
            self_test(&device).await?;
        }
        self.device = Some((device, info));
        Ok(())
    }

    /// Puts a model on the open device, replacing the one before.
    ///
    /// # Errors
    ///
    /// Weights or negatives that are broken or do not fit, settings out of range, a device that fails.
    pub async fn load(
        &mut self,
        files: ModelFiles,
        settings: Settings,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Ready, EngineError> {
        let begun = Instant::now();
        self.model = None;
        self.known.clear();
        let (device, _) = self.device.as_ref().ok_or(EngineError::NotStarted)?;
        progress(Progress::Upload);
        let vit = Arc::new(ViT::load(&files.bytes, &files.options, device)?);
        let mut negatives = files.negatives.map(|bytes| Negatives::load(&bytes)).transpose()?;
        let info = ModelInfo {
            name: files.name,
            description: files.description,
            licence: files.licence,
            bytes: files.bytes.len() as u64,
            source: files.source,
            sha256: files.sha256,
            image: vit.config().image,
            patch: vit.config().patch,
            dim: vit.config().dim,
        };
        let extractor = self.extractor_for(vit, settings, &mut negatives, progress).await?;
        self.model = Some(Model { info, extractor, negatives, segmenter: Segmenter::new() });
        self.ready(begun)
    }

    /// Runs the first pass, in which a GPU compiles its shaders. If that fails, the model is dropped.
    ///
    /// # Errors
    ///
    /// A device that fails.
    pub async fn warm_up(&mut self, progress: &mut impl FnMut(Progress)) -> Result<(), EngineError> {
        progress(Progress::WarmUp);
        // Any picture works.
        let grey = Rgb { width: 64, height: 64, data: vec![128; 64 * 64 * 3] };
        let warm = self.features(&grey).await;
        if warm.is_err() {
            self.model = None;
        }
        warm.map(|_| ())
    }

    /// Changes the settings. Earlier results no longer count as known; open photos of segmentation stay open.
    ///
    /// # Errors
    ///
    /// Settings out of range, which leave the former ones in place, or a device that fails.
    pub async fn configure(
        &mut self,
        settings: Settings,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Ready, EngineError> {
        let begun = Instant::now();
        let model = self.model.as_ref().ok_or(EngineError::NotStarted)?;
        let (vit, mut negatives) = (model.extractor.vit().clone(), model.negatives.clone());
        let extractor = self.extractor_for(vit, settings, &mut negatives, progress).await?;
        if let Some(model) = &mut self.model {
            (model.extractor, model.negatives) = (extractor, negatives);
        }
        self.known.clear();
        self.ready(begun)
    }

    /// Marks these contents as known: the caller still has their features.
    pub fn add_known(&mut self, hashes: impl IntoIterator<Item = Hash>) {
        self.known.extend(hashes);
    }

    /// The extractor that computes the features.
    ///
    /// # Errors
    ///
    /// [`EngineError::NotStarted`] before a model was loaded; the same holds for all methods below.
    pub fn extractor(&self) -> Result<&Extractor, EngineError> {
        Ok(&self.model.as_ref().ok_or(EngineError::NotStarted)?.extractor)
    }

    /// The device and the model.
    ///
    /// # Errors
    ///
    /// If no model is loaded.
    pub fn info(&self) -> Result<(&DeviceInfo, &ModelInfo), EngineError> {
        match (&self.device, &self.model) {
            (Some((_, device)), Some(model)) => Ok((device, &model.info)),
            _ => Err(EngineError::NotStarted),
        }
    }

    /// SimCLR's negatives for this model, made from the sample set of `seed`.
    ///
    /// # Errors
    ///
    /// If no model is loaded, or the device fails.
    pub async fn sample_negatives(
        &self,
        seed: u64,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Negatives, EngineError> {
        let made = sample::negatives(self.extractor()?.vit(), seed, progress).await;
        made.map_err(|error| self.fault(error))
    }

    /// The error of a computation on the open device.
    pub(super) fn fault(&self, error: ExtractError) -> EngineError {
        let gpu = self.device.as_ref().is_some_and(|(_, info)| info.backend == Backend::Gpu);
        EngineError::Extract { error, gpu }
    }

    /// An extractor; negatives are made if the settings need them and there are none.
    async fn extractor_for(
        &self,
        vit: Arc<ViT>,
        settings: Settings,
        negatives: &mut Option<Negatives>,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Extractor, EngineError> {
        if settings.simclr().is_some() && negatives.is_none() {
            let made = sample::negatives(&vit, sample::NEGATIVES_SEED, progress).await;
            *negatives = Some(made.map_err(|error| self.fault(error))?);
        }
        let negatives = negatives.clone().unwrap_or_default();
        Extractor::new(vit, settings, negatives).map_err(|error| self.fault(error))
    }

    fn ready(&self, begun: Instant) -> Result<Ready, EngineError> {
        let (device, model) = self.info()?;
        Ok(Ready { device: device.clone(), model: model.clone(), millis: begun.elapsed().as_secs_f64() * 1e3 })
    }
}
