//! Centring: the gallery's mean taken from every part, which then becomes a unit vector again. It costs nothing and, in
//! our measurements, helps every feature.

use crate::fungi::{Features, Part};

/// The mean of each part over a gallery.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Centring {
    means: [Option<Vec<f32>>; 6],
}

impl Centring {
    /// The means of `gallery`; an item that lacks a part, or has it in another length than the first that has it, does
    /// not count for that part.
    pub fn fit<'a>(gallery: impl IntoIterator<Item = &'a Features>) -> Self {
        let mut sums: [Option<(Vec<f64>, usize)>; 6] = Default::default();
        for features in gallery {
            for (part, vector) in features.parts() {
                let (sum, count) = sums[part.index()].get_or_insert_with(|| (vec![0.0; vector.len()], 0));
                if sum.len() == vector.len() {
                    sum.iter_mut().zip(vector).for_each(|(sum, &x)| *sum += f64::from(x));
                    *count += 1;
                }
            }
        }
        let mean = |(sum, count): (Vec<f64>, usize)| sum.iter().map(|sum| (sum / count as f64) as f32).collect();
        Self { means: sums.map(|sum| sum.map(mean)) }
    }

    /// The mean of `part`, if any item of the gallery had it.
    pub fn mean(&self, part: Part) -> Option<&[f32]> {
        self.means[part.index()].as_deref()
    }

    /// `features` less the means, each part normalised again. A part without a mean stays as it is; a part equal to its
    /// mean becomes zero, which resembles nothing.
    pub fn apply(&self, features: &Features) -> Features {
        let mut centred = Features::new();
        for (part, vector) in features.parts() {
            let vector = match self.mean(part) {
                Some(mean) if mean.len() == vector.len() => vector.iter().zip(mean).map(|(x, mean)| x - mean).collect(),
                _ => vector.to_vec(),
            };
            centred.set(part, vector);
        }
        centred
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn embedding(vector: &[f32]) -> Features {
        let mut features = Features::new();
        features.set(Part::Embedding, vector.to_vec());
        features
    }

    #[test]
    fn two_items_end_up_opposite() {
        let gallery = [embedding(&[1.0, 0.0]), embedding(&[0.0, 1.0])];
        let centring = Centring::fit(&gallery);
        assert_eq!(centring.mean(Part::Embedding), Some(&[0.5, 0.5][..]));
        assert_eq!(centring.mean(Part::Kl), None);
        let half = std::f32::consts::FRAC_1_SQRT_2;
        for (features, expected) in gallery.iter().zip([[half, -half], [-half, half]]) {
            let centred = centring.apply(features);
            let got = centred.get(Part::Embedding).unwrap();
            assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{got:?}");
        }
    }

    #[test]
    fn one_item_resembles_nothing_and_strange_lengths_do_no_harm() {
        let only = embedding(&[0.6, 0.8]);
        let centring = Centring::fit([&only, &embedding(&[1.0, 0.0, 0.0])]);
        assert!(centring.apply(&only).get(Part::Embedding).unwrap().iter().all(|x| *x == 0.0));
        assert_eq!(centring.apply(&embedding(&[0.0, 0.0, 1.0])), embedding(&[0.0, 0.0, 1.0]));
    }
}
