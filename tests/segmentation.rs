//! Segmentation as the engine offers it, with the embedded model.

#![allow(clippy::unwrap_used)]

use burn::prelude::*;
use mycoscope::engine::segment::{Maps, Opened, Resemblance, SegmentError, Segmenter, scenes, write_mask};
use mycoscope::fungi::{Extractor, Negatives, Projection, Settings};
use mycoscope::image::{Rgb, decode, encode_png};
use mycoscope::segmentation::{Iou, Mask, MaskPalette, MaskSet, Propagation, UNLABELLED, Value};
use mycoscope::vit::ViT;
use mycoscope::vit::catalogue::Catalogue;

/// Half the default side, so that the tests take seconds: 16 x 16 patches.
const SIDE: usize = 128;

fn settings() -> Settings {
    // Dense gradients need neither the views nor the model's negatives.
    Settings::default().with_objectives(Vec::new())
}

fn extractor(settings: Settings) -> Extractor {
    let weights = include_bytes!("../models/vit-ti8-64/model.safetensors");
    let options = Catalogue::built_in().unwrap().find("vit-ti8-64").unwrap().options();
    let vit = ViT::load(weights, &options, &Device::flex()).unwrap();
    Extractor::new(vit, settings, Negatives::default()).unwrap()
}

/// A segmenter with its extractor.
struct Studio {
    extractor: Extractor,
    segmenter: Segmenter,
}

impl Studio {
    fn new(settings: Settings) -> Self {
        Self { extractor: extractor(settings), segmenter: Segmenter::new() }
    }

    fn try_open(&mut self, id: u32, picture: &Rgb, side: usize) -> Result<Opened, SegmentError> {
        pollster::block_on(self.segmenter.open(&self.extractor, id, picture, Some(side)))
    }

    fn open(&mut self, id: u32, picture: &Rgb) -> Opened {
        self.try_open(id, picture, SIDE).unwrap()
    }

    fn paint(&mut self, id: u32, mask: &Mask) {
        assert_ne!(self.segmenter.paint(id, mask.clone()).unwrap(), 0, "some patch carries a label");
    }

    /// The maps, and what was said of the progress.
    fn try_maps(&mut self, id: u32) -> Result<(Maps, Vec<(usize, usize)>), SegmentError> {
        let mut said = Vec::new();
        let mut progress = |done, total| said.push((done, total));
        let propagation = Propagation::default();
        let maps = pollster::block_on(self.segmenter.propagate(&self.extractor, id, &propagation, &mut progress))?;
        Ok((maps, said))
    }

    fn maps(&mut self, id: u32) -> Maps {
        self.try_maps(id).unwrap().0
    }

    /// How many photos' gradients the maps of a photo have to wait for.
    fn gradients(&mut self, id: u32) -> usize {
        let said = self.try_maps(id).unwrap().1;
        let total = said.last().map_or(0, |last| last.1);
        let expected: Vec<_> = if total == 0 { Vec::new() } else { (0..=total).map(|done| (done, total)).collect() };
        assert_eq!(said, expected, "each photo is announced, and the end");
        total
    }

    /// Opens the sample scenes, and paints strokes on the first of each pair: the support. Returns all true masks.
    fn scenes(&mut self) -> Vec<Mask> {
        let scenes = scenes(0).1;
        for (id, scene) in (0..).zip(&scenes) {
            assert_eq!(self.open(id, &decode(&scene.bytes).unwrap()).grid, 16);
        }
        let support: Vec<u32> = (0..scenes.len() as u32).step_by(2).collect();
        assert_eq!(self.segmenter.support(support.clone()), [0; 0]);
        support.iter().for_each(|&id| self.paint(id, &strokes(&scenes[id as usize].mask)));
        scenes.into_iter().map(|scene| scene.mask).collect()
    }
}

/// One stroke for each class, five pixels thick, along the longest row of the class.
fn strokes(truth: &Mask) -> Mask {
    let (width, height) = (truth.width as usize, truth.height as usize);
    let mut mask = Mask::unlabelled(truth.width, truth.height);
    for (class, _) in truth.counts() {
        let longest = |y: usize| {
            let row = &truth.labels[y * width..(y + 1) * width];
            let runs = row.chunk_by(|a, b| a == b).scan(0, |x, run| {
                *x += run.len();
                Some((run.len(), *x - run.len(), run[0]))
            });
            runs.filter(|run| run.2 == class).max_by_key(|run| run.0).unwrap_or_default()
        };
        let row = (2..height - 2).max_by_key(|&y| longest(y).0).unwrap();
        let (length, start, _) = longest(row);
        for y in row - 2..=row + 2 {
            for x in start..start + length {
                if truth.labels[y * width + x] == class {
                    mask.labels[y * width + x] = class;
                }
            }
        }
    }
    mask
}

