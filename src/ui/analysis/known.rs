//! What the worker has of the gallery's features, and what it has to be told. Decisions only: no browser is needed.

use std::collections::BTreeMap;

use crate::fungi::{Features, Part, PartMap};
use crate::gallery::{Id, Origin};

/// The features that the worker has: by what they were made, and the parts of each image.
#[derive(Debug, Default)]
pub struct Known {
    origin: Option<Origin>,
    images: BTreeMap<Id, PartMap<bool>>,
}

/// What the worker is to be told.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Plan {
    /// That all it has is of another origin.
    pub clear: bool,
    /// Images that are gone.
    pub remove: Vec<Id>,
    /// Images by their places among those given, with the parts that the worker lacks.
    pub put: Vec<(usize, Vec<Part>)>,
}

impl Known {
    /// What has to be told so that the worker has exactly `images`, each with those of its parts that are `wanted` and perhaps
    /// others; it counts as told from now on. An image's number is never used for another content, so a part that was told need
    /// not be told again.
    pub fn plan<'a>(
        &mut self,
        origin: Option<&Origin>,
        images: impl ExactSizeIterator<Item = (Id, &'a Features)>,
        wanted: &[Part],
    ) -> Plan {
        let mut plan = Plan::default();
        if self.origin.as_ref() != origin {
            plan.clear = !self.images.is_empty();
            self.images.clear();
            self.origin = origin.cloned();
        }
        let mut now = BTreeMap::new();
        for (place, (id, features)) in images.enumerate() {
            let has = PartMap::from_fn(|part| {
                wanted.contains(&part) && features.get(part).is_some_and(|unit| !unit.is_empty())
            });
            let before = self.images.remove(&id).unwrap_or_default();
            let lacking: Vec<Part> = Part::ALL.into_iter().filter(|&part| has[part] && !before[part]).collect();
            if !lacking.is_empty() {
                plan.put.push((place, lacking));
            }
            now.insert(id, PartMap::from_fn(|part| has[part] || before[part]));
        }
        plan.remove = std::mem::replace(&mut self.images, now).into_keys().collect();
        plan
    }

    /// The worker is gone, and whatever it had.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Cuts what is to be put into messages of at most `numbers` numbers each, or of one image that has more: so that none takes
/// longer than a frame to make.
pub fn portions(
    put: &[(usize, Vec<Part>)],
    width: impl Fn(usize, Part) -> usize,
    numbers: usize,
) -> Vec<&[(usize, Vec<Part>)]> {
    let mut portions = Vec::new();
    let (mut from, mut sum) = (0, 0);
    for (at, (place, parts)) in put.iter().enumerate() {
        let size: usize = parts.iter().map(|&part| width(*place, part)).sum();
        if at > from && sum + size > numbers {
            portions.push(&put[from..at]);
            (from, sum) = (at, 0);
        }
        sum += size;
    }
    if from < put.len() {
        portions.push(&put[from..]);
    }
    portions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fungi::Settings;

    fn features(parts: &[Part]) -> Features {
        let mut features = Features::new();
        parts.iter().for_each(|&part| features.set(part, vec![1.0, 0.0]));
        features
    }

    fn origin(model: &str) -> Option<Origin> {
        Some(Origin { model: model.into(), settings: Settings::default() })
    }

    #[test]
    fn only_what_is_new_is_told() {
        use Part::{Dino, Embedding, Kl};
        let (early, later) = (features(&[Embedding, Kl]), features(&[Embedding, Kl, Dino]));
        let mut known = Known::default();
        let mut plan =
            |model, images: &[(Id, &Features)]| known.plan(origin(model).as_ref(), images.iter().copied(), &Part::ALL);
        let all = |place| (place, vec![Embedding, Kl]);
        assert_eq!(plan("a", &[(1, &early), (2, &early)]), Plan { put: vec![all(0), all(1)], ..Plan::default() });
        assert_eq!(plan("a", &[(1, &early), (2, &early)]), Plan::default());
        let more = Plan { remove: vec![1], put: vec![(0, vec![Dino]), (1, vec![Embedding, Kl, Dino])], clear: false };
        assert_eq!(plan("a", &[(2, &later), (3, &later)]), more);
        // Another model: everything anew.
        assert_eq!(plan("b", &[(2, &early)]), Plan { clear: true, remove: vec![], put: vec![all(0)] });
        assert_eq!(plan("b", &[]), Plan { remove: vec![2], ..Plan::default() });
        // Brought back by undo.
        assert_eq!(plan("b", &[(2, &early)]), Plan { put: vec![all(0)], ..Plan::default() });
        known.forget();
        let mut some = |parts: &[Part]| known.plan(origin("b").as_ref(), [(2, &later)].into_iter(), parts).put;
        assert_eq!(some(&[Kl]), [(0, vec![Kl])]);
        assert_eq!(some(&[Embedding, Kl]), [(0, vec![Embedding])]);
        assert_eq!(some(&[Kl]), []);
    }

    #[test]
    fn portions_hold_at_most_so_many_numbers_or_one_image() {
        let put: Vec<(usize, Vec<Part>)> = (0..5).map(|place| (place, vec![Part::Embedding, Part::Kl])).collect();
        let lengths =
            |numbers| portions(&put, |_, _| 10, numbers).iter().map(|portion| portion.len()).collect::<Vec<_>>();
        assert_eq!(lengths(50), [2, 2, 1]);
        assert_eq!(lengths(5), [1; 5], "an image is never cut");
        assert_eq!(lengths(1000), [5]);
        assert!(portions(&[], |_, _| 10, 50).is_empty());
    }
}
