//! Images taken apart, for the question what features are made of. The latest are kept: comparing an image with one
//! neighbour after the other takes it apart once.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::{
    Engine, EngineError,
    protocol::{Explained, Inside},
};
use crate::{
    fungi::{Dissection, Explanation},
    gallery::Hash,
    image,
};

/// How many images are kept taken apart: some 0.2 MB each for the embedded model, 1.2 MB for a ViT-B/16.
const KEPT: usize = 50;

/// The images that were taken apart last, the latest at the end.
#[derive(Default)]
pub(super) struct Dissections(VecDeque<(Hash, Dissection)>);

impl Dissections {
    fn get(&self, hash: &Hash) -> Option<&Dissection> {
        self.0.iter().find(|(of, _)| of == hash).map(|(_, dissection)| dissection)
    }

    /// Marks one as used, if it is there.
    fn touch(&mut self, hash: &Hash) -> bool {
        let Some(place) = self.0.iter().position(|(of, _)| of == hash) else { return false };
        let used = self.0.remove(place);
        self.0.extend(used);
        true
    }

    fn keep(&mut self, hash: Hash, dissection: Dissection) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((hash, dissection));
    }
}

impl Engine {
    /// Whether an image is there taken apart, by the present model and settings.
    pub fn is_dissected(&self, hash: &Hash) -> bool {
        self.model.as_ref().is_some_and(|model| model.dissections.get(hash).is_some())
    }

    /// Takes an image file apart and keeps that, unless it is there. `bytes` are looked at only if
    /// [`Self::is_dissected`] says no.
    ///
    /// # Errors
    ///
    /// [`EngineError::Decode`] if it is not a readable image, [`EngineError::Changed`] if its content has not that hash,
    /// [`EngineError::NotStarted`] before a model was loaded, [`EngineError::Extract`] if the device fails.
    pub async fn dissect(&mut self, hash: Hash, bytes: &[u8]) -> Result<(), EngineError> {
        let model = self.model.as_mut().ok_or(EngineError::NotStarted)?;
        if model.dissections.touch(&hash) {
            return Ok(());
        }
        if hash != Hash::from(Sha256::digest(bytes)) {
            return Err(EngineError::Changed);
        }
        let picture = image::decode(bytes)?;
        let dissected = self.extractor()?.dissect(&picture).await.map_err(|error| self.fault(error))?;
        if let Some(model) = &mut self.model {
            model.dissections.keep(hash, dissected);
        }
        Ok(())
    }

    /// Why two images are as alike as they are.
    ///
    /// # Errors
    ///
    /// [`EngineError::NotDissected`] if one of them was not taken apart, or too long ago.
    pub fn explain(&self, first: &Hash, second: &Hash) -> Result<Explained, EngineError> {
        let settings = self.extractor()?.settings();
        let parts = self.dissection(first)?.explain(self.dissection(second)?, settings);
        Ok(Explained { sentences: parts.iter().map(Explanation::sentence).collect(), parts })
    }

    /// What is inside an image's features.
    ///
    /// # Errors
    ///
    /// [`EngineError::NotDissected`] if it was not taken apart, or too long ago.
    pub fn inspect(&self, hash: &Hash) -> Result<Inside, EngineError> {
        let (settings, dissection) = (self.extractor()?.settings(), self.dissection(hash)?);
        let gradients = settings.objectives.iter().filter_map(|objective| dissection.gradient(objective, settings));
        Ok(Inside { objectives: gradients.collect() })
    }

    fn dissection(&self, hash: &Hash) -> Result<&Dissection, EngineError> {
        let model = self.model.as_ref().ok_or(EngineError::NotStarted)?;
        model.dissections.get(hash).ok_or(EngineError::NotDissected)
    }
}
