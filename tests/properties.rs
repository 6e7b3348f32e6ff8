//! What must hold of features for any numbers: images and objectives are alone, seeds decide, projections keep products.

#![allow(clippy::unwrap_used)]

mod common;

use burn::prelude::*;
use common::{DIM, SIDE, difference, draw, numbers, vit};
use mycoscope::arithmetic::{cosine, dot_f64};
use mycoscope::fungi::exact::inner_product;
use mycoscope::fungi::negatives::from_images;
use mycoscope::fungi::projection::Projector;
use mycoscope::fungi::{
    Extractor, Features, Given, Limits, Negatives, Objective, Part, Projection, Settings, SimclrSettings, Trace, Views,
};
use mycoscope::image::Rgb;

const E: usize = 12;
const VIEW: usize = 3 * SIDE * SIDE;

fn device() -> Device {
    Device::flex()
}

fn extractor(settings: Settings, limits: Limits) -> Extractor {
    let negatives = Negatives::new(draw(9, 30 * DIM, 1.0), DIM);
    let vit = vit(&device());
    let given = Given::draw(&settings, negatives, limits, vit.config(), &device());
    Extractor::with_given(vit, settings, given).unwrap()
}

/// Random views of an image. Two settings with the same set of views get the same numbers for it.
fn views(settings: &Settings, image: u32) -> Views {
    let sets = settings.view_sets();
    let sets: Vec<Vec<f32>> = sets.iter().map(|set| draw(100 + 7 * image, set.count(SIDE) * VIEW, 1.0)).collect();
    Views::given(&sets.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn features(settings: Settings) -> Features {
    let views = views(&settings, 0);
    pollster::block_on(extractor(settings, Limits::default()).compute(views)).unwrap()
}

fn assert_same(a: &Features, b: &Features, what: &str) {
    assert_eq!(a.parts().count(), b.parts().count());
    for ((part, a), (other, b)) in a.parts().zip(b.parts()) {
        assert!(part == other && difference(a, b) < 1e-4, "{what}: {part:?}");
    }
}

/// All objectives with few views, so that several images share a pass.
fn few() -> Settings {
    let mut settings = Settings::default();
    for objective in &mut settings.objectives {
        match objective {
            Objective::Kl(_) => {}
            Objective::Dino(dino) => dino.local = 3,
            Objective::Simclr(simclr) => simclr.strides = 2,
        }
    }
    settings
}

#[test]
fn neither_other_images_nor_the_devices_limits_change_features() {
    let settings = few();
    assert_eq!(settings.views(SIDE), 1 + 5 + 9);
    let images: Vec<Views> = (0..5).map(|image| views(&settings, image)).collect();
    let alone = extractor(settings.clone(), Limits { views: 1, ..Limits::default() });
    let alone: Vec<_> = images.iter().map(|views| pollster::block_on(alone.compute(views.clone())).unwrap()).collect();
    // The widest tensor of a view: the MLP's hidden values, or the attention weights.
    let config = vit(&device()).config().clone();
    let widest = 4 * (config.tokens() * config.hidden.max(3 * DIM)).max(VIEW);
    let default = Limits::default();
    let cases = [
        ("all images in one pass", default),
        ("two images per pass", Limits { views: 30, ..default }),
        ("four passes per image", Limits { activations: 4 * widest, ..default }),
        ("one view per pass", Limits { activations: 1, ..default }),
        ("five rows of signs per tensor", Limits { signs: 5 * (DIM * (DIM + 1)).div_ceil(32) * 4, ..default }),
    ];
    for (name, limits) in cases {
        let extractor = extractor(settings.clone(), limits);
        let together = pollster::block_on(extractor.compute_all(images.clone())).unwrap();
        assert_eq!(together.len(), images.len());
        alone.iter().zip(&together).for_each(|(alone, together)| assert_same(alone, together, name));
    }
}

#[test]
fn objectives_leave_each_other_alone() {
    let all = few();
    let together = features(all.clone());
    assert_eq!(together.parts().map(|(part, _)| part).collect::<Vec<_>>(), Part::ALL);
    // Every selection of objectives.
    for bits in 0..1 << all.objectives.len() {
        let on = |i: &usize| bits >> i & 1 == 1;
        let some = (0..all.objectives.len()).filter(on).map(|i| all.objectives[i].clone()).collect();
        let settings = all.with_objectives(some);
        let some = features(settings.clone());
        assert_eq!(some.parts().map(|(part, _)| part).collect::<Vec<_>>(), settings.parts());
        for (part, vector) in some.parts() {
            assert!(difference(vector, together.get(part).unwrap()) < 1e-4, "{part:?}");
        }
    }
}

#[test]
fn means_are_those_of_the_heads() {
    let settings = few();
    let (extractor, views) = (extractor(settings.clone(), Limits::default()), views(&settings, 0));
    let features = pollster::block_on(extractor.compute(views.clone())).unwrap();
    let traces = pollster::block_on(extractor.trace(views)).unwrap();
    for (objective, (part, trace)) in settings.objectives.iter().zip(&traces) {
        assert_eq!(objective.part(), *part);
        let Some(means) = objective.means() else { continue };
        let expected: Vec<f32> = (0..DIM).map(|i| trace.u.iter().skip(i).step_by(DIM).sum()).collect();
        assert!(cosine(features.get(means.heads).unwrap(), &expected) > 0.999_999);
    }
}

#[test]
fn an_explanation_adds_up() {
    let settings = few();
    let extractor = extractor(settings.clone(), Limits::default());
    let picture = |lane: u32| {
        let data = draw(lane, 3 * 40 * 30, 127.0).into_iter().map(|x| (x + 127.0) as u8).collect();
        pollster::block_on(extractor.dissect(&Rgb { width: 40, height: 30, data })).unwrap()
    };
    let (first, second) = (picture(1), picture(2));
    assert_eq!(first.size, (40, 30));
    let explanations = first.explain(&second, &settings);
    assert_eq!(explanations.iter().map(|of| of.part).collect::<Vec<_>>(), settings.parts());
    for explanation in explanations {
        let (part, pairs) = (explanation.part, &explanation.pairs);
        let sum: f64 = pairs.pairs.iter().map(|pair| f64::from(*pair)).sum();
        assert!((sum - pairs.cosine).abs() < 1e-5, "{part:?}: {sum} {}", pairs.cosine);
        let views = explanation.views.count(SIDE);
        match (first.trace(part), second.trace(part)) {
            (Some(a), Some(b)) => {
                let product = |a: &Trace, b: &Trace| inner_product((&a.d, &a.u), (&b.d, &b.u), DIM);
                let exact = product(a, b) / (product(a, a) * product(b, b)).sqrt();
                assert!((sum - exact).abs() < 1e-5 * exact.abs().max(1e-3), "{part:?}: {sum} {exact}");
                // Five standard deviations of the projection.
                let noise = explanation.noise.unwrap();
                assert!((explanation.cosine - exact).abs() < 5.0 * noise, "{part:?}: {} {exact}", explanation.cosine);
                assert_eq!((pairs.rows, pairs.columns), (views, views));
            }
            _ if part == Part::Embedding => {
                assert_eq!(pairs.rows, first.patches.grid[0] * first.patches.grid[1]);
                assert!(pairs.pairs.iter().all(|pair| pair.is_finite()));
            }
            // Means are not projected: what is taken apart is what neighbours are ranked by.
            _ => {
                assert!(explanation.noise.is_none() && pairs.direction.is_empty());
                assert!((explanation.cosine - pairs.cosine).abs() < 1e-5, "{part:?}");
                assert_eq!((pairs.rows, pairs.columns), (views, views));
            }
        }
    }
    let features = pollster::block_on(extractor.compute(extractor.views(&Rgb {
        width: 40,
        height: 30,
        data: draw(1, 3 * 40 * 30, 127.0).into_iter().map(|x| (x + 127.0) as u8).collect(),
    })));
    assert_same(&first.features, &features.unwrap(), "taken apart");
}

#[test]
fn what_is_inside_a_gradient_adds_up() {
    let settings = few();
    let extractor = extractor(settings.clone(), Limits::default());
    let data = draw(1, 3 * 40 * 30, 127.0).into_iter().map(|x| (x + 127.0) as u8).collect();
    let image = pollster::block_on(extractor.dissect(&Rgb { width: 40, height: 30, data })).unwrap();
    for objective in &settings.objectives {
        let (part, inside) = (objective.part(), image.gradient(objective, &settings).unwrap());
        let trace = image.trace(part).unwrap();
        let views = inside.views.count(SIDE);
        assert_eq!([inside.regions.len(), inside.losses.len(), inside.lengths.len()], [views; 3], "{part:?}");
        let sum: f64 = inside.losses.iter().map(|loss| f64::from(*loss)).sum();
        assert!((inside.loss - sum).abs() < 1e-9 * sum.abs() && sum > 0.0, "{part:?}: {sum} {}", inside.loss);
        let square = inner_product((&trace.d, &trace.u), (&trace.d, &trace.u), DIM);
        assert!((inside.length.powi(2) - square).abs() < 1e-9 * square, "{part:?}");
        assert!(inside.length <= 1.000_001 * inside.lengths.iter().sum::<f64>(), "{part:?}: views can only cancel out");
        assert_eq!(image.features.get(part), Some(&inside.projected[..]));
    }
    let without = extractor.with_settings(settings.with_objectives(Vec::new())).unwrap();
    let data = vec![90; 3 * 40 * 30];
    let bare = pollster::block_on(without.dissect(&Rgb { width: 40, height: 30, data })).unwrap();
    assert!(bare.gradient(&settings.objectives[0], &settings).is_none());
}

#[test]
fn seeds_differ_and_repeat() {
    let with = |seed| features(Settings { seed, ..few() });
    let (first, again, other) = (with(0), with(0), with(1));
    for part in [Part::Kl, Part::Dino, Part::Simclr] {
        assert_eq!(first.get(part), again.get(part));
        assert!(cosine(first.get(part).unwrap(), other.get(part).unwrap()) < 0.9, "{part:?}");
    }
    assert_eq!(first.get(Part::Embedding), other.get(Part::Embedding));
}

#[test]
fn negatives_of_an_image_do_not_depend_on_the_others() {
    let vit = vit(&device());
    let picture = |lane: u32| Rgb {
        width: 40,
        height: 30,
        data: draw(lane, 3 * 40 * 30, 127.0).into_iter().map(|x| (x + 127.0) as u8).collect(),
    };
    let images: Vec<Rgb> = (0..3).map(picture).collect();
    // Nine windows an image: all three share a pass.
    let settings = SimclrSettings { strides: 2, ..SimclrSettings::default() };
    let mut ticks = 0;
    let together = pollster::block_on(from_images(&vit, &settings, &images, || ticks += 1)).unwrap();
    assert_eq!((together.count(), ticks), (27, 3));
    let alone =
        |image: &Rgb| pollster::block_on(from_images(&vit, &settings, std::slice::from_ref(image), || ())).unwrap();
    let alone: Vec<f32> = images.iter().flat_map(|image| alone(image).values().to_vec()).collect();
    // A last bit of f32 may turn into one of f16.
    assert!(difference(together.values(), &alone) < 1e-3);
    let saved = Negatives::load(&together.save(&[]).unwrap()).unwrap();
    assert_eq!(saved, together, "saving changes nothing");
}

/// `<f, f'>` is unbiased, and its spread falls with the square root of D.
#[test]
fn projections_keep_inner_products() {
    let (pairs, views) = (24u32, 5);
    for (projection, bound) in [(Projection::Rademacher, 1.3), (Projection::KhatriRao, 2.5)] {
        let spread = |size: usize| {
            let settings = Settings { projection, ..Settings::default() };
            let projector = Projector::draw(&settings, size, E, &Limits::default(), &device());
            let (mut sum, mut squares) = (0.0, 0.0);
            for pair in 0..pairs {
                let rows = |lane| draw(100 + 4 * pair + lane, views * E, 1.0);
                let [d, u, d2, u2] = [0u32, 1, 2, 3].map(rows);
                let f = |d: &[f32], u: &[f32]| {
                    let shape = [1, views, E];
                    let tensor = |x: &[f32]| Tensor::<3>::from_data(TensorData::new(x.to_vec(), shape), &device());
                    numbers(projector.project(tensor(d), tensor(u)))
                };
                let exact = |a: (&[f32], &[f32]), b: (&[f32], &[f32])| inner_product(a, b, E);
                let norms = (exact((&d, &u), (&d, &u)) * exact((&d2, &u2), (&d2, &u2))).sqrt();
                let error = (dot_f64(&f(&d, &u), &f(&d2, &u2)) - exact((&d, &u), (&d2, &u2))) / norms;
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
