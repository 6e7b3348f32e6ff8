//! How features were made.

use sha2::{Digest, Sha256};

use super::{Engine, EngineError};
use crate::{
    fungi::Negatives,
    gallery::{Provenance, hexadecimal},
};

impl Engine {
    /// How features are made at present, for a saved gallery.
    ///
    /// # Errors
    ///
    /// If no model is loaded.
    pub fn provenance(&self) -> Result<Provenance, EngineError> {
        let model = self.model.as_ref().ok_or(EngineError::NotStarted)?;
        let settings = model.extractor.settings().clone();
        let negatives = model.negatives.as_ref().filter(|_| settings.simclr().is_some());
        Ok(Provenance {
            model: model.info.name.clone(),
            sha256: model.info.sha256.clone(),
            config: model.extractor.vit().config().clone(),
            negatives: negatives.map(digest).unwrap_or_default(),
            settings,
        })
    }
}

/// SHA-256 of the negatives' values, in hexadecimal: the same in whatever format they were stored.
fn digest(negatives: &Negatives) -> String {
    let bytes: Vec<u8> = negatives.values().iter().flat_map(|x| x.to_le_bytes()).collect();
    hexadecimal(&Sha256::digest(bytes))
}