fn agreement(a: &[u8], b: &[u8]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / a.len() as f64
}

#[test]
fn strokes_on_sample_scenes_beat_the_majority_class() {
    let mut studio = Studio::new(settings());
    let truths = studio.scenes();
    let (mut embedding, mut fungi) = (Iou::new(), Iou::new());
    for (id, truth) in (0..).zip(&truths).skip(1).step_by(2) {
        assert!(studio.maps(id).fungi.score.is_none(), "no truth, no score");
        studio.segmenter.set_truth(id, Some(truth.clone())).unwrap();
        let maps = studio.maps(id);
        let (width, height) = maps.size;
        assert_eq!((maps.size, maps.images), ((truth.width, truth.height), truths.len() / 2));
        let painted = (0..truths.len() as u32).step_by(2).map(|id| strokes(&truths[id as usize]));
        let painted: usize = painted.map(|mask| touched(&mask, 16)).sum();
        assert_eq!((maps.bank, maps.labelled), (painted, painted));
        for (map, all) in [(&maps.embedding, &mut embedding), (&maps.fungi, &mut fungi)] {
            let mask = Mask::new(width, height, map.labels.clone()).unwrap();
            assert!((map.shares.iter().map(|share| share.1).sum::<f32>() - 1.0).abs() < 1e-4);
            let mut alone = Iou::new();
            alone.add(&mask, truth);
            assert_eq!(map.score, alone.score());
            all.add(&mask, truth);
        }
    }
    let majority = embedding.majority().unwrap().mean;
    let (embedding, fungi) = (embedding.score().unwrap().mean, fungi.score().unwrap().mean);
    println!("mIoU on sample scenes: majority class {majority:.3}, embedding {embedding:.3}, FUNGI {fungi:.3}");
    // 0.389, 0.835 and 0.844 when this was written.
    assert!((majority - 0.389).abs() < 0.001 && embedding > 0.8 && fungi > 0.81, "{majority} {embedding} {fungi}");
}

/// How many of `grid` x `grid` patches have a labelled pixel.
fn touched(mask: &Mask, grid: usize) -> usize {
    let (width, height) = (mask.width as usize, mask.height as usize);
    let labelled = (0..width * height).filter(|&i| mask.labels[i] != UNLABELLED);
    let patches: std::collections::HashSet<_> =
        labelled.map(|i| (i % width * grid / width, i / width * grid / height)).collect();
    patches.len()
}

#[test]
fn painting_computes_no_feature_and_another_support_does() {
    let mut studio = Studio::new(settings());
    let truths = studio.scenes();
    // Four support photos and the query.
    assert_eq!(studio.gradients(1), 5);
    let before = studio.maps(1);
    studio.paint(0, &truths[0]);
    assert_eq!(studio.gradients(1), 0);
    let after = studio.maps(1);
    assert!(after.bank > before.bank && after.fungi != before.fungi);
    // Without the last support photo, all others have other negatives.
    studio.segmenter.support(vec![0, 2, 4]);
    assert_eq!(studio.gradients(1), 4);
    // A support photo has no negatives of its own, so it needs none anew as a query.
    assert_eq!(studio.gradients(0), 0);
}

#[test]
fn a_respawned_engine_gives_the_same_maps_and_another_seed_other_gradients() {
    let maps = |seed| {
        let mut studio = Studio::new(Settings { seed, ..settings() });
        studio.scenes();
        let maps = studio.maps(3);
        (maps.embedding, maps.fungi)
    };
    let (first, again, other) = (maps(0), maps(0), maps(1));
    assert_eq!(first, again);
    assert_eq!(first.0, other.0);
    assert_ne!(first.1, other.1);
}

#[test]
fn khatri_rao_gives_nearly_the_same_map() {
    let map = |projection| {
        let mut studio = Studio::new(Settings { projection, ..settings() });
        studio.scenes();
        studio.maps(5).fungi.labels
    };
    let agree = agreement(&map(Projection::Rademacher), &map(Projection::KhatriRao));
    assert!(agree > 0.9, "{agree}");
}

#[test]
fn a_photo_can_be_its_own_support() {
    let mut studio = Studio::new(settings());
    let scene = scenes(3).1.remove(0);
    studio.open(9, &decode(&scene.bytes).unwrap());
    studio.segmenter.support(vec![9]);
    studio.paint(9, &strokes(&scene.mask));
    studio.segmenter.set_truth(9, Some(scene.mask)).unwrap();
    let maps = studio.maps(9);
    let (embedding, fungi) = (maps.embedding.score.unwrap().mean, maps.fungi.score.unwrap().mean);
    // 0.837 and 0.784 when this was written.
    assert!(embedding > 0.8 && fungi > 0.75, "{embedding} {fungi}");
}

