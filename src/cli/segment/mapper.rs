//! From photos to maps: the support first, then each query.

use super::Segment;
use super::draw::draw;
use super::files::{check_name, mask_of, read_mask};
use super::report::{Counts, Millis, Query};
use crate::cli::CliError;
use crate::cli::folder::Found;
use crate::engine::segment::{Map, Maps, SegmentError, Segmenter};
use crate::fungi::Extractor;
use crate::image::Rgb;
use crate::segmentation::{Mask, MaskError, MaskPalette, UNLABELLED};

/// The engine's segmentation, what it works on, and what it has found so far.
pub(super) struct Mapper<'a> {
    options: &'a Segment,
    extractor: &'a Extractor,
    segmenter: Segmenter,
    palette: &'a MaskPalette,
    colours: Vec<[u8; 3]>,
    side: usize,
    /// Numbers of the support photos.
    support: Vec<u32>,
    counts: Counts,
    /// What was odd about photos that were mapped all the same.
    notes: Vec<String>,
    /// Sums over all photos.
    millis: Millis,
}

/// Why a query has no maps.
pub(super) enum Unmapped {
    /// The photo or its mask, in a sentence: the others may do.
    Photo(String),
    /// The maps could not be written: nor will the others'.
    Write(CliError),
}

impl From<String> for Unmapped {
    fn from(reason: String) -> Self {
        Self::Photo(reason)
    }
}

impl From<CliError> for Unmapped {
    fn from(error: CliError) -> Self {
        Self::Write(error)
    }
}

impl<'a> Mapper<'a> {
    pub(super) fn new(
        options: &'a Segment,
        extractor: &'a Extractor,
        segmenter: Segmenter,
        palette: &'a MaskPalette,
        side: usize,
    ) -> Self {
        let (counts, millis) = (Counts::default(), Millis::default());
        let (support, notes, colours) = (Vec::new(), Vec::new(), palette.colours());
        Self { options, extractor, segmenter, palette, colours, side, support, counts, notes, millis }
    }

    /// Adds a photo with its mask to the support.
    pub(super) fn add_support(&mut self, photo: &Found) -> Result<(), String> {
        check_name(photo)?;
        let mask = self.mask(photo)?.ok_or(
            "It has no mask: NAME.mask.png beside it, NAME.png in a folder \"masks\" in or beside its own, or in --masks.",
        )?;
        if !is_labelled(&mask) {
            return Err(MaskError::Unlabelled.to_string());
        }
        let picture = photo.read()?.image;
        let id = self.free();
        let labelled = self.open(id, &picture).and_then(|()| self.segmenter.paint(id, mask));
        if let Err(error) = labelled {
            self.segmenter.forget(id);
            return Err(error.to_string());
        }
        self.support.push(id);
        self.segmenter.support(self.support.clone());
        Ok(())
    }

    /// Maps a query, writes its files, and counts its score once they are written.
    pub(super) fn map(&mut self, photo: &Found, file: &str) -> Result<Query, Unmapped> {
        check_name(photo)?;
        let mut truth = self.mask(photo)?;
        if truth.take_if(|truth| !is_labelled(truth)).is_some() {
            self.notes.push(format!("{} is not scored. {}", photo.name, MaskError::Unlabelled));
        }
        let picture = photo.read()?.image;
        let id = self.free();
        let maps = self.maps(id, &picture, truth.clone());
        self.segmenter.forget(id);
        let Maps {
            size, embedding, fungi, bank, neighbours, temperature, gradients_millis, propagation_millis, ..
        } = maps.map_err(|error| error.to_string())?;
        self.millis.gradients += gradients_millis;
        self.millis.propagation += propagation_millis;
        let mask = |map: &Map| Mask { width: size.0, height: size.1, labels: map.labels.clone() };
        let (by_embedding, by_fungi) = (mask(&embedding), mask(&fungi));
        let draw = |feature: &str, map: Map, mask: &Mask| {
            draw(&self.options.out, &format!("{file}.{feature}"), &picture, map, mask, &self.colours)
        };
        let embedding = draw("embedding", embedding, &by_embedding)?;
        let fungi = draw("fungi", fungi, &by_fungi)?;
        if let Some(truth) = &truth {
            self.counts.scored += 1;
            self.counts.embedding.add(&by_embedding, truth);
            self.counts.fungi.add(&by_fungi, truth);
        }
        Ok(Query { name: photo.name.clone(), embedding, fungi, bank, neighbours, temperature })
    }

    /// Number of support photos.
    pub(super) fn support(&self) -> usize {
        self.support.len()
    }

    /// All queries' pixels so far.
    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What was odd about photos that were mapped all the same.
    pub(super) fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    /// Means over the photos, of which so many are queries. The support has gradients too.
    pub(super) fn millis(&self, queries: usize) -> Millis {
        let photos = (self.support.len() + queries) as f64;
        let Millis { tokens, gradients, propagation } = self.millis;
        Millis { tokens: tokens / photos, gradients: gradients / photos, propagation: propagation / queries as f64 }
    }

    /// A number that no photo has.
    fn free(&self) -> u32 {
        self.support.last().map_or(0, |last| last + 1)
    }

    fn open(&mut self, id: u32, picture: &Rgb) -> Result<(), SegmentError> {
        let opened = pollster::block_on(self.segmenter.open(self.extractor, id, picture, Some(self.side)))?;
        self.millis.tokens += opened.millis.tokens;
        Ok(())
    }

    fn maps(&mut self, id: u32, picture: &Rgb, truth: Option<Mask>) -> Result<Maps, SegmentError> {
        self.open(id, picture)?;
        self.segmenter.set_truth(id, truth)?;
        let settings = self.options.propagation();
        pollster::block_on(self.segmenter.propagate(self.extractor, id, &settings, &mut |_, _| ()))
    }

    /// A photo's mask, if it has one; the classes in `--ignore` are unlabelled.
    fn mask(&self, photo: &Found) -> Result<Option<Mask>, String> {
        let Some(path) = mask_of(photo, self.options.masks.as_deref()) else { return Ok(None) };
        let mut mask = self.palette.labels(&read_mask(&path)?).map_err(|error| error.to_string())?;
        let ignored = |class: &&mut u8| self.options.ignore.contains(class);
        mask.labels.iter_mut().filter(ignored).for_each(|class| *class = UNLABELLED);
        Ok(Some(mask))
    }
}

fn is_labelled(mask: &Mask) -> bool {
    mask.labels.iter().any(|&label| label != UNLABELLED)
}
