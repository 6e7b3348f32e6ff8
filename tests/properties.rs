//! What must hold of features for any numbers: images and objectives are alone, seeds decide, projections keep products.

#![allow(clippy::unwrap_used)]

mod common;

use burn::prelude::*;
use common::{Golden, cosine, difference, draw, extractor, numbers, settings};
use mycoscope::fungi::exact::inner_product;
use mycoscope::fungi::projection::Projector;
use mycoscope::fungi::{Extractor, Features, Negatives, Part, Projection, Settings};

const E: usize = 12;

fn device() -> Device {
    Device::flex()
}

#[test]
fn an_image_alone_and_in_a_batch_give_the_same() {
    let golden = Golden::read();
    let extractor = extractor(&golden, false, &device());
    let views: Vec<_> = (0..3).map(|image| golden.views(image)).collect();
    // Without SimCLR an image has 13 views, and several share a pass.
    let settings = Settings { simclr: None, ..settings(false) };
    let few = Extractor::with_given(extractor.vit().clone(), settings, golden.given(&device())).unwrap();
    let few_views: Vec<_> = (0..3)
        .map(|image| {
            let part = |name| golden.values(&format!("image{image}.{name}"));
            mycoscope::fungi::Views::given(&part("inference.view"), &part("dino.views"), &[])
        })
        .collect();
    for (extractor, views) in [(&extractor, &views), (&few, &few_views)] {
        let together = pollster::block_on(extractor.compute_all(views)).unwrap();
        for (views, together) in views.iter().zip(&together) {
            let alone = pollster::block_on(extractor.compute(views)).unwrap();
            assert_eq!(alone.parts().count(), together.parts().count());
            for ((part, alone), (_, together)) in alone.parts().zip(together.parts()) {
                assert!(difference(alone, together) < 1e-4, "{part:?}");
            }
        }
    }
}

fn features(settings: Settings) -> Features {
    let golden = Golden::read();
    let negatives = Negatives::new(draw(9, 30 * 64, 1.0), 64);
    let part = |name| golden.values(&format!("image0.{name}"));
    let dino = if settings.dino.is_some() { part("dino.views") } else { Vec::new() };
    let simclr = if settings.simclr.is_some() { part("simclr.views") } else { Vec::new() };
    let views = mycoscope::fungi::Views::given(&part("inference.view"), &dino, &simclr);
    let extractor = Extractor::new(common::vit(&device()), settings, negatives).unwrap();
    pollster::block_on(extractor.compute(&views)).unwrap()
}

#[test]
fn objectives_leave_each_other_alone() {
    let all = features(Settings::default());
    assert_eq!(all.parts().count(), 6);
    let off = [
        (Settings { kl: None, ..Settings::default() }, vec![Part::Kl]),
        (Settings { dino: None, ..Settings::default() }, vec![Part::Dino, Part::MeanDino]),
        (Settings { simclr: None, ..Settings::default() }, vec![Part::Simclr, Part::MeanSimclr]),
        (
            Settings { kl: None, dino: None, simclr: None, ..Settings::default() },
            Part::ALL.into_iter().filter(|&part| part != Part::Embedding).collect(),
        ),
    ];
    for (settings, without) in off {
        let some = features(settings);
        for part in Part::ALL {
            match some.get(part) {
                Some(some) => assert!(difference(some, all.get(part).unwrap()) < 1e-4, "{part:?}"),
                None => assert!(without.contains(&part), "{part:?}"),
            }
        }
        assert_eq!(some.parts().count() + without.len(), 6);
    }
}

#[test]
fn seeds_differ_and_repeat() {
    let with = |seed| features(Settings { seed, ..Settings::default() });
    let (first, again, other) = (with(0), with(0), with(1));
    for part in [Part::Kl, Part::Dino, Part::Simclr] {
        assert_eq!(first.get(part), again.get(part));
        assert!(cosine(first.get(part).unwrap(), other.get(part).unwrap()) < 0.9, "{part:?}");
    }
    assert_eq!(first.get(Part::Embedding), other.get(Part::Embedding));
}

/// `<f, f'>` is unbiased, and its spread falls as one over the root of D.
#[test]
fn projections_keep_inner_products() {
    let (pairs, views) = (24u32, 5);
    for (projection, bound) in [(Projection::Rademacher, 1.3), (Projection::KhatriRao, 2.5)] {
        let spread = |size: usize| {
            let settings = Settings { projection, projected: Some(size), ..Settings::default() };
            let projector = Projector::draw(&settings, E, &device());
            let (mut sum, mut squares) = (0.0, 0.0);
            for pair in 0..pairs {
                let rows = |lane| draw(100 + 4 * pair + lane, views * E, 1.0);
                let [d, u, d2, u2] = [0u32, 1, 2, 3].map(rows);
                let f = |d: &[f32], u: &[f32]| {
                    let shape = [1, views, E];
                    let tensor = |x: &[f32]| Tensor::<3>::from_data(TensorData::new(x.to_vec(), shape), &device());
                    numbers(projector.project(tensor(d), tensor(u)))
                };
                let dot: f64 = f(&d, &u).iter().zip(f(&d2, &u2)).map(|(&a, b)| f64::from(a) * f64::from(b)).sum();
                let exact = |a: (&[f32], &[f32]), b: (&[f32], &[f32])| inner_product(a, b, E);
                let norms = (exact((&d, &u), (&d, &u)) * exact((&d2, &u2), (&d2, &u2))).sqrt();
                let error = (dot - exact((&d, &u), (&d2, &u2))) / norms;
                sum += error;
                squares += error * error;
            }
            let n = f64::from(pairs);
            let rms = (squares / n).sqrt();
            assert!((sum / n).abs() < 3.0 * rms / n.sqrt(), "{projection:?}: biased by {}", sum / n);
            rms
        };
        let (small, large) = (spread(64), spread(1024));
        assert!(small * 8.0 < bound && small * 8.0 > 0.6, "{projection:?}, D = 64: {small}");
        let ratio = small / large;
        assert!((2.4..6.5).contains(&ratio), "{projection:?}: sixteen times the size, error {ratio} times smaller");
    }
}
