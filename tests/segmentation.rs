//! Segmentation through the engine's own requests, with the model that ships.

#![allow(clippy::unwrap_used)]

use burn::prelude::*;
use mycoscope::engine::segment::Segmenter;
use mycoscope::engine::{Maps, SceneFile, SegmentEvent, SegmentRequest, SegmentStep};
use mycoscope::fungi::{Extractor, Negatives, Projection, Settings};
use mycoscope::image::{Rgb, encode_png};
use mycoscope::segmentation::{Iou, Mask, Propagation, UNLABELLED};
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

/// A segmenter with all that it said.
struct Talk {
    extractor: Extractor,
    segmenter: Segmenter,
}

impl Talk {
    fn new(settings: Settings) -> Self {
        Self { extractor: extractor(settings), segmenter: Segmenter::new() }
    }

    /// Every answer to a request.
    fn all(&mut self, request: SegmentRequest) -> Vec<SegmentEvent> {
        let mut events = Vec::new();
        pollster::block_on(self.segmenter.handle(&self.extractor, request, &mut |event| events.push(event))).unwrap();
        events
    }

    /// The last answer.
    fn ask(&mut self, request: SegmentRequest) -> SegmentEvent {
        self.all(request).pop().unwrap()
    }

    fn open(&mut self, id: u32, bytes: &[u8]) -> SegmentEvent {
        self.ask(SegmentRequest::Open { id, bytes: bytes.to_vec(), side: Some(SIDE) })
    }

    fn paint(&mut self, id: u32, mask: &Mask) {
        let painted = self.ask(SegmentRequest::Paint { id, mask: mask.clone() });
        assert!(matches!(painted, SegmentEvent::Painted { patches: 1.., .. }), "{painted:?}");
    }

    fn maps(&mut self, id: u32, truth: Option<&Mask>) -> Maps {
        match self.ask(propagate(id, truth)) {
            SegmentEvent::Maps(maps) => *maps,
            other => panic!("{other:?}"),
        }
    }

    /// The sentence of a refusal.
    fn refused(&mut self, request: SegmentRequest) -> String {
        match self.ask(request) {
            SegmentEvent::Refused { reason, .. } => reason,
            other => panic!("not refused: {other:?}"),
        }
    }

    /// The sample scenes; the first of each pair is the support, and is painted with strokes.
    fn scenes(&mut self) -> Vec<SceneFile> {
        let SegmentEvent::Scenes { scenes, .. } = self.ask(SegmentRequest::Scenes { seed: 0 }) else { panic!() };
        for (id, scene) in (0..).zip(&scenes) {
            assert!(matches!(self.open(id, &scene.bytes), SegmentEvent::Opened { grid: 16, .. }));
        }
        let support: Vec<u32> = (0..scenes.len() as u32).step_by(2).collect();
        self.ask(SegmentRequest::Support { ids: support.clone() });
        support.iter().for_each(|&id| self.paint(id, &strokes(&scenes[id as usize].mask)));
        scenes
    }
}

fn propagate(id: u32, truth: Option<&Mask>) -> SegmentRequest {
    SegmentRequest::Propagate { id, ticket: 7, settings: Propagation::default(), truth: truth.cloned() }
}

/// One stroke a class, five pixels thick, along the longest row of the class.
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
    let mut talk = Talk::new(settings());
    let scenes = talk.scenes();
    let (mut embedding, mut fungi) = (Iou::new(), Iou::new());
    for (id, scene) in (0..).zip(&scenes).skip(1).step_by(2) {
        let maps = talk.maps(id, Some(&scene.mask));
        assert_eq!((maps.ticket, maps.size, maps.images), (7, (scene.mask.width, scene.mask.height), scenes.len() / 2));
        assert!(maps.bank > 0 && maps.bank < 16 * 16 * scenes.len() / 2, "strokes label some patches: {}", maps.bank);
        let (width, height) = maps.size;
        for (map, iou) in [(&maps.embedding, &mut embedding), (&maps.fungi, &mut fungi)] {
            iou.add(&Mask::new(width, height, map.labels.clone()).unwrap(), &scene.mask);
            assert!((map.shares.iter().map(|share| share.1).sum::<f32>() - 1.0).abs() < 1e-4);
            assert!(map.score.as_ref().unwrap().mean > 0.0);
        }
    }
    let majority = embedding.majority().unwrap().mean;
    let (embedding, fungi) = (embedding.score().unwrap().mean, fungi.score().unwrap().mean);
    println!("mIoU on sample scenes: majority class {majority:.3}, embedding {embedding:.3}, FUNGI {fungi:.3}");
    assert!(embedding > majority && fungi > majority, "{majority} {embedding} {fungi}");
}

