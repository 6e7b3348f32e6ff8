//! The engine's side of segmentation: photos with their tokens, gradients and labels, and the maps they give.
//!
//! Tokens depend on photo and model; dense gradients also on the settings and on the set of support photos, whose
//! patches they contrast with; labels on nothing but the strokes. So painting recomputes no feature, and what a change
//! has made stale is computed again when it is next needed. A photo keeps [`photo_memory`](super::photo_memory): 16 MB
//! at 256 pixels with patches of 8 and E = 192.

mod error;
mod features;
mod photo;

use std::collections::BTreeMap;

use web_time::Instant;

use super::{DenseMillis, Map, Maps, Resemblance, SceneFile, SegmentEvent, SegmentRequest};
use crate::{
    drawings,
    fungi::{ExtractError, Extractor, SimclrSettings, views},
    image,
    segmentation::{Bank, ClassMap, Iou, Labelled, Mask, Patches, Propagation, png, propagate},
};
pub use error::SegmentError;
pub use features::{SIDE, dense_side};
use photo::Photo;

/// Scenes are drawn at this width and height.
const SCENE_SIDE: usize = 256;
/// Classes of which scenes are drawn: cup, fish, flower, leaf.
const SCENE_CLASSES: [usize; 4] = [2, 3, 4, 6];
/// The scenes' places within their class; the sample set has the first few.
const SCENE_INDICES: [usize; 2] = [100, 102];

/// Serves [`SegmentRequest`]s with an extractor that somebody else owns.
#[derive(Default)]
pub struct Segmenter {
    photos: BTreeMap<u32, Photo>,
    support: Vec<u32>,
    /// The dense objective, unless it is the extractor's.
    simclr: Option<SimclrSettings>,
    /// Counts openings, so that a photo opened again is known for another.
    opened: u64,
}

impl Segmenter {
    /// No photo yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No photo yet; dense gradients by these settings, whatever the extractor's. Their negatives are the photos' own
    /// patches, so that an extractor without the model's negatives will do.
    pub fn with_objective(simclr: SimclrSettings) -> Self {
        Self { simclr: Some(simclr), ..Self::default() }
    }

    /// Serves one request; `say` hears every answer.
    ///
    /// # Errors
    ///
    /// Where the device failed, and so will fail again; the refusal has been said.
    pub async fn handle(
        &mut self,
        extractor: &Extractor,
        request: SegmentRequest,
        say: &mut impl FnMut(SegmentEvent),
    ) -> Result<(), ExtractError> {
        // Another model's tokens are of no use: its photos have to be opened again.
        self.photos.retain(|_, photo| photo.is_of(extractor));
        let (id, ticket) = asker(&request);
        match self.serve(extractor, request, say).await {
            Ok(event) => say(event),
            Err(error) => {
                say(SegmentEvent::Refused { id, ticket, reason: error.to_string() });
                if let SegmentError::Extract(fault @ (ExtractError::Device(_) | ExtractError::NotFinite)) = error {
                    return Err(fault);
                }
            }
        }
        Ok(())
    }

    async fn serve(
        &mut self,
        extractor: &Extractor,
        request: SegmentRequest,
        say: &mut impl FnMut(SegmentEvent),
    ) -> Result<SegmentEvent, SegmentError> {
        match request {
            SegmentRequest::Open { id, bytes, side } => {
                let clock = Instant::now();
                let picture = image::decode(&bytes)?;
                self.open(extractor, id, &picture, side, millis(clock)).await
            }
            SegmentRequest::Forget { id } => {
                self.photos.remove(&id);
                self.support.retain(|&other| other != id);
                Ok(SegmentEvent::Forgotten { id })
            }
            SegmentRequest::Support { ids } => {
                let (known, unknown) = ids.into_iter().partition(|id| self.photos.contains_key(id));
                self.support = known;
                Ok(SegmentEvent::Supported { unknown })
            }
            SegmentRequest::Paint { id, mask } => {
                let patches = self.photo_mut(id)?.paint(mask)?;
                Ok(SegmentEvent::Painted { id, patches })
            }
            SegmentRequest::Propagate { id, ticket, settings, truth } => {
                let maps = self.propagate(extractor, id, ticket, &settings, truth, say).await?;
                Ok(SegmentEvent::Maps(Box::new(maps)))
            }
            SegmentRequest::Resemblance { id, patch, with } => {
                let photo = self.photo(id)?;
                let grid = photo.grid;
                if patch >= grid * grid {
                    return Err(SegmentError::Patch { patch, patches: grid * grid });
                }
                let photos = with.iter().filter_map(|id| Some((*id, self.photos.get(id)?)));
                let with = photos.map(|(id, other)| photo.resemblance(patch, id, other)).collect();
                Ok(SegmentEvent::Resemblance { id, patch, with })
            }
            SegmentRequest::ReadMask { id, bytes } => {
                let image::Mask { width, height, classes, palette } = image::decode_mask(&bytes)?;
                let photo = self.photo(id)?;
                let mask = photo.fit(Mask::new(width as u32, height as u32, classes)?)?;
                Ok(SegmentEvent::MaskRead { id, mask, colours: palette })
            }
            SegmentRequest::WriteMask { ticket, mask, palette } => {
                mask.check()?;
                Ok(SegmentEvent::MaskWritten { ticket, bytes: png::write(&mask, &palette)? })
            }
            SegmentRequest::Scenes { seed } => Ok(drawn(seed)),
        }
    }

