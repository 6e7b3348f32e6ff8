//! From images to features, one set of views at a time.

use sha2::{Digest, Sha256};
use web_time::Instant;

use super::{
    Engine, EngineError,
    protocol::{Item, Timings},
};
use crate::{
    fungi::{Factors, Features, ViewSet, Views},
    gallery::{Content, Hash},
    image::{self, Rgb},
};

/// Longest side of a thumbnail in pixels.
const THUMBNAIL: u32 = 128;

/// An image that is ready to be computed.
#[derive(Debug, Clone)]
pub struct Prepared {
    hash: Hash,
    content: Option<Content>,
    views: Views,
    timings: Timings,
}

impl Engine {
    /// Whether enough is left of a picture to compute more of its views without its file.
    pub fn has_cuts(&self, hash: &Hash) -> bool {
        self.model.as_ref().is_some_and(|model| model.cuts.get(hash).is_some())
    }

    /// Forgets what is left of pictures.
    pub fn release(&mut self) {
        if let Some(model) = &mut self.model {
            model.cuts = Default::default();
        }
    }

    /// How many images share a forward pass of one of the settings' sets of views.
    pub fn together(&self, views: ViewSet) -> usize {
        let stage = self.model.as_ref().and_then(|model| model.stage(views));
        stage.map_or(1, |extractor| self.most_together().min(extractor.share()))
    }

    /// Reads an image file for one of the settings' sets of views. With `hash`, `bytes` are looked at only if
    /// [`Self::has_cuts`] says no. Where the first parts are wanted and known (computed before, or passed to
    /// [`Self::add_known`]), the hash comes back in place of the image.
    ///
    /// # Errors
    ///
    /// [`EngineError::Decode`] if it is not a readable image, [`EngineError::Changed`] if its content has not that hash,
    /// [`EngineError::NotStarted`] before a model was loaded, [`EngineError::Views`] if the settings have no such set.
    pub fn prepare(
        &mut self,
        views: ViewSet,
        hash: Option<Hash>,
        bytes: &[u8],
    ) -> Result<Result<Prepared, Hash>, EngineError> {
        let model = self.model.as_mut().ok_or(EngineError::NotStarted)?;
        let stage = model.stages.iter().find(|(set, _)| *set == views).ok_or(EngineError::Views)?;
        let mut timings = Timings::default();
        if let Some(hash) = hash
            && let Some(cuts) = model.cuts.get(&hash)
        {
            let (views, millis) = timed(|| stage.1.views_of(cuts));
            timings.views = millis;
            return Ok(Ok(Prepared { hash, content: None, views, timings }));
        }
        let found: Hash = Sha256::digest(bytes).into();
        if hash.is_some_and(|hash| hash != found) {
            return Err(EngineError::Changed);
        }
        let is_first = views == ViewSet::Inference;
        if is_first && self.known.contains(&found) {
            return Ok(Err(found));
        }
        let (decoded, millis) = timed(|| {
            let picture = image::decode(bytes)?;
            let thumbnail = if is_first { image::thumbnail(&picture, THUMBNAIL) } else { Vec::new() };
            Ok::<_, image::DecodeError>((picture, thumbnail))
        });
        timings.decode = millis;
        let (picture, thumbnail) = decoded?;
        let size = (picture.width as u32, picture.height as u32);
        let content = is_first.then_some(Content { hash: found, size, thumbnail });
        let ((cuts, views), millis) = timed(|| {
            let cuts = stage.1.cuts(&picture);
            let views = stage.1.views_of(&cuts);
            (cuts, views)
        });
        timings.views = millis;
        if model.stages.len() > 1 {
            model.cuts.keep(found, cuts);
        }
        Ok(Ok(Prepared { hash: found, content, views, timings }))
    }

    /// Computes images that were prepared for one of the settings' sets of views, in order.
    ///
    /// # Errors
    ///
    /// [`EngineError::Extract`] if the device fails, or the model for one of them.
    pub async fn embed(&mut self, views: ViewSet, images: Vec<Prepared>) -> Result<Vec<Item>, EngineError> {
        let model = self.model.as_ref().ok_or(EngineError::NotStarted)?;
        let stage = model.stage(views).ok_or(EngineError::Views)?;
        let is_last = model.stages.last().is_some_and(|(set, _)| *set == views);
        let begun = Instant::now();
        let inputs = images.iter().map(|image| image.views.clone());
        let computed = match model.exact {
            true => stage.compute_exact(inputs).await.map(|computed| computed.into_iter().unzip()),
            false => stage.compute_all(inputs).await.map(|features| (features, Vec::new())),
        };
        let (features, factors): (Vec<Features>, Vec<Factors>) = computed.map_err(|error| self.fault(error))?;
        let mut factors = factors.iter().map(Factors::to_bytes);
        let compute = begun.elapsed().as_secs_f64() * 1e3 / images.len().max(1) as f64;
        let items = images.into_iter().zip(features).map(|(image, features)| Item {
            hash: image.hash,
            content: image.content,
            features,
            factors: factors.next().unwrap_or_default(),
            timings: Timings { compute, ..image.timings },
        });
        let items: Vec<Item> = items.collect();
        if views == ViewSet::Inference {
            self.known.extend(items.iter().map(|item| item.hash));
        }
        if let Some(model) = self.model.as_mut().filter(|_| is_last) {
            items.iter().for_each(|item| model.cuts.drop(&item.hash));
        }
        Ok(items)
    }

    /// All features of a decoded image, at once.
    ///
    /// # Errors
    ///
    /// [`EngineError::NotStarted`] before a model was loaded, [`EngineError::Extract`] if the device fails.
    pub async fn features(&self, picture: &Rgb) -> Result<Features, EngineError> {
        let extractor = self.extractor()?;
        extractor.compute(extractor.views(picture)).await.map_err(|error| self.fault(error))
    }

    /// The same, with what exact cosines of its gradients come from.
    ///
    /// # Errors
    ///
    /// As [`Self::features`].
    pub async fn exact_features(&self, picture: &Rgb) -> Result<(Features, Factors), EngineError> {
        let extractor = self.extractor()?;
        let computed = extractor.compute_exact([extractor.views(picture)]).await.map_err(|error| self.fault(error))?;
        Ok(computed.into_iter().next().unwrap_or_default())
    }
}

/// The result of `work`, and how many milliseconds it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    (work(), begun.elapsed().as_secs_f64() * 1e3)
}
