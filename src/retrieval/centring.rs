//! Centring: subtract the gallery's mean from every part, then normalise the part again. It costs nothing and, in our
//! measurements, helps every feature.

use crate::fungi::{Features, Part, PartMap};

/// The mean of each part over a gallery.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Centring {
    means: PartMap<Option<Vec<f32>>>,
}

impl Centring {
    /// The means of `gallery`. An item counts for a part only if it has it, in the same length as the first that has it.
    pub fn fit<'a>(gallery: impl IntoIterator<Item = &'a Features>) -> Self {
        let mut sums = PartMap::<Option<(Vec<f64>, usize)>>::default();
        for features in gallery {
            for (part, vector) in features.parts() {
                let (sum, count) = sums[part].get_or_insert_with(|| (vec![0.0; vector.len()], 0));
                if sum.len() == vector.len() {
                    sum.iter_mut().zip(vector).for_each(|(sum, &x)| *sum += f64::from(x));
                    *count += 1;
                }
            }
        }
        let mean = |(sum, count): &(Vec<f64>, usize)| sum.iter().map(|sum| (sum / *count as f64) as f32).collect();
        Self { means: PartMap::from_fn(|part| sums[part].as_ref().map(mean)) }
    }

    /// The same for the parts that `wanted` says; the others stay as they are.
    pub fn only(mut self, wanted: &PartMap<bool>) -> Self {
        for (part, wanted) in wanted.iter() {
            if !wanted {
                self.means[part] = None;
            }
        }
        self
    }

    /// The mean of `part`, if any item of the gallery had it.
    pub fn mean(&self, part: Part) -> Option<&[f32]> {
        self.means[part].as_deref()
    }

    /// `features` minus the means, each part normalised again. A part without a mean stays as it is; a part equal to its
    /// mean becomes zero, whose cosine with anything is 0.
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
    fn one_part_can_be_centred_alone() {
        let mut both = embedding(&[1.0, 0.0]);
        both.set(Part::Kl, vec![0.0, 1.0]);
        let gallery = [both.clone(), embedding(&[0.0, 1.0])];
        let wanted = PartMap::from_fn(|part| part == Part::Embedding);
        let centred = Centring::fit(&gallery).only(&wanted).apply(&both);
        assert_eq!(centred.get(Part::Kl), both.get(Part::Kl));
        assert_ne!(centred.get(Part::Embedding), both.get(Part::Embedding));
    }

    #[test]
    fn a_single_item_becomes_zero_and_other_lengths_are_left_alone() {
        let only = embedding(&[0.6, 0.8]);
        let centring = Centring::fit([&only, &embedding(&[1.0, 0.0, 0.0])]);
        assert!(centring.apply(&only).get(Part::Embedding).unwrap().iter().all(|x| *x == 0.0));
        assert_eq!(centring.apply(&embedding(&[0.0, 0.0, 1.0])), embedding(&[0.0, 0.0, 1.0]));
    }
}
