//! Ways to make and weigh features that are one click away.

use super::Method;
use crate::fungi::{Part, PartMap};
use crate::retrieval::Weights;

/// A choice of objectives, weights and centring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Embedding and the gradients of all three objectives, not centred.
    Paper,
    /// Embedding, DINO's gradient and the mean of DINO's views, each centred: a fifth of the paper's views.
    Lean,
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 2] = [Self::Paper, Self::Lean];

    /// Its name on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paper => "As in the paper",
            Self::Lean => "Lean",
        }
    }

    /// What it is, as a sentence.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Paper => "The embedding and the gradients of KL, DINO and SimCLR, all alike.",
            Self::Lean => {
                "The embedding, DINO's gradient and the mean of its views, each centred by the gallery's mean."
            }
        }
    }

    /// The weight of each part.
    pub fn weights(self) -> Weights {
        match self {
            Self::Paper => Weights::fungi(),
            Self::Lean => Weights::of(&LEAN),
        }
    }

    /// The parts that are centred.
    pub fn centred(self) -> PartMap<bool> {
        PartMap::from_fn(|part| self == Self::Lean && LEAN.contains(&part))
    }

    /// How its features are made; seed and projection stay as they are.
    pub fn method(self, method: &Method) -> Method {
        let usual = Method::default();
        let objectives = match self {
            Self::Paper => usual.objectives,
            Self::Lean => PartMap::from_fn(|part| part == Part::Dino),
        };
        Method { objectives, fewer_views: false, ..method.clone() }
    }

    /// Whether everything is as this preset sets it.
    pub fn is_chosen(self, method: &Method, weights: &Weights, centred: &PartMap<bool>) -> bool {
        self.method(method) == *method && self.weights() == *weights && self.centred() == *centred
    }
}

const LEAN: [Part; 3] = [Part::Embedding, Part::Dino, Part::MeanDino];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Settings;

    #[test]
    fn the_paper_is_the_default_and_lean_is_a_fifth_of_it() {
        let method = Method { seed: 3, ..Method::default() };
        assert!(Preset::Paper.is_chosen(&method, &Weights::fungi(), &PartMap::default()));
        assert!(!Preset::Lean.is_chosen(&method, &Weights::fungi(), &PartMap::default()));
        let [paper, lean] = Preset::ALL.map(|preset| preset.method(&method));
        assert_eq!([&paper, &lean].map(|method| method.settings().views(64)), [62, 13]);
        assert_eq!((lean.seed, paper.settings()), (3, Settings { seed: 3, ..Settings::default() }));
        let weighed = Part::ALL.map(|part| Preset::Lean.weights().get(part) > 0.0);
        assert_eq!(weighed, Part::ALL.map(|part| Preset::Lean.centred()[part]));
        assert!(
            LEAN.iter().all(|part| lean.settings().parts().contains(part)) && lean.settings().objectives.len() == 1
        );
    }
}
