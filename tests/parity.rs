//! The method against golden tensors that PyTorch made with autograd through the whole last block.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::Arc;

use burn::prelude::*;
use common::{Golden, cosine, difference, extractor, numbers};
use mycoscope::fungi::exact::gradient;
use mycoscope::fungi::objectives::{NegativeLatents, Simclr};
use mycoscope::fungi::views;
use mycoscope::fungi::{Dense, Part, Settings, Views};
use mycoscope::image::decode;

const IMAGES: usize = 3;
const FOUR: [Part; 4] = [Part::Embedding, Part::Kl, Part::Dino, Part::Simclr];

/// Golden's name of a part, and what golden's reduction divides by: KL is a mean over its 768 latents there, a sum here.
fn named(part: Part, library: bool) -> (String, f32) {
    match part {
        Part::Kl => ("kl".into(), 768.0),
        Part::Simclr if library => ("simclr_library".into(), 1.0),
        part => (part.key().into(), 1.0),
    }
}

#[test]
fn losses_and_gradients_agree() {
    let golden = Golden::read();
    for library in [false, true] {
        let extractor = extractor(&golden, library, &Device::flex());
        for image in 0..IMAGES {
            let traces = pollster::block_on(extractor.trace(&golden.views(image))).unwrap();
            assert_eq!(traces.iter().map(|(part, _)| *part).collect::<Vec<_>>(), FOUR[1..]);
            for (part, trace) in traces {
                let (name, scale) = named(part, library);
                let name = format!("image{image}.{name}");
                let loss = difference(&[trace.loss / scale], &golden.values(&format!("{name}.loss")));
                assert!(loss < 1e-4, "{name}: loss off by {loss}");
                let ours: Vec<f32> = gradient(&trace.d, &trace.u, 64).iter().map(|&g| g as f32 / scale).collect();
                let expected = golden.values(&format!("{name}.gradient"));
                let off = difference(&ours, &expected);
                assert!(off < 1e-4 && cosine(&ours, &expected) > 0.999_999, "{name}: gradient off by {off}");
            }
        }
    }
}

#[test]
fn features_agree() {
    let golden = Golden::read();
    for library in [false, true] {
        let extractor = extractor(&golden, library, &Device::flex());
        let views: Vec<_> = (0..IMAGES).map(|image| golden.views(image)).collect();
        let features = pollster::block_on(extractor.compute_all(&views)).unwrap();
        for (image, features) in features.iter().enumerate() {
            for part in &FOUR[1..] {
                let name = format!("image{image}.{}.feature", named(*part, library).0);
                let similar = cosine(features.get(*part).unwrap(), &golden.values(&name));
                assert!(similar > 0.999_99, "{name}: cosine {similar}");
            }
            let embedding = golden.values(&format!("image{image}.embedding"));
            assert!(cosine(features.get(Part::Embedding).unwrap(), &embedding) > 0.999_999);
            if !library {
                let (ours, expected) = (features.concatenated(&FOUR), golden.values(&format!("image{image}.fungi")));
                assert!(cosine(&ours, &expected) > 0.999_99 && difference(&ours, &expected) < 1e-3);
            }
        }
    }
}

/// From the files on: our decoding, resampling and windows instead of golden's views, golden's boxes for DINO's crops.
#[test]
fn features_agree_from_the_files_on() {
    let golden = Golden::read();
    let extractor = extractor(&golden, false, &Device::flex());
    for image in 0..IMAGES {
        let file = std::fs::read(format!("tests/golden/tiny/images/{image}.png")).unwrap();
        let picture = decode(&file).unwrap();
        let cut = Views::given(
            &views::inference(&picture, 32),
            &views::dino(&picture, &golden.boxes(image), 32),
            &views::simclr(&picture, extractor.settings().simclr.as_ref().unwrap(), 32),
        );
        let expected = golden.views(image);
        let off = cut.values().iter().zip(expected.values()).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
        assert!(off < 1.01 / 255.0, "image {image}: views off by {off}");
        let features = pollster::block_on(extractor.compute(&cut)).unwrap();
        let similar = cosine(&features.concatenated(&FOUR), &golden.values(&format!("image{image}.fungi")));
        assert!(similar > 0.9999, "image {image}: cosine {similar}");
    }
}

#[test]
fn means_are_those_of_the_heads() {
    let golden = Golden::read();
    let extractor = extractor(&golden, false, &Device::flex());
    let features = pollster::block_on(extractor.compute(&golden.views(1))).unwrap();
    let traces = pollster::block_on(extractor.trace(&golden.views(1))).unwrap();
    for (part, mean) in [(Part::Dino, Part::MeanDino), (Part::Simclr, Part::MeanSimclr)] {
        let (_, trace) = traces.iter().find(|(of, _)| *of == part).unwrap();
        let expected: Vec<f32> = (0..64).map(|i| trace.u.iter().skip(i).step_by(64).sum()).collect();
        assert!(cosine(features.get(mean).unwrap(), &expected) > 0.999_999);
    }
}

#[test]
fn dense_features_agree() {
    let device = Device::flex();
    let golden = Golden::read();
    let vit = Arc::new(common::vit(&device));
    let given = golden.given(&device);
    let picture = |image: usize| golden.tensor::<3>(&format!("image{image}.inference.view"), &device).unsqueeze_dim(0);
    for image in 0..IMAGES {
        let dense = Dense::new(vit.clone(), picture(image));
        let tokens = golden.values(&format!("image{image}.tokens"));
        assert!(difference(&numbers(dense.embeddings()), &tokens) < 1e-4);
        let next = Dense::new(vit.clone(), picture((image + 1) % IMAGES)).embeddings();
        let latents = given.heads.simclr.forward(next);
        for (name, library) in [("dense", false), ("dense_library", true)] {
            let [count, latent] = latents.dims();
            let each = latents.clone().unsqueeze_dim::<3>(0).expand([17, count, latent]);
            // The same negatives for all tokens, and the same again as a set for each token.
            for negatives in [NegativeLatents::shared(latents.clone()), NegativeLatents::each(each)] {
                let head = given.heads.simclr.clone();
                let objective = Simclr { head, negatives, temperature: 0.07, library };
                let name = format!("image{image}.{name}");
                let loss = difference(&numbers(dense.loss(&objective)), &golden.values(&format!("{name}.loss")));
                assert!(loss < 1e-4, "{name}: loss off by {loss}");
                let ours = numbers(dense.features(&objective, &given.projector));
                let expected = golden.values(&format!("{name}.feature"));
                for (token, (ours, expected)) in ours.chunks(64).zip(expected.chunks(64)).enumerate() {
                    let similar = cosine(ours, expected);
                    assert!(similar > 0.9999, "{name}, token {token}: cosine {similar}");
                }
            }
        }
    }
}

#[test]
fn settings_count_goldens_views() {
    let golden = Golden::read();
    let numbers = golden.views(0).values().len();
    assert_eq!(numbers, Settings::default().views(32) * 3 * 32 * 32);
}