#[test]
fn a_patch_resembles_itself_most() {
    let mut studio = Studio::new(settings());
    studio.scenes();
    let ask = |studio: &Studio| -> Vec<Resemblance> { studio.segmenter.resemblance(1, 40, &[1, 0, 77]).unwrap() };
    let before = ask(&studio);
    assert_eq!(before.iter().map(|r| r.id).collect::<Vec<_>>(), [1, 0]);
    assert!(before[0].fungi.is_empty() && before[0].embedding.len() == 256);
    studio.maps(1);
    let after = ask(&studio);
    for cosines in [&after[0].embedding, &after[0].fungi] {
        assert!((cosines[40] - 1.0).abs() < 1e-4 && cosines.iter().all(|&c| c <= 1.0 + 1e-4));
    }
    assert!(after[1].fungi.len() == 256 && after[1].fungi.iter().all(|c| (-1.001..0.9999).contains(c)));
}

#[test]
fn masks_are_written_and_read_back() {
    let mut studio = Studio::new(settings());
    let opened = studio.open(1, &Rgb { width: 20, height: 10, data: vec![90; 600] });
    assert_eq!((opened.size, opened.photo), ((20, 10), (20, 10)));
    // High classes, and unlabelled pixels.
    let mask = Mask::new(20, 10, (0..200).map(|i| if i % 5 == 0 { UNLABELLED } else { i + 54 }).collect()).unwrap();
    let bytes = write_mask(&mask, &[[1, 2, 3], [4, 5, 6]]).unwrap();
    let read = studio.segmenter.read_mask(1, &bytes).unwrap();
    assert_eq!(read.value(1), Value::Index { index: 1, colour: [4, 5, 6, 255] });
    assert_eq!(MaskPalette::of(&MaskSet::of(&read)).unwrap().labels(&read), Ok(mask));
}

#[test]
fn what_cannot_be_done_gets_a_sentence() {
    let mut studio = Studio::new(settings());
    let photo = |width: usize, height: usize| {
        let data = (0..width * height).flat_map(|i| [(i % 251) as u8, (i / 251) as u8, 0]).collect();
        Rgb { width, height, data }
    };
    studio.open(1, &photo(30, 20));
    let read = |studio: &Studio, bytes: &[u8]| studio.segmenter.read_mask(1, bytes).unwrap_err();
    let lying = Mask { width: 30, height: 20, labels: vec![0; 5] };
    let errors = [
        (studio.try_open(2, &photo(9, 9), 100).unwrap_err(), "multiple of 8"),
        (studio.try_open(2, &photo(9, 9), 8).unwrap_err(), "at least 16"),
        (studio.try_open(2, &photo(9, 9), 8000).unwrap_err(), "at most 912 pixels"),
        (studio.try_open(2, &photo(0, 9), SIDE).unwrap_err(), "no pixels"),
        (read(&studio, b"no mask"), "PNG"),
        (read(&studio, &encode_png(&photo(20, 30))), "255 classes"),
        (read(&studio, &encode_png(&photo(10, 10))), "10 x 10 pixels, but its photo has 30 x 20"),
        (studio.segmenter.paint(1, Mask::unlabelled(20, 30)).unwrap_err(), "20 x 30"),
        (studio.segmenter.paint(5, Mask::unlabelled(30, 20)).unwrap_err(), "not open"),
        (studio.segmenter.paint(1, lying.clone()).unwrap_err(), "brings 5 labels"),
        (studio.segmenter.set_truth(1, Some(lying.clone())).unwrap_err(), "brings 5 labels"),
        (write_mask(&lying, &[]).unwrap_err(), "brings 5 labels"),
        (studio.try_maps(1).unwrap_err(), "Nothing is labelled"),
        (studio.try_maps(5).unwrap_err(), "not open"),
        (studio.segmenter.resemblance(1, 256, &[]).unwrap_err(), "256 patches"),
    ];
    for (error, part) in errors {
        let sentence = error.to_string();
        assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence:?} should say {part:?}");
    }
    // Nothing was lost: the photo still takes labels.
    assert_eq!(studio.segmenter.support(vec![1, 2]), [2]);
    studio.paint(1, &Mask::new(30, 20, vec![4; 600]).unwrap());
    assert!(studio.maps(1).fungi.labels.iter().all(|&label| label == 4));
    // Another model's photos are not this one's.
    studio.extractor = extractor(settings());
    assert!(studio.try_maps(1).unwrap_err().to_string().contains("not open"));
}

#[test]
fn a_forgotten_photo_is_not_part_of_the_support() {
    let mut studio = Studio::new(settings());
    studio.scenes();
    studio.segmenter.forget(2);
    assert_eq!(studio.maps(1).images, 3);
    assert!(studio.try_maps(2).is_err());
    let again = studio.segmenter.support(vec![0, 2]);
    assert_eq!((again, studio.maps(1).images), (vec![2], 1));
}