    /// Computes the tokens of a decoded photo and keeps it as `id`, as [`SegmentRequest::Open`] does.
    ///
    /// # Errors
    ///
    /// A side that does not fit the model or is too large, a photo without pixels, or a device that fails.
    pub async fn open(
        &mut self,
        extractor: &Extractor,
        id: u32,
        picture: &image::Rgb,
        side: Option<usize>,
        decode: f64,
    ) -> Result<SegmentEvent, SegmentError> {
        let clock = Instant::now();
        let side = dense_side(extractor, side)?;
        if picture.width == 0 || picture.height == 0 {
            return Err(SegmentError::Empty);
        }
        let view = views::whole(picture, side);
        let decode = decode + millis(clock);
        let clock = Instant::now();
        self.opened += 1;
        let photo =
            Photo::new(extractor, view, side, (picture.width as u32, picture.height as u32), self.opened).await?;
        let (size, own, grid) = (photo.size, photo.own, photo.grid);
        self.photos.insert(id, photo);
        Ok(SegmentEvent::Opened { id, size, photo: own, grid, millis: DenseMillis { decode, tokens: millis(clock) } })
    }

    async fn propagate(
        &mut self,
        extractor: &Extractor,
        id: u32,
        ticket: u32,
        settings: &Propagation,
        truth: Option<Mask>,
        say: &mut impl FnMut(SegmentEvent),
    ) -> Result<Maps, SegmentError> {
        let truth = truth.map(|truth| self.photo(id)?.fit(truth)).transpose()?;
        self.photo(id)?;
        self.support.retain(|id| self.photos.contains_key(id));
        let labelled: Vec<u32> = self.support.iter().copied().filter(|id| self.photos[id].is_labelled()).collect();
        if labelled.is_empty() {
            return Err(SegmentError::NoLabels);
        }
        let clock = Instant::now();
        let wanted: Vec<u32> = labelled.iter().copied().filter(|&other| other != id).chain([id]).collect();
        let simclr = self.simclr.as_ref().or(extractor.settings().simclr()).cloned().unwrap_or_default();
        features::gradients(extractor, &simclr, &mut self.photos, &self.support, id, &wanted, say).await?;
        let gradients_millis = millis(clock);

        let clock = Instant::now();
        let pictures: Vec<(Patches, &Photo)> =
            labelled.iter().map(|id| (self.photos[id].patches(), &self.photos[id])).collect();
        let pictures: Vec<Labelled<'_>> =
            pictures.iter().map(|(patches, photo)| Labelled { patches, labels: &photo.labels }).collect();
        let bank = Bank::new(&pictures, settings.memory, settings.seed);
        drop(pictures);
        if bank.is_empty() {
            return Err(SegmentError::NoMemory);
        }
        let (neighbours, temperature) = settings.resolve(bank.images());
        let photo = self.photo(id)?;
        let both = propagate(&photo.patches(), &bank, neighbours, temperature);
        let map = |classes: &ClassMap| draw(classes, photo.size, truth.as_ref());
        Ok(Maps {
            id,
            ticket,
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

    fn photo(&self, id: u32) -> Result<&Photo, SegmentError> {
        self.photos.get(&id).ok_or(SegmentError::NotOpen)
    }

    fn photo_mut(&mut self, id: u32) -> Result<&mut Photo, SegmentError> {
        self.photos.get_mut(&id).ok_or(SegmentError::NotOpen)
    }
}

/// A map of pixels with its shares and, where the truth is known, its score.
fn draw(classes: &ClassMap, (width, height): (u32, u32), truth: Option<&Mask>) -> Map {
    let mask = classes.labels(width, height);
    let score = truth.and_then(|truth| {
        let mut iou = Iou::new();
        iou.add(&mask, truth);
        iou.score()
    });
    Map { shares: classes.pixel_shares(&mask), score, labels: mask.labels }
}

/// Serves what needs no model, and refuses the rest.
pub fn before_start(request: &SegmentRequest, say: &mut impl FnMut(SegmentEvent)) {
    let (id, ticket) = asker(request);
    say(match request {
        SegmentRequest::Scenes { seed } => drawn(*seed),
        _ => SegmentEvent::Refused { id, ticket, reason: SegmentError::NoModel.to_string() },
    });
}

/// The numbers that an answer returns to whoever asked.
fn asker(request: &SegmentRequest) -> (Option<u32>, Option<u32>) {
    match request {
        SegmentRequest::Open { id, .. }
        | SegmentRequest::Forget { id }
        | SegmentRequest::Paint { id, .. }
        | SegmentRequest::Resemblance { id, .. }
        | SegmentRequest::ReadMask { id, .. } => (Some(*id), None),
        SegmentRequest::Propagate { id, ticket, .. } => (Some(*id), Some(*ticket)),
        SegmentRequest::WriteMask { ticket, .. } => (None, Some(*ticket)),
        SegmentRequest::Support { .. } | SegmentRequest::Scenes { .. } => (None, None),
    }
}

fn drawn(seed: u64) -> SegmentEvent {
    let (classes, scenes) = scenes(seed);
    SegmentEvent::Scenes { classes, scenes }
}

/// Names of the two classes, and drawn scenes with masks of them, in pairs: one to paint on, one to ask about.
pub fn scenes(seed: u64) -> (Vec<String>, Vec<SceneFile>) {
    let draw = |class: usize, index: usize| {
        let scene = drawings::scene(seed, class, index, SCENE_SIDE, SCENE_SIDE);
        SceneFile {
            name: format!("{} {index}.png", scene.label),
            bytes: image::encode_png(&scene.rgb),
            mask: Mask {
                width: scene.rgb.width as u32,
                height: scene.rgb.height as u32,
                labels: scene.mask.iter().map(|&label| label.min(1)).collect(),
            },
        }
    };
    let scenes = SCENE_CLASSES.iter().flat_map(|&class| SCENE_INDICES.map(|index| draw(class, index))).collect();
    (["background", "object"].map(String::from).to_vec(), scenes)
}

fn millis(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}
