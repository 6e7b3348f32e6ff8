//! Packs an archive: evaluates, draws, writes, picture by picture.

use std::sync::Arc;

use super::parcels::{Pack, PackedImage};
use super::protocol::{Answer, Progress};
use super::work::Work;
use crate::archive::{Packer, Results, Study, Wish};
use crate::fungi::Features;
use crate::gallery::{Content, Entry};

/// Where the pictures are, and where the archive goes.
pub trait Luggage {
    /// The bytes of a picture, by its place among the images.
    ///
    /// # Errors
    ///
    /// Why it can't be read, as a sentence.
    fn read(&mut self, place: usize) -> Result<Vec<u8>, String>;

    /// Takes a further piece of the archive.
    fn put(&mut self, piece: Vec<u8>);

    /// The archive is complete.
    fn end(&mut self) {}
}

/// An archive that is being packed.
pub(super) struct Packing {
    order: Pack,
    images: Vec<(Entry, Features)>,
    luggage: Box<dyn Luggage>,
    stage: Stage,
}

enum Stage {
    Study(Box<Study>),
    Pictures(Box<Packer>, usize),
    Done,
}

impl Packing {
    /// Of images with their features, as `order` lists them.
    pub fn new(order: Pack, features: Vec<Features>, luggage: Box<dyn Luggage>) -> Self {
        let entry = |image: &PackedImage| Entry {
            id: image.id,
            name: image.name.clone(),
            label: image.label.clone(),
            content: Some(Arc::new(Content { hash: image.hash, size: image.size, thumbnail: Vec::new() })),
        };
        let images: Vec<(Entry, Features)> = order.images.iter().map(entry).zip(features).collect();
        let wish = Wish { k: order.k, seed: order.seed, own: order.own.clone() };
        let study = Study::new(images.iter().map(|(entry, features)| (features, entry.label.as_deref())), wish);
        Self { order, images, luggage, stage: Stage::Study(Box::new(study)) }
    }

    fn begin(&mut self, study: Study) -> Result<Packer, String> {
        let (evaluated, maps) = study.found();
        let results = Results {
            images: self.images.iter().map(|(entry, features)| (entry, features)).collect(),
            making: &self.order.making,
            evaluated: evaluated.as_ref(),
            maps: &maps,
            with_pictures: self.order.with_pictures,
        };
        Packer::begin(&results).map_err(|error| format!("The results could not be packed: {error}."))
    }

    fn picture(&mut self, packer: &mut Packer, place: usize) -> Result<(), String> {
        if self.order.images[place].pictured {
            let bytes = self.luggage.read(place)?;
            let name = &self.order.images[place].name;
            packer.picture(place, &bytes).map_err(|error| format!("{name} could not be packed: {error}."))?;
        }
        self.luggage.put(packer.take());
        Ok(())
    }

    fn finish(&mut self, packer: Packer) -> Answer {
        match packer.finish() {
            Ok(rest) => {
                self.luggage.put(rest);
                self.luggage.end();
                Answer::Packed
            }
            Err(error) => Answer::Refused(format!("The results could not be packed: {error}.")),
        }
    }
}

impl Work for Packing {
    fn step(&mut self, say: &mut dyn FnMut(Progress)) -> Option<Answer> {
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Study(mut study) => {
                if study.step() {
                    match self.begin(*study) {
                        Ok(packer) => self.stage = Stage::Pictures(Box::new(packer), 0),
                        Err(reason) => return Some(Answer::Refused(reason)),
                    }
                } else {
                    let (done, all) = study.progress();
                    say(Progress::Packing { done, all, pictures: false });
                    self.stage = Stage::Study(study);
                }
                None
            }
            Stage::Pictures(mut packer, place) => {
                let all = if self.order.with_pictures { self.order.images.len() } else { 0 };
                if place >= all {
                    return Some(self.finish(*packer));
                }
                if let Err(reason) = self.picture(&mut packer, place) {
                    return Some(Answer::Refused(reason));
                }
                say(Progress::Packing { done: place + 1, all, pictures: true });
                self.stage = Stage::Pictures(packer, place + 1);
                None
            }
            Stage::Done => Some(Answer::GivenUp),
        }
    }
}
