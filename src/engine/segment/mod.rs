//! The engine's side of segmentation: open photos with their tokens, gradients and labels, and the maps they give.
//!
//! Tokens depend on photo and model; dense gradients also on the settings and on the set of support photos, whose patches
//! they contrast with; labels on the masks alone. So painting computes no feature again, and what a change has made stale
//! is computed when it is next needed. An open photo takes [`photo_memory`]: 8 MB at 256 pixels with patches of 8 and
//! E = 192.

mod error;
mod gradients;
mod map;
mod photo;
mod scenes;
mod side;

use std::collections::BTreeMap;

use web_time::Instant;

pub use super::protocol::{
    DenseMillis, MAP_SIDE, Map, Maps, Opened, Resemblance, SceneFile, largest_grid, map_size, photo_memory,
};
use crate::{
    fungi::{Extractor, SimclrSettings, views},
    image::{self, Rgb},
    segmentation::{Bank, ClassMap, Labelled, Mask, Propagation, RawMask, png, propagate},
};
pub use error::SegmentError;
use photo::OpenPhoto;
pub use scenes::scenes;
pub use side::{SIDE, dense_side};

/// Open photos under the numbers that the caller gives them, and which of them are the support. The extractor belongs to
/// the caller; photos of another model than its own are dropped.
#[derive(Default)]
pub struct Segmenter {
    photos: BTreeMap<u32, OpenPhoto>,
    support: Vec<u32>,
    /// The dense objective, unless it is the extractor's.
    simclr: Option<SimclrSettings>,
    /// Counts openings, so that a photo opened again is not taken for the one before.
    opened: u64,
}

impl Segmenter {
    /// No photo yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No photo yet; dense gradients by these settings, whatever the extractor's. Their negatives are patches of the
    /// photos themselves, so the extractor needs none.
    pub fn with_objective(simclr: SimclrSettings) -> Self {
        Self { simclr: Some(simclr), ..Self::default() }
    }

    /// Computes the tokens of a photo and keeps it as `id`, without labels, in place of any other under that number.
    /// `side` is what it is resized to, see [`dense_side`].
    ///
    /// # Errors
    ///
    /// A side that does not fit the model or is too large, a photo without pixels, or a device that fails.
    pub async fn open(
        &mut self,
        extractor: &Extractor,
        id: u32,
        picture: &Rgb,
        side: Option<usize>,
    ) -> Result<Opened, SegmentError> {
        self.drop_other_models(extractor);
        let clock = Instant::now();
        let side = dense_side(extractor, side)?;
        if picture.width == 0 || picture.height == 0 {
            return Err(SegmentError::Empty);
        }
        let view = views::whole(picture, side);
        let decode = millis(clock);
        let clock = Instant::now();
        self.opened += 1;
        let own = (picture.width as u32, picture.height as u32);
        let photo = OpenPhoto::new(extractor, view, side, own, self.opened).await?;
        let (size, grid) = (photo.size, photo.grid);
        self.photos.insert(id, photo);
        Ok(Opened { size, photo: own, grid, millis: DenseMillis { decode, tokens: millis(clock) } })
    }

    /// Drops a photo with all that belongs to it; nothing where it is not open.
    pub fn forget(&mut self, id: u32) {
        self.photos.remove(&id);
        self.support.retain(|&other| other != id);
    }

    /// Makes these photos the support, in this order. Returns the numbers that are not open, which are left out.
    pub fn support(&mut self, ids: Vec<u32>) -> Vec<u32> {
        let (known, unknown) = ids.into_iter().partition(|id| self.photos.contains_key(id));
        self.support = known;
        unknown
    }

    /// Gives a photo the labels of `mask` instead of those it had. Returns how many of its patches carry a label now.
    ///
    /// # Errors
    ///
    /// A photo that is not open, or a mask of neither its own size nor its maps'.
    pub fn paint(&mut self, id: u32, mask: Mask) -> Result<usize, SegmentError> {
        self.photo_mut(id)?.paint(mask)
    }

    /// Keeps the true labels of a photo, which its maps are scored against from now on; none: no score.
    ///
    /// # Errors
    ///
    /// As [`Segmenter::paint`].
    pub fn set_truth(&mut self, id: u32, mask: Option<Mask>) -> Result<(), SegmentError> {
        self.photo_mut(id)?.set_truth(mask)
    }