#[test]
fn painting_computes_no_feature_and_another_support_does() {
    let mut talk = Talk::new(settings());
    let scenes = talk.scenes();
    let gradients = |events: &[SegmentEvent]| {
        let is = |event: &&SegmentEvent| matches!(event, SegmentEvent::Progress { step: SegmentStep::Gradients, .. });
        events.iter().filter(is).count()
    };
    // Four support photos and the query, and the end.
    assert_eq!(gradients(&talk.all(propagate(1, None))), 6);
    let before = talk.maps(1, None);
    talk.paint(0, &scenes[0].mask);
    let events = talk.all(propagate(1, None));
    assert_eq!(gradients(&events), 0);
    let Some(SegmentEvent::Maps(after)) = events.last() else { panic!() };
    assert!(after.bank > before.bank && after.fungi != before.fungi);
    // Without the last support photo, all others have other negatives.
    talk.ask(SegmentRequest::Support { ids: vec![0, 2, 4] });
    assert_eq!(gradients(&talk.all(propagate(1, None))), 5);
    // Of the support, the query's own patches are no negatives of its own.
    assert_eq!(gradients(&talk.all(propagate(0, None))), 0);
}

#[test]
fn a_respawned_engine_gives_the_same_maps_and_another_seed_other_gradients() {
    let maps = |seed| {
        let mut talk = Talk::new(Settings { seed, ..settings() });
        talk.scenes();
        let maps = talk.maps(3, None);
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
        let mut talk = Talk::new(Settings { projection, ..settings() });
        talk.scenes();
        talk.maps(5, None).fungi.labels
    };
    let agree = agreement(&map(Projection::Rademacher), &map(Projection::KhatriRao));
    assert!(agree > 0.9, "{agree}");
}

#[test]
fn one_photo_alone_teaches_itself() {
    let mut talk = Talk::new(settings());
    let SegmentEvent::Scenes { scenes, .. } = talk.ask(SegmentRequest::Scenes { seed: 3 }) else { panic!() };
    talk.open(9, &scenes[0].bytes);
    talk.ask(SegmentRequest::Support { ids: vec![9] });
    talk.paint(9, &strokes(&scenes[0].mask));
    let maps = talk.maps(9, Some(&scenes[0].mask));
    let (embedding, fungi) = (maps.embedding.score.unwrap().mean, maps.fungi.score.unwrap().mean);
    assert!(embedding > 0.4 && fungi > 0.4, "{embedding} {fungi}");
}

#[test]
fn a_patch_resembles_itself_most() {
    let mut talk = Talk::new(settings());
    talk.scenes();
    let ask = |talk: &mut Talk| match talk.ask(SegmentRequest::Resemblance { id: 1, patch: 40, with: vec![1, 0, 77] }) {
        SegmentEvent::Resemblance { with, .. } => with,
        other => panic!("{other:?}"),
    };
    let before = ask(&mut talk);
    assert_eq!(before.iter().map(|r| r.id).collect::<Vec<_>>(), [1, 0]);
    assert!(before[0].fungi.is_empty() && before[0].embedding.len() == 256);
    talk.maps(1, None);
    let after = ask(&mut talk);
    for cosines in [&after[0].embedding, &after[0].fungi] {
        assert!((cosines[40] - 1.0).abs() < 1e-4 && cosines.iter().all(|&c| c <= 1.0 + 1e-4));
    }
    assert!(after[1].fungi.len() == 256 && after[1].fungi.iter().all(|c| (-1.001..0.9999).contains(c)));
}

