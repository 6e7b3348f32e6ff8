use super::*;
use crate::fungi::{Contributions, ViewSet};

const WHOLE: Region = Region { left: 0.0, top: 0.0, width: 1.0, height: 1.0 };

/// A part of 2 x 2 views, left and right halves.
fn explanation(part: Part, cosine: f64, pairs: [f32; 4]) -> Explanation {
    let halves = WHOLE.grid([1, 2]);
    let direction = if matches!(part, Part::Dino) { vec![0.9, 0.1, 0.1, 0.1] } else { Vec::new() };
    let sum = pairs.iter().map(|pair| f64::from(*pair)).sum();
    let pairs =
        Contributions { rows: 2, columns: 2, pairs: pairs.to_vec(), content: vec![0.5; 4], direction, cosine: sum };
    let views = ViewSet::Crops { global: 1, local: 1 };
    Explanation { part, views, regions: [halves.clone(), halves], cosine, noise: None, pairs }
}

fn parts() -> Vec<Explanation> {
    vec![
        explanation(Part::Embedding, 0.8, [0.1, 0.1, 0.1, 0.1]),
        explanation(Part::Dino, 0.3, [0.5, -0.3, 0.1, 0.1]),
        explanation(Part::MeanDino, 0.9, [0.2, 0.2, 0.2, 0.2]),
    ]
}

#[test]
fn means_are_shown_once_they_count() {
    let shown = |weights: &Weights| Facet::all(&parts(), weights);
    let paper = [Facet::Sum, Facet::Part(Part::Embedding), Facet::Part(Part::Dino)];
    assert_eq!(shown(&Weights::fungi()), paper);
    assert_eq!(shown(&Weights::of(&[Part::MeanDino])).len(), 4);
}

#[test]
fn a_parts_pairs_come_strongest_first_with_their_share() {
    let strongest = Facet::Part(Part::Dino).strongest(&parts(), &Weights::fungi(), 3);
    let told: Vec<_> = strongest.iter().map(|of| (of.names.join("-"), of.pair.value, of.factor())).collect();
    assert_eq!(told[0], ("crop 1-crop 1".into(), 0.5, Some(Factor::Direction)));
    assert_eq!(told[1], ("crop 1-crop 2".into(), -0.3, Some(Factor::Content)));
    assert_eq!(told.len(), 3);
    assert!((strongest[0].share - 0.5).abs() < 1e-6 && strongest[1].share < 0.0);
    assert!((strongest[1].regions[1].left - 0.5).abs() < 1e-6);
    assert_eq!(Facet::Part(Part::Kl).strongest(&parts(), &Weights::fungi(), 3), [], "a part that is off");
}

/// With equal weights the pairs add up to the weighted mean; the embedding counts once, whole.
#[test]
fn pairs_of_all_parts_add_up_to_the_score() {
    let strongest = Facet::Sum.strongest(&parts(), &Weights::fungi(), 100);
    assert_eq!(strongest.len(), 1 + 4);
    let sum: f32 = strongest.iter().map(|of| of.pair.value).sum();
    assert!((sum - (0.8 + 0.4) / 2.0).abs() < 1e-6, "{sum}");
    assert_eq!((strongest[0].part, &strongest[0].names[0][..]), (Part::Embedding, "the whole view"));
    assert_eq!(strongest[0].factor(), None);
    let shares: f32 = strongest.iter().map(|of| of.share.abs()).sum();
    assert!((shares - 1.0).abs() < 1e-6, "{shares}");
    assert_eq!(Facet::Sum.strongest(&parts(), &Weights::of(&[]), 3), [], "nothing has a weight");
}

#[test]
fn heats_of_all_parts_add_up_alike() {
    let mean = |heat: &Heat| heat.values.iter().sum::<f32>() / heat.values.len() as f32;
    for image in [0, 1] {
        let of = |facet: Facet| facet.heat(&parts(), &Weights::fungi(), image, (8, 4));
        assert!((mean(&of(Facet::Part(Part::Dino))) - 0.4).abs() < 1e-6);
        assert!((mean(&of(Facet::Sum)) - 0.6).abs() < 1e-6);
    }
    let first = Facet::Part(Part::Dino).heat(&parts(), &Weights::fungi(), 0, (2, 1));
    assert!((first.values[0] - 2.0 * 0.2).abs() < 1e-6 && (first.values[1] - 2.0 * 0.2).abs() < 1e-6, "{first:?}");
    let second = Facet::Part(Part::Dino).heat(&parts(), &Weights::fungi(), 1, (2, 1));
    assert!(second.values[0] > 1.0 && second.values[1] < 0.0, "{second:?}");
}