    /// The maps of a photo from the labels of the support. Computes the gradients that are missing first; `progress` hears
    /// how many photos' gradients are done, and of how many.
    ///
    /// # Errors
    ///
    /// A photo that is not open, a support without labels, an empty memory bank, or a device that fails.
    pub async fn propagate(
        &mut self,
        extractor: &Extractor,
        id: u32,
        settings: &Propagation,
        progress: &mut impl FnMut(usize, usize),
    ) -> Result<Maps, SegmentError> {
        self.drop_other_models(extractor);
        self.photo(id)?;
        let labelled: Vec<u32> = self.support.iter().copied().filter(|id| self.photos[id].is_labelled()).collect();
        if labelled.is_empty() {
            return Err(SegmentError::NoLabels);
        }
        let clock = Instant::now();
        let wanted: Vec<u32> = labelled.iter().copied().filter(|&other| other != id).chain([id]).collect();
        let simclr = self.simclr.as_ref().or(extractor.settings().simclr()).cloned().unwrap_or_default();
        gradients::update(extractor, &simclr, &mut self.photos, &self.support, &wanted, progress).await?;
        let gradients_millis = millis(clock);

        let clock = Instant::now();
        let pictures = labelled.iter().map(|id| &self.photos[id]);
        let pictures: Vec<_> = pictures.map(|p| Labelled { patches: p.patches(), labels: &p.labels }).collect();
        let bank = Bank::new(&pictures, settings.memory, settings.seed);
        if bank.is_empty() {
            return Err(SegmentError::NoMemory);
        }
        let (neighbours, temperature) = settings.resolve(bank.images());
        let photo = self.photo(id)?;
        let both = propagate(photo.patches(), &bank, neighbours, temperature);
        let map = |classes: &ClassMap| map::draw(classes, photo.size, photo.truth.as_ref());
        Ok(Maps {
            size: photo.size,
            embedding: map(&both.embedding),
            fungi: map(&both.fungi),
            bank: bank.len(),
            labelled: bank.labelled(),
            images: bank.images(),
            neighbours: neighbours.min(bank.len()),
            temperature,
            gradients_millis,
            propagation_millis: millis(clock),
        })
    }

    /// Cosines of one patch of a photo with all patches of the photos in `with`; those that are not open are left out.
    ///
    /// # Errors
    ///
    /// A photo that is not open, or a patch that it does not have.
    pub fn resemblance(&self, id: u32, patch: usize, with: &[u32]) -> Result<Vec<Resemblance>, SegmentError> {
        let photo = self.photo(id)?;
        let patches = photo.grid * photo.grid;
        if patch >= patches {
            return Err(SegmentError::Patch { patch, patches });
        }
        let others = with.iter().filter_map(|id| Some((*id, self.photos.get(id)?)));
        Ok(others.map(|(id, other)| photo.resemblance(patch, id, other)).collect())
    }

    /// Reads the mask of a photo from a PNG, at the size of the photo's maps. Which class each value is depends on the
    /// other masks, which the asker knows.
    ///
    /// # Errors
    ///
    /// A photo that is not open, a file that is no mask, or one of another size than the photo's.
    pub fn read_mask(&self, id: u32, bytes: &[u8]) -> Result<RawMask, SegmentError> {
        let RawMask { width, height, values, kind } = image::decode_mask(bytes)?.into();
        let Mask { width, height, labels } = self.photo(id)?.fit(Mask::new(width, height, values)?)?;
        Ok(RawMask { width, height, values: labels, kind })
    }

    /// Another model's tokens are of no use: its photos have to be opened again.
    fn drop_other_models(&mut self, extractor: &Extractor) {
        self.photos.retain(|_, photo| photo.is_of(extractor));
        self.support.retain(|id| self.photos.contains_key(id));
    }

    fn photo(&self, id: u32) -> Result<&OpenPhoto, SegmentError> {
        self.photos.get(&id).ok_or(SegmentError::NotOpen)
    }

    fn photo_mut(&mut self, id: u32) -> Result<&mut OpenPhoto, SegmentError> {
        self.photos.get_mut(&id).ok_or(SegmentError::NotOpen)
    }
}

/// Writes labels as an indexed PNG, class i in the colour `palette[i]`; unlabelled pixels are transparent.
///
/// # Errors
///
/// A mask whose labels do not fit its size, or an encoder that fails.
pub fn write_mask(mask: &Mask, palette: &[[u8; 3]]) -> Result<Vec<u8>, SegmentError> {
    mask.check()?;
    Ok(png::write(mask, palette)?)
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