#[test]
fn masks_are_written_and_read_back() {
    let mut talk = Talk::new(settings());
    let photo = encode_png(&Rgb { width: 20, height: 10, data: vec![90; 600] });
    assert!(matches!(talk.open(1, &photo), SegmentEvent::Opened { size: (20, 10), photo: (20, 10), .. }));
    let mask = Mask::new(20, 10, (0..200).map(|i| if i % 5 == 0 { UNLABELLED } else { i / 50 }).collect()).unwrap();
    let palette = vec![[1, 2, 3], [4, 5, 6]];
    let write = SegmentRequest::WriteMask { ticket: 3, mask: mask.clone(), palette };
    let SegmentEvent::MaskWritten { ticket: 3, bytes } = talk.ask(write) else { panic!() };
    let SegmentEvent::MaskRead { mask: read, colours, .. } = talk.ask(SegmentRequest::ReadMask { id: 1, bytes }) else {
        panic!()
    };
    assert_eq!((read, colours[1]), (mask, [4, 5, 6]));
}

#[test]
fn what_cannot_be_done_gets_a_sentence() {
    let mut talk = Talk::new(settings());
    let photo = |width: usize, height: usize| {
        let data = (0..width * height).flat_map(|i| [(i % 251) as u8, (i / 251) as u8, 0]).collect();
        encode_png(&Rgb { width, height, data })
    };
    talk.open(1, &photo(30, 20));
    let read = |bytes| SegmentRequest::ReadMask { id: 1, bytes };
    let sentences = [
        (talk.refused(SegmentRequest::Open { id: 2, bytes: b"no photo".to_vec(), side: None }), "image"),
        (talk.refused(SegmentRequest::Open { id: 2, bytes: photo(9, 9), side: Some(100) }), "multiple of 8"),
        (talk.refused(SegmentRequest::Open { id: 2, bytes: photo(9, 9), side: Some(8) }), "at least 16"),
        (talk.refused(SegmentRequest::Open { id: 2, bytes: photo(9, 9), side: Some(8000) }), "at most 912 pixels"),
        (talk.refused(read(b"no mask".to_vec())), "PNG"),
        (talk.refused(read(photo(20, 30))), "256 classes"),
        (talk.refused(read(photo(10, 10))), "10 x 10 pixels, but its photo has 30 x 20"),
        (talk.refused(SegmentRequest::Paint { id: 1, mask: Mask::unlabelled(20, 30) }), "20 x 30"),
        (talk.refused(SegmentRequest::Paint { id: 5, mask: Mask::unlabelled(30, 20) }), "not open"),
        (talk.refused(propagate(1, None)), "Nothing is labelled"),
        (talk.refused(propagate(5, None)), "not open"),
        (talk.refused(SegmentRequest::Resemblance { id: 1, patch: 256, with: vec![] }), "256 patches"),
    ];
    for (sentence, part) in sentences {
        assert!(sentence.contains(part) && sentence.ends_with('.'), "{sentence:?} should say {part:?}");
    }
    // Labels that lie about their size.
    let mask = Mask { width: 30, height: 20, labels: vec![0; 5] };
    assert!(talk.refused(SegmentRequest::Paint { id: 1, mask }).contains("brings 5 labels"));
    // Nothing was lost: the photo still takes labels.
    talk.ask(SegmentRequest::Support { ids: vec![1, 2] });
    talk.paint(1, &Mask::new(30, 20, vec![4; 600]).unwrap());
    assert!(talk.maps(1, None).fungi.labels.iter().all(|&label| label == 4));
    // Another model's photos are not this one's.
    talk.extractor = extractor(settings());
    assert!(talk.refused(propagate(1, None)).contains("not open"));
}
