//! From images to features.

use sha2::{Digest, Sha256};
use web_time::Instant;

use super::{
    Engine, EngineError,
    protocol::{Item, Timings},
};
use crate::{
    fungi::Features,
    gallery::{Content, Hash},
    image::{self, Rgb},
};

/// Longest side of a thumbnail in pixels.
const THUMBNAIL: u32 = 128;

/// The result for an image file.
#[derive(Debug, Clone, PartialEq)]
pub enum Embedded {
    /// It was computed.
    Item(Box<Item>),
    /// Its content is known already: computed before, or passed to [`Engine::add_known`].
    Known(Hash),
}

impl Engine {
    /// Decodes an image file and computes its features, unless its content is known.
    ///
    /// # Errors
    ///
    /// [`EngineError::Decode`] if it is not a readable image; otherwise as [`Engine::features`].
    pub async fn embed(&mut self, bytes: &[u8]) -> Result<Embedded, EngineError> {
        let extractor = self.extractor()?;
        let hash: Hash = Sha256::digest(bytes).into();
        if self.known.contains(&hash) {
            return Ok(Embedded::Known(hash));
        }
        let mut clock = Instant::now();
        let mut lap = || {
            let now = Instant::now();
            let millis = now.duration_since(clock).as_secs_f64() * 1e3;
            clock = now;
            millis
        };
        let picture = image::decode(bytes)?;
        let thumbnail = image::thumbnail(&picture, THUMBNAIL);
        let decode = lap();
        let cut = extractor.views(&picture);
        let views = lap();
        let features = extractor.compute(cut).await.map_err(|error| self.fault(error))?;
        let timings = Timings { decode, views, compute: lap() };
        let content = Content { hash, size: (picture.width as u32, picture.height as u32), thumbnail };
        self.known.insert(hash);
        Ok(Embedded::Item(Box::new(Item { content, features, timings })))
    }

    /// The features of a decoded image.
    ///
    /// # Errors
    ///
    /// [`EngineError::NotStarted`] before a model was loaded, [`EngineError::Extract`] if the device fails.
    pub async fn features(&self, picture: &Rgb) -> Result<Features, EngineError> {
        let extractor = self.extractor()?;
        extractor.compute(extractor.views(picture)).await.map_err(|error| self.fault(error))
    }
}
