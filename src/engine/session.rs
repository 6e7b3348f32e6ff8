//! The engine itself: one device, one model, the settings, and which contents it has computed.

use std::{collections::HashSet, sync::Arc};

use burn::tensor::Device;
use web_time::Instant;

use super::{
    Backend, EngineError, ModelFiles,
    cut_cache::CutCache,
    device,
    protocol::{DeviceInfo, ModelInfo, Progress, Ready},
    sample,
    segment::Segmenter,
    why::Dissections,
};
use crate::{
    fungi::{ExtractError, Extractor, Negatives, Settings, ViewSet, self_test},
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
    /// For each of the settings' sets of views, what computes the parts that come from it.
    pub stages: Vec<(ViewSet, Extractor)>,
    /// What is left of pictures whose later views are still to come.
    pub cuts: CutCache,
    /// Images that were taken apart.
    pub dissections: Dissections,
    /// Milliseconds for a view, once warm.
    pub view_millis: f64,
    /// Whether images come with what exact cosines of their gradients come from.
    pub exact: bool,
}

impl Model {
    /// What computes the parts that come from one of the settings' sets of views.
    pub fn stage(&self, views: ViewSet) -> Option<&Extractor> {
        self.stages.iter().find(|(set, _)| *set == views).map(|(_, extractor)| extractor)
    }
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
        files: &ModelFiles,
        settings: Settings,
        progress: &mut impl FnMut(Progress),
    ) -> Result<Ready, EngineError> {
        let begun = Instant::now();
        self.model = None;
        self.known.clear();
        let (device, _) = self.device.as_ref().ok_or(EngineError::NotStarted)?;
        progress(Progress::Upload);
        let vit = Arc::new(ViT::load(&files.bytes, &files.options, device)?);
        let mut negatives = files.negatives.as_ref().map(|bytes| Negatives::load(bytes)).transpose()?;
        let info = ModelInfo {
            name: files.name.clone(),
            description: files.description.clone(),
            licence: files.licence.clone(),
            bytes: files.bytes.len() as u64,
            source: files.source.clone(),
            sha256: files.sha256.clone(),
            variant: files.variant.clone(),
            image: vit.config().image,
            patch: vit.config().patch,
            dim: vit.config().dim,
            embedding: vit.config().embedding(),
            // Said once they are there.
            negatives: String::new(),
        };
        let extractor = self.extractor_for(vit, settings, &mut negatives, progress).await?;
        let (stages, segmenter) = (stages(&extractor), Segmenter::new());
        let (cuts, dissections, view_millis) = (CutCache::default(), Dissections::default(), 0.0);
        let exact = false;
        self.model =
            Some(Model { info, extractor, negatives, segmenter, stages, cuts, dissections, view_millis, exact });
        self.ready(begun)
    }

    /// Runs the first pass of each set of views, in which a GPU compiles its shaders, and times one that is warm. If that
    /// fails, the model is dropped.
    ///
    /// # Errors
    ///
    /// A device that fails.
    pub async fn warm_up(&mut self, progress: &mut impl FnMut(Progress)) -> Result<(), EngineError> {
        let warm = self.first_passes(progress).await.map_err(|error| self.fault(error));
        match (warm, &mut self.model) {
            (Ok(millis), Some(model)) => model.view_millis = millis,
            (Ok(_), None) => {}
            (Err(error), _) => {
                self.model = None;
                return Err(error);
            }
        }
        Ok(())
    }

    async fn first_passes(&self, progress: &mut impl FnMut(Progress)) -> Result<f64, ExtractError> {
        let (Some(model), Some((_, device))) = (&self.model, &self.device) else { return Ok(0.0) };
        // The CPU has nothing to compile.
        let stages = if device.backend == Backend::Gpu { &model.stages[..] } else { &model.stages[..1] };
        let mut millis = 0.0;
        for (done, (_, extractor)) in stages.iter().enumerate() {
            progress(Progress::WarmUp { done, total: stages.len() });
            millis = view_millis(extractor).await?;
        }
        Ok(millis)
    }

    /// Milliseconds for a view on the CPU, once warm, with the same files.
    ///
    /// # Errors
    ///
    /// Weights that do not fit.
    pub async fn cpu_view_millis(&self, files: &ModelFiles) -> Result<f64, EngineError> {
        let vit = ViT::load(&files.bytes, &files.options, &Device::flex())?;
        let settings = Settings { objectives: Vec::new(), ..Settings::default() };
        let extractor = Extractor::new(vit, settings, Negatives::default());
        let extractor = extractor.map_err(|error| EngineError::Extract { error, gpu: false })?;
        view_millis(&extractor).await.map_err(|error| EngineError::Extract { error, gpu: false })
    }

    /// Most images in a forward pass on this device.
    pub(super) fn most_together(&self) -> usize {
        self.device.as_ref().map_or(Backend::Cpu, |(_, info)| info.backend).together()
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
        if *model.extractor.settings() == settings {
            self.known.clear();
            return self.ready(begun);
        }
        let (vit, mut negatives) = (model.extractor.vit().clone(), model.negatives.clone());
        let extractor = self.extractor_for(vit, settings, &mut negatives, progress).await?;
        if let Some(model) = &mut self.model {
            model.stages = stages(&extractor);
            (model.cuts, model.dissections) = (CutCache::default(), Dissections::default());
            (model.extractor, model.negatives) = (extractor, negatives);
        }
        self.known.clear();
        self.ready(begun)
    }

    /// Whether images come with what exact cosines of their gradients come from, from now on; at first they do not.
    pub fn keep_factors(&mut self, exact: bool) {
        if let Some(model) = &mut self.model {
            model.exact = exact;
        }
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

    /// SimCLR's negatives, once they have been read or made.
    pub fn negatives(&self) -> Option<&Negatives> {
        self.model.as_ref()?.negatives.as_ref()
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

    /// The loaded model, and the file of its negatives.
    ///
    /// # Errors
    ///
    /// If no model is loaded, or none whose settings need negatives.
    pub fn saved_negatives(&self) -> Result<(&ModelInfo, Vec<u8>), EngineError> {
        let (_, info) = self.info()?;
        let made = self.model.as_ref().and_then(|model| model.negatives.as_ref()).ok_or(EngineError::NotStarted)?;
        let about = [("model", info.sha256.clone()), ("seed", sample::NEGATIVES_SEED.to_string())];
        let file = made.save(&about).map_err(|error| EngineError::Unsaved(error.to_string()))?;
        Ok((info, file))
    }

    /// The error of a computation on the open device.
    pub(crate) fn fault(&self, error: ExtractError) -> EngineError {
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
        let model = ModelInfo { negatives: self.provenance()?.negatives, ..model.clone() };
        let device = device.clone();
        let view_millis = self.model.as_ref().map_or(0.0, |model| model.view_millis);
        let sets = self.extractor()?.settings().view_sets();
        let together = sets.into_iter().map(|set| self.together(set)).collect();
        let millis = begun.elapsed().as_secs_f64() * 1e3;
        Ok(Ready { device, model, millis, view_millis, cpu_view_millis: None, together })
    }
}

/// What computes each set of views of an extractor's settings.
fn stages(extractor: &Extractor) -> Vec<(ViewSet, Extractor)> {
    extractor.settings().view_sets().into_iter().map(|set| (set, extractor.only(set))).collect()
}

/// Milliseconds for a view in a second pass.
async fn view_millis(extractor: &Extractor) -> Result<f64, ExtractError> {
    // Any picture works.
    let grey = Rgb { width: 64, height: 64, data: vec![128; 64 * 64 * 3] };
    let views = extractor.views(&grey);
    extractor.compute(views.clone()).await?;
    let begun = Instant::now();
    let count = views.values().len() / (3 * extractor.vit().config().image.pow(2));
    extractor.compute(views).await?;
    Ok(begun.elapsed().as_secs_f64() * 1e3 / count.max(1) as f64)
}
